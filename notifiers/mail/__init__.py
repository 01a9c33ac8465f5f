"""A mail as bytes: written once for all readers, joined with each one's own."""
