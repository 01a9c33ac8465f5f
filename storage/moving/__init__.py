"""All that is on file, moved: from one database to another, into a file, and back.

What was moved is read again from where it came to and compared row by row, before anybody is told
that it is there (`docs/decisions/0032-moved-row-by-row.md`).
"""

from storage.moving.backups import Restored, backup, restore
from storage.moving.comparing import Held
from storage.moving.copying import compare, copy

__all__ = ["Held", "Restored", "backup", "compare", "copy", "restore"]
