"""Measurements against other programs; `docs/benchmarks.md` has the figures and how to get them."""
