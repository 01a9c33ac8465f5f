"""`python -m monitor.pressroom`: serve the whole bundled site for a look, until Ctrl-C."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date
from threading import Event

from monitor.pressroom import PressRoom


def main() -> None:
    """Serve everything and say where."""
    with PressRoom(date.max) as room, suppress(KeyboardInterrupt):
        sys.stdout.write(f"The press pages: {room.base_url}/ (Ctrl-C ends)\n")
        sys.stdout.flush()
        Event().wait()


if __name__ == "__main__":
    main()
