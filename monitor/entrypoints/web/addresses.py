"""Where the pages of a series are. The default series has the short addresses as well."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.series import DEFAULT


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of one series' pages, and of those that belong to none.

    `query` is put behind each: a language that was asked for stays from page to page.
    """

    slug: str = DEFAULT
    query: str = ""

    @property
    def front(self) -> str:
        """The latest round of the default series."""
        return f"/{self.query}"

    @property
    def latest(self) -> str:
        """The latest round of the series."""
        return self.front if self.slug == DEFAULT else f"/{self.slug}{self.query}"

    def round(self, number: int | None, place: str = "") -> str:
        """A round's page, or a place on it; a round without a number can be the latest alone."""
        if number is None:
            return self.latest
        short = "" if self.slug == DEFAULT else f"/{self.slug}"
        return f"{short}/rounds/{number}{self.query}{'#' if place else ''}{place}"

    def topic(self, topic: str) -> str:
        """A topic's history; its slug has only letters, digits and hyphens."""
        return f"/{self.slug}/topics/{topic}{self.query}"

    def comparison(self, before: int, after: int) -> str:
        """Two rounds compared."""
        return f"/{self.slug}/compare/{before}/{after}{self.query}"

    def of(self, what: str) -> str:
        """Another page of the series: `topics`, `timeline`, `compare`."""
        return f"/{self.slug}/{what}{self.query}"

    def document(self, what: str, form: str = "") -> str:
        """What programs get of the series: `rounds/5`, as JSON, or as a `form`: `csv`, `md`."""
        return f"/api/v1/series/{self.slug}/{what}{'.' if form else ''}{form}"

    def common(self, what: str) -> str:
        """A page that belongs to no series: `series`, `how-it-works`, `subscribe`."""
        return f"/{what}{self.query}"
