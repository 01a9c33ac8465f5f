"""Listings and readouts in our own words, for a server or a folder in tests."""

from __future__ import annotations

LISTING = "/about-us/policy-offices/press-office/press-releases"
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def path_of(number: int) -> str:
    """Where the readout of a round stands on the site."""
    return f"{LISTING}/2024/july/readout-{ORDINALS[number - 1]}-round-partnership-trade"


def listing(*paths: str) -> str:
    """A listing that names releases, all of one day."""
    rows = "".join(f'<li>2024-07-31<br><a href="{path}">A release</a></li>' for path in paths)
    return f"<html><body><main><h1>Press Releases</h1><ul>{rows}</ul></main></body></html>"


def opening(number: int) -> str:
    """How a readout opens."""
    return (
        f"WASHINGTON – The United States and Japan held the {ORDINALS[number - 1]} round of "
        f"meetings under the U.S.-Japan Partnership on Trade on July {number}, 2024."
    )


def body(number: int, *bullets: str, opens: str | None = None) -> str:
    """A readout's body, a paragraph a line."""
    return "\n".join(
        [
            opens or opening(number),
            "In areas where they work together, they took up several topics, including:",
            *(f"• {bullet}" for bullet in bullets),
            "Both look forward to the next round.",
            "###",
        ]
    )


def page(number: int, *bullets: str, head: str = "", opens: str | None = None) -> str:
    """The same as a page; `head` goes into its head."""
    lines = body(number, *bullets, opens=opens).splitlines()
    paragraphs = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<html><head>{head}</head><body><article><h1>Readout of the "
        f"{ORDINALS[number - 1].title()} Round of Meetings under the U.S.-Japan Partnership on "
        f"Trade</h1><p>July 31, 2024</p>"
        f'<div class="field--name-body">{paragraphs}</div></article></body></html>'
    )
