"""The figures of `bench.growth` as a picture: two panels, both axes by powers of ten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log10

Figures = Mapping[tuple[int, int], Mapping[str, float]]
"""By series and releases: the figures by their names."""

_WIDE, _HIGH, _GAP, _LEFT, _RIGHT, _TOP = 300, 200, 40, 56, 30, 44
_COLOURS = (
    *("#1b6ca8", "#b3541e", "#2e7d4f", "#7a4fa3", "#8a6d00"),
    *("#c2185b", "#00838f", "#5d4037", "#616161", "#afb42b"),
)
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#222}.t{font-weight:600}"
    ".g{stroke:#ddd}.a{stroke:#888}path{fill:none;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.g{stroke:#444}svg{background:#16181c}}"
)


def picture(found: Figures) -> str:
    """An SVG of what each thing costs, by releases on file and by series followed."""
    series, releases = (sorted({key[n] for key in found}) for n in (0, 1))
    names = [name for name in next(iter(found.values())) if "MB" not in name]
    middle = series[len(series) // 2], releases[len(releases) // 2]
    by_releases = {n: [(r, found[middle[0], r][n]) for r in releases] for n in names}
    by_series = {n: [(s, found[s, middle[1]][n]) for s in series] for n in names}
    width = 2 * (_LEFT + _WIDE) + _GAP + _RIGHT
    height = _TOP + _HIGH + 60 + 18 * ((len(names) + 1) // 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="CPU time of a look, a digest and a page">',
        f"<style>{_STYLE}</style>",
        *_panel(0, f"by releases on file ({middle[0]} series)", by_releases),
        *_panel(_LEFT + _WIDE + _GAP, f"by series ({middle[1]:,} releases)", by_series),
        *_legend(names),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _panel(left: int, title: str, lines: Mapping[str, list[tuple[int, float]]]) -> Iterator[str]:
    x0, y0 = left + _LEFT, _TOP + _HIGH
    xs = [x for x, _ in next(iter(lines.values()))]
    low, high = 1.0, 1_000.0

    def across(x: float) -> float:
        return x0 + _WIDE * log10(x / xs[0]) / log10(xs[-1] / xs[0])

    def up(y: float) -> float:
        return y0 - _HIGH * log10(max(y, low) / low) / log10(high / low)

    yield f'<text class="t" x="{x0}" y="{_TOP - 18}">CPU ms, {title}</text>'
    for y in (1, 10, 100, 1_000):
        yield f'<line class="g" x1="{x0}" x2="{x0 + _WIDE}" y1="{up(y):.1f}" y2="{up(y):.1f}"/>'
        yield f'<text x="{x0 - 8}" y="{up(y) + 4:.1f}" text-anchor="end">{y:,}</text>'
    for x in xs:
        yield f'<text x="{across(x):.1f}" y="{y0 + 20}" text-anchor="middle">{x:,}</text>'
    yield f'<line class="a" x1="{x0}" x2="{x0 + _WIDE}" y1="{y0}" y2="{y0}"/>'
    for colour, points in zip(_COLOURS, lines.values(), strict=False):
        places = [f"{across(x):.1f},{up(y):.1f}" for x, y in points]
        yield f'<path stroke="{colour}" d="M{" L".join(places)}"/>'
        for place in places:
            at, height = place.split(",")
            yield f'<circle cx="{at}" cy="{height}" r="3" fill="{colour}"/>'


def _legend(names: list[str]) -> Iterator[str]:
    for row, (colour, name) in enumerate(zip(_COLOURS, names, strict=False)):
        x, y = _LEFT + row % 2 * (_LEFT + _WIDE + _GAP), _TOP + _HIGH + 50 + 18 * (row // 2)
        yield f'<rect x="{x}" y="{y - 9}" width="14" height="4" fill="{colour}"/>'
        yield f'<text x="{x + 22}" y="{y - 2}">{name}</text>'
