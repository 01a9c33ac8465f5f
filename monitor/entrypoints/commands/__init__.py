"""The commands, a file for each kind. Heavy parts are imported where a command needs them."""
