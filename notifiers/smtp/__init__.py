"""To a mail server."""
