"""The pages of the archive: one file for each kind, and what they share."""
