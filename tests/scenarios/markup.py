"""The second round's pages in every markup the site has had, and listings likewise."""

from __future__ import annotations

from tests.scenarios.world import SECOND, TEXT

TITLE = TEXT.partition("<h1>")[2].partition("</h1>")[0]
BODY = TEXT.partition('<div class="field--name-body">')[2].partition("</div>")[0]

OF_2019 = (
    f"<html><body><div id='content'><h1 class='pageTitle'>{TITLE}</h1>"
    f"<div class='field-item even'><p>07/31/2024</p>{BODY}</div></div></body></html>"
)
OF_2021 = (
    f"<html><body><main><h2 class='visually-hidden'>Breadcrumb</h2><article><h1>{TITLE}</h1>"
    f"<div>July 31, 2024</div><div class='field--name-body'>{BODY}</div></article></main></body></html>"
)
UNKNOWN = f"<html><body><section><b>{TITLE}</b><span>{BODY}</span></section></body></html>"
HALF = TEXT[: TEXT.index("Seafood")]


def without(text: str, part: str) -> str:
    """A text without a part that must be in it."""
    assert part in text
    return text.replace(part, "")


def instead(part: str, other: str, text: str = TEXT) -> str:
    """A text with another part in place of one that must be in it."""
    assert part in text
    return text.replace(part, other)


def listing_of_2019(*paths: str) -> str:
    """Links alone, without dates."""
    links = "".join(f'<li><a href="{path}">A release</a></li>' for path in paths)
    return f"<html><body><h1>Press Releases</h1><ul class='listing'>{links}</ul></body></html>"


def listing_of_2021(*paths: str) -> str:
    """Rows of a view, each with a time."""
    rows = "".join(
        f"<div class='views-row'><div class='views-field-title'><a href='{path}'>A release</a></div>"
        "<time datetime='2024-07-31T12:00:00Z'>July 31, 2024</time></div>"
        for path in paths
    )
    return (
        "<html><body><main><h1>Press Releases</h1>"
        f"<div class='view-content'>{rows}</div></main></body></html>"
    )


SLUG_REUSED = (
    "<html><body><article><h1>Statement on Wheat and on Nothing Else</h1><p>August 3, 2024</p>"
    "<div class='field--name-body'><p>WASHINGTON – The office said a word on wheat today.</p>"
    "<p>###</p></div></article></body></html>"
)
NOT_FOUND = "<html><body><article><h1>Page Not Found</h1><p>There is nothing here.</p></article></body></html>"
FRONT = "<html><body><main><h1>The Office</h1><p>Welcome to the office.</p></main></body></html>"
WALL = "<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1></body></html>"
NEWER = SECOND.replace("/about-us/", "/about/")
ELSEWHERE = SECOND.replace("press-releases/2024/july", "fact-sheets/2024/august")
