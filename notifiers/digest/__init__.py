"""Digests: a round, or several, as one mail."""
