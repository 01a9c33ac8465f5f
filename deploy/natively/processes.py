"""Processes started in their order, waited for, and ended in the reverse one."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.natively.compose import Service
from deploy.natively.places import Places
from deploy.natively.stand_ins import Part, as_user

_LOOK = 0.5
"""Seconds between two looks at a process."""

_LONGEST = 120.0
"""Seconds that a service which is to end by itself may take."""


class DidNotStart(Exception):
    """A process did not come up, or ended when it was to stay; says where its log is."""


@dataclass(frozen=True)
class Running:
    """A process that was started, and how to ask whether it is well."""

    service: Service
    part: Part
    process: subprocess.Popen[bytes]
    log: Path


class Processes:
    """All that was started; a block at whose end nothing of it runs any more."""

    def __init__(self, places: Places, tell: Callable[[str], None]) -> None:
        self._places = places
        self._tell = tell
        self._running: list[Running] = []

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        for each in reversed(self._running):
            self._end(each)

    def start(self, service: Service, part: Part) -> None:
        """Start a process; what it depends on has been waited for."""
        log = self._places.own("logs", ".") / f"{part.name}.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                as_user(list(part.command), part.user, part.ends_by),
                env=dict(part.environment),
                cwd=part.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C at the terminal is for us alone
            )
        self._running.append(Running(service, part, process, log))

    def wait_for(self, name: str, condition: str) -> None:
        """Wait until a service is as another needs it.

        Raises:
            DidNotStart: it is not so, and will not be.
        """
        for each in [each for each in self._running if each.service.name == name]:
            if condition == "service_completed_successfully":
                self._wait_for_its_end(each)
            elif condition == "service_healthy":
                self._wait_for_its_health(each)

    def end_of_any(self) -> Running | None:
        """A process that has ended though others need it, if there is one."""
        return next((each for each in self._staying() if each.process.poll() is not None), None)

    def all_well(self) -> None:
        """Wait until all that stays, and can be asked, is well.

        Raises:
            DidNotStart: it is not so, and will not be.
        """
        for each in self._staying():
            if each.service.health:
                self._wait_for_its_health(each)
                self._tell(f"{each.part.name}: healthy")

    def _staying(self) -> list[Running]:
        ends = "service_completed_successfully"
        awaited = {
            name
            for each in self._running
            for name, condition in each.service.depends_on.items()
            if condition == ends
        }
        return [each for each in self._running if each.service.name not in awaited]

    def _wait_for_its_end(self, each: Running) -> None:
        try:
            code = each.process.wait(_LONGEST)
        except subprocess.TimeoutExpired:
            raise DidNotStart(f"{each.part.name} does not end; see {each.log}") from None
        if code != 0:
            raise DidNotStart(f"{each.part.name} ended with {code}; see {each.log}")

    def _wait_for_its_health(self, each: Running) -> None:
        health = each.service.health
        if health is None:
            raise DidNotStart(f"{each.part.name} is to be healthy, and has no healthcheck")
        last = time.monotonic() + health.patience
        while not self._is_well(each, health.test):
            if each.process.poll() is not None or time.monotonic() > last:
                raise DidNotStart(f"{each.part.name} is not healthy; see {each.log}")
            time.sleep(_LOOK)

    def _is_well(self, each: Running, test: tuple[str, ...]) -> bool:
        words = [self._places.here(word, each.service, each.part.name) for word in test]
        asked = subprocess.run(
            as_user(words, each.part.user),
            env=dict(each.part.environment),
            cwd=each.part.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return asked.returncode == 0

    def _end(self, each: Running) -> None:
        if each.process.poll() is None:
            each.process.send_signal(each.part.ends_by)
        try:
            code = each.process.wait(each.service.grace)
        except subprocess.TimeoutExpired:
            each.process.kill()
            code = each.process.wait()
        self._tell(f"{each.part.name}: ended with {code}")
