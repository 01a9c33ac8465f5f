"""Doors: a tick, a command or a request leads to one journey; no rules here."""
