"""What every request and answer goes through, one layer around the other (ASGI)."""
