"""Words as mail packs them: transfer encodings, charsets, encoded words, xtext, addresses.

Every function answers for any input: what cannot be decoded is kept, or replaced, never raised.
"""

from __future__ import annotations

import binascii
import re
from contextlib import suppress

MOST_ADDRESS = 320
"""The longest address that is one: 64 characters, `@`, 255 (RFC 5321 section 4.5.3.1)."""

# Charsets that mail is written in. Not everything that Python can decode: punycode takes quadratic
# time, UTF-7 lets halves of characters through, others are no charsets at all.
_CHARSET = re.compile(
    r"utf-?(?:8|16)(?:-?[bl]e)?|(?:us-)?ascii|iso-?8859-\d{1,2}|(?:windows-|cp)(?:125\d|932|936|949)"
    r"|iso-2022-(?:jp(?:-\d|-ext)?|kr)|s(?:hift)?_?jis|euc-?(?:jp|kr)|gb(?:2312|k|18030)|big5|koi8-[ru]",
    re.I,
)
_ENCODED = re.compile(r"=\?([\w.-]{1,40})(?:\*[\w-]{0,20})?\?([BbQq])\?([^?\s]{0,4000})\?=")
_BETWEEN_ENCODED = re.compile(r"(\?=)[ \t]{1,80}(?==\?)")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_UTF8_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_IN_NO_ADDRESS = re.compile(r"[\s<>,\x00-\x1f\x7f]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")


def unpacked(body: bytes, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding; an unknown one is taken for none."""
    match encoding.strip().lower():
        case "base64":
            return _base64(body)
        case "quoted-printable":
            return binascii.a2b_qp(body)
        case _:
            return body


def in_charset(content: bytes, charset: str | None) -> str:
    """Decode text; in UTF-8 where no charset is named, or none that mail is written in."""
    name = charset if charset and _CHARSET.fullmatch(charset) else "utf-8"
    try:
        return content.decode(name, "replace")
    except (LookupError, UnicodeError):
        return content.decode("utf-8", "replace")


def decoded(words: str) -> str:
    """Decode the encoded words of a header field (RFC 2047)."""
    if "=?" not in words:
        return words
    return _ENCODED.sub(_encoded_word, _BETWEEN_ENCODED.sub(r"\1", words))


def one_line(words: str, most: int = 300) -> str:
    """Bring a server's words into one line without control characters, at most so long."""
    return _CONTROLS.sub(" ", words[: most * 20]).strip()[:most]


def address_in(words: str) -> str:
    """Return the address in a field such as `rfc822; <reader@example.org>`, or nothing.

    Its type is left out, its brackets too. Escapes are undone: those of RFC 6533 section 3, and
    those of xtext (RFC 3461 section 4), which stand in Original-Recipient although RFC 3464 section
    2.3.1 wants it decoded. xtext has to escape `+` and `=` alone: `a+2Bb@` is taken for an escape,
    `a+20b@` for an address with a plus sign.
    """
    kind, typed, rest = words[: 4 * MOST_ADDRESS].rpartition(";")
    bare = (rest if typed else words[: 4 * MOST_ADDRESS]).strip()
    if "<" in bare:
        bare = bare.rpartition("<")[2].partition(">")[0]
    if "utf-8" in kind.lower():
        bare = _UTF8_XTEXT.sub(_utf8_escape, bare)
    elif re.search(r"\+(?:2B|3D|40)", bare):
        bare = from_xtext(bare)
    return bare if is_address(bare) else ""


def is_address(words: str) -> bool:
    """Whether this may be a mail address: something, `@`, something, and no white space."""
    local, _, domain = words.rpartition("@")
    return (
        bool(local and domain) and len(words) <= MOST_ADDRESS and not _IN_NO_ADDRESS.search(words)
    )


def same_address(one: str, other: str) -> bool:
    """Whether two spellings are one address: in any case, the domain in Unicode or in ASCII."""
    return _key(one) == _key(other)


def same_domain(one: str, other: str) -> bool:
    """Whether two addresses have one domain."""
    return _key(one).rpartition("@")[2] == _key(other).rpartition("@")[2]


def from_xtext(words: str) -> str:
    """Undo the escapes of xtext, such as `+2B` for a plus sign (RFC 3461 section 4)."""
    return _XTEXT.sub(lambda found: chr(int(found[1], 16)), words)


def _key(address: str) -> str:
    local, _, domain = address[:MOST_ADDRESS].casefold().rpartition("@")
    with suppress(UnicodeError):  # in Unicode already, or no name at all
        domain = domain.encode("ascii").decode("idna")
    return f"{local}@{domain}"


def _base64(body: bytes) -> bytes:
    digits = body.translate(None, _NOT_BASE64)
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def _encoded_word(found: re.Match[str]) -> str:
    packed = found[3].encode("utf-8", "replace")
    quoted = found[2] in "Qq"
    content = binascii.a2b_qp(packed, header=True) if quoted else _base64(packed)
    return in_charset(content, found[1])


def _utf8_escape(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    fits = number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return chr(number) if fits else found[0]
