"""Servers for tests: real sockets on loopback, well-behaved and not."""
