"""Where a reader's own links go: marker addresses in words that are rendered once for all.

They are put in their place when a mail is joined to its reader. The name `invalid` leads nowhere
(RFC 2606, section 2), so that a marker which was forgotten does no harm.
"""

from __future__ import annotations

PREFERENCES = "https://preferences.invalid/"
UNSUBSCRIBE = "https://unsubscribe.invalid/"
