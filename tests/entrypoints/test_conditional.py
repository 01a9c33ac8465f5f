"""The shelf of documents: what is kept, and for how long."""

from __future__ import annotations

from monitor.entrypoints.web.conditional import Document, Shelf


class Press:
    """Makes documents, and counts them."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> Document:
        self.made += 1
        return Document(str(self.made).encode(), "text/plain", None)


def test_a_document_is_made_once_as_long_as_nothing_changed() -> None:
    shelf, press = Shelf(2), Press()
    first = shelf.of("a", "then", press)
    assert shelf.of("a", "then", press) is first
    assert shelf.of("a", "now", press).content == b"2"
    assert shelf.of("a", "now", press).content == b"2"


def test_the_documents_asked_for_long_ago_make_room() -> None:
    shelf, press = Shelf(2), Press()
    for key in ("a", "b", "c"):
        shelf.of(key, "", press)
    shelf.of("c", "", press)
    assert press.made == 3
    shelf.of("a", "", press)
    assert press.made == 4
