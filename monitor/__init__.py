"""monitor understands and acts; storage remembers; notifiers speak. See `ARCHITECTURE.md`."""

__version__ = "0.1.0"
