"""What counts as a mail address: odd ones taken, odder ones refused with the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.readers.mailboxes import checked
from monitor.errors import UsageError


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("reader@example.org", "reader@example.org"),
        (" reader@example.org\t", "reader@example.org"),
        ("\u3000reader@example.org", "reader@example.org"),
        ("Reader+news@EXAMPLE.org", "Reader+news@example.org"),
        ('"reader"@example.org', "reader@example.org"),
        ("用户@例子.广告", "用户@例子.广告"),
        ("jose\u0301@example.org", "jos\u00e9@example.org"),
        ("reader@xn--fsqu00a.xn--0zwm56d", "reader@例子.测试"),
        ("reader@intranet.test", "reader@intranet.test"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_an_address_has_one_normal_form(given: str, kept: str) -> None:
    assert checked(given) == kept
    assert checked(kept) == kept


@pytest.mark.parametrize("local", ["a..b", "a.", ".a", "a...b.", "try..this..0511"])
@pytest.mark.parametrize(
    "domain", ["docomo.ne.jp", "ezweb.ne.jp", "a2.ezweb.ne.jp", "au.com", "i.softbank.jp"]
)
def test_old_japanese_mobile_addresses_are_taken_in_quotation_marks(
    local: str, domain: str
) -> None:
    assert checked(f"{local}@{domain}") == f'"{local}"@{domain}'
    assert checked(f'"{local}"@{domain}') == f'"{local}"@{domain}'


def test_an_ordinary_address_on_a_mobile_network_needs_no_quotation_marks() -> None:
    assert checked("a.b-c_d@docomo.ne.jp") == "a.b-c_d@docomo.ne.jp"


@pytest.mark.parametrize(
    "address", ["a..b@example.org", "a.@example.org", "a..b@docomo.ne.jp.example.org"]
)
def test_elsewhere_such_dots_are_taken_for_a_slip(address: str) -> None:
    with pytest.raises(UsageError, match="period"):
        checked(address)


def test_elsewhere_whoever_means_it_writes_the_quotation_marks() -> None:
    assert checked('"a..b"@example.org') == '"a..b"@example.org'


@pytest.mark.parametrize(
    "address",
    [
        '"a b"@example.org',
        '"a@b"@example.org',
        '"a,b"@example.org',
        r'"a\"b"@example.org',
        '"<a>"@example.org',
        '"a;b"@example.org',
    ],
)
def test_quotation_marks_for_anything_but_dots_are_refused(address: str) -> None:
    with pytest.raises(UsageError, match="only taken for dots"):
        checked(address)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "@-sign"),
        ("reader", "@-sign"),
        ("reader@", "after the @-sign"),
        ("@example.org", "before the @-sign"),
        ("reader@localhost", "period"),
        ("reader@[192.0.2.1]", "bracketed IP address"),
        ("Reader <reader@example.org>", "angle brackets"),
        ("reader@example.org, other@example.org", "invalid characters"),
        (f"{'a' * 65}@example.org", "too long"),
        (f"{'a' * 300}@example.org", "too long"),
        (f"a@{'.'.join(['b' * 60] * 5)}.org", "too long"),
        ("reader@example.org\r\nBcc: other@example.org", "invalid characters"),
        ("reader@example.org\n", "invalid characters"),
        ("reader\r\n@example.org", "invalid characters"),
        ('"a\r\nb"@example.org', "invalid characters"),
        ("reader\x00@example.org", "invalid characters"),
        ("\u202ereader@example.org", "unsafe characters"),
        ("reader\ud800@example.org", "characters"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason(address: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as refused:
        checked(address)
    assert refused.value.todo == "write it like reader@example.org"
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 600


def kept_of(text: str) -> str | None:
    """The normal form, None where it is refused."""
    try:
        return checked(text)
    except UsageError:
        return None


@given(st.text() | st.from_regex(r'"?[ -~]{0,20}"?@[a-z.]{0,20}', fullmatch=True))
def test_what_is_kept_is_one_line_with_one_at_sign_and_is_its_own_normal_form(text: str) -> None:
    kept = kept_of(text)
    if kept is None:
        return
    assert kept.count("@") == 1
    assert kept.isprintable()
    assert not set(" ,;<>\\") & set(kept)
    assert checked(kept) == kept
