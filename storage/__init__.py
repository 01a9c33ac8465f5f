"""What Roundwatch remembers: SQLite by default, PostgreSQL by address.

Plain functions that take a `Transaction` first. Rows never leave this package; what comes out are
the records of `storage.records`. Only this package knows SQLAlchemy, and only its Core.
"""

__part_of__ = "roundwatch"
