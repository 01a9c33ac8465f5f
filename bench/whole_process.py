"""Measures a command as a whole process, by the operating system's own account of it."""

from __future__ import annotations

import os
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A whole process to measure: what to call, and the environment it is called in."""

    name: str
    argv: tuple[str, ...]
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: user and system seconds together, and the peak of memory in MiB."""

    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, least and most of several runs."""

    median: float
    least: float
    most: float


def cost_of(command: Command) -> Cost:
    """Run `command` once and return what it took.

    The peak counts from before the child becomes the program, so this process's own memory is a
    floor under it: keep it small.

    Raises:
        RuntimeError: the command did not exit with 0.
    """
    with subprocess.Popen(
        command.argv,
        env=command.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command.argv)} ended with {process.returncode}")
    return Cost(cpu=usage.ru_utime + usage.ru_stime, memory=usage.ru_maxrss / 1024)


def in_turn(commands: Sequence[Command], runs: int) -> dict[str, list[Cost]]:
    """Run the commands in turn, A B C A B C, so that a slow spell of the machine hits all alike."""
    costs: dict[str, list[Cost]] = {command.name: [] for command in commands}
    for _ in range(runs):
        for command in commands:
            costs[command.name].append(cost_of(command))
    return costs


def spread(figures: Iterable[float]) -> Spread:
    """Return the median, the least and the most of `figures`."""
    known = sorted(figures)
    return Spread(statistics.median(known), known[0], known[-1])
