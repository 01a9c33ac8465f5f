"""The shell around the core: each journey reads from top to bottom as its own story."""
