"""What the polite client remembers and puts on record, in the database."""
