"""The API: what is on file, for programs."""
