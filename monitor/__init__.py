"""monitor understands and acts; storage remembers; notifiers speak. See `ARCHITECTURE.md`."""

__version__ = "0.1.0"  # the one place: the wheel, the pages and `--version` have it from here
__part_of__ = "roundwatch"
