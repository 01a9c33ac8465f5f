"""The steps from an empty database to today's tables, run by `storage.upgrade`.

A new step is written by hand: the next number in `versions/`, then the same change in
`storage/schema.py` and its number in `HEAD`. The tests tell when the two disagree. A step never
imports the schema, which goes on changing; there is no way down, `migrate` keeps a backup instead.

From 0007 on a step says `WORKS_WITH`: the newest step that a program must know to work on the
tables as they are from then on. The step before, where it only adds; itself, where it does not
(`docs/decisions/0033-two-versions-at-once.md`).
"""

HEAD = "0007"
"""The newest step: what a database is compared with, without loading Alembic."""
