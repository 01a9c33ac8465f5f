"""The bundled press pages: a small site to poll, with real facts in our own words.

It stands in for the source in demonstrations and tests. The addresses, titles, dates, places and
names are those of the public record; every sentence is ours, and every page says so.
"""

from monitor.pressroom.content import PressRelease, releases, rounds
from monitor.pressroom.server import PressRoom, Request

__all__ = ["PressRelease", "PressRoom", "Request", "releases", "rounds"]
