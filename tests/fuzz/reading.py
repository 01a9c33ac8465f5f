"""An atheris harness: any bytes are read or refused by name, without loss and soon.

Call: python -m tests.fuzz.reading CORPUS... -max_total_time=SECONDS (options are libFuzzer's).
"""

from __future__ import annotations

import sys
import time

import atheris

with atheris.instrument_imports(include=["monitor.core"]):
    from monitor.core.markup import decode
    from monitor.core.readout import doubts, read_release
    from monitor.core.release import read_saved
    from monitor.errors import RoundwatchError
    from monitor.series import followed

SECONDS = 2.0
FOLLOWED = followed()


def one_input(data: bytes) -> None:
    """Read one input; an error that is not ours, a lost character or a long time is a finding."""
    started = time.process_time()
    try:
        page = read_saved(decode(data, None))
        reading = read_release(page, FOLLOWED)
    except RoundwatchError:
        return
    finally:
        spent = time.process_time() - started
        assert spent < SECONDS, f"{spent:.1f} s"
    doubts(reading)
    assert reading.release is not None
    told = "".join("".join(p.text.split()) for p in reading.release.paragraphs)
    assert told == "".join("".join(b.text.split()) for b in page.blocks), "lost or doubled"


def main() -> None:
    """Hand over to libFuzzer."""
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
