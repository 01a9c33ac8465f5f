"""Searching the texts of releases: their words in a normal form, a query, and what is marked."""
