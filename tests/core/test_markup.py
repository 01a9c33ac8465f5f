import codecs

import pytest

from monitor.core.markup import decode, refuse_walls
from monitor.errors import BlockedPage, EmptyPage, NotHtml, RoundwatchError, Undecodable

TEXT = "<p>Japan’s G7 host year – naïve</p>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (TEXT.encode(), "text/html; charset=utf-8"),
        (TEXT.encode(), None),
        (TEXT.encode("cp1252"), "text/html; charset=ISO-8859-1"),
        (f'<meta charset="windows-1252">{TEXT}'.encode("cp1252"), "text/html"),
        (codecs.BOM_UTF8 + TEXT.encode(), "text/html; charset=windows-1252"),
        (TEXT.encode("utf-16"), "text/html"),
    ],
)
def test_a_page_is_read_in_the_encoding_it_declares(body: bytes, content_type: str | None) -> None:
    assert decode(body, content_type).endswith(TEXT)


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"", "text/html", EmptyPage),
        (b" \n\t ", "text/html", EmptyPage),
        (b"%PDF-1.7", "application/pdf", NotHtml),
        (b"{}", "application/json", NotHtml),
        (b"GIF89a\x00\x01", "text/html", NotHtml),
        (TEXT.encode("cp1252"), "text/html; charset=utf-8", Undecodable),
        (TEXT.encode("cp1252"), None, Undecodable),
        (TEXT.encode(), "text/html; charset=klingon", Undecodable),
    ],
)
def test_bytes_that_are_not_what_they_claim_are_refused_and_never_guessed(
    body: bytes, content_type: str | None, error: type[RoundwatchError]
) -> None:
    with pytest.raises(error):
        decode(body, content_type)


def test_a_long_page_that_speaks_of_denied_access_is_no_wall() -> None:
    refuse_walls(
        f"<html><body>{'Talks on market access. ' * 200} Some were denied: access denied.</body></html>"
    )


def test_a_short_page_with_the_words_of_a_wall_is_one() -> None:
    with pytest.raises(BlockedPage, match="Just a moment"):
        refuse_walls("<html><head><title>Just a moment...</title></head><body>Wait</body></html>")
