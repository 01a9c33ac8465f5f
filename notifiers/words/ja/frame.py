"""What stands around the cards, in Japanese."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.words.ja.grammar import rounds


def heading(number: int | None) -> str:
    """`第5回会合`."""
    return rounds([number]) if number is not None else "番号のない会合"


def held(days: str, city: str) -> str:
    """`「July 29-30, 2024」（2024年7月29日～30日）、Tokyo`."""
    return f"{days}、{city}" if city else days


def compared(old: str, held: str, missing: Sequence[int]) -> str:
    """`第4回会合（開催：...）との比較です。第2回会合は記録にありません。`."""
    when = f"（開催：{held}）" if held else ""
    without = f"{rounds(missing)}は記録にありません。" if missing else ""
    return f"{old}{when}との比較です。{without}"


def first_round() -> str:
    """In place of the round compared with."""
    return "記録にある最初の会合で、比較する会合はありません。"


def next_unknown() -> str:
    """In place of the next round's days."""
    return "不明（ページが途中で切れています）"


def next_not_mentioned() -> str:
    """In place of the next round's days."""
    return "今回の発表文に記載なし"


def from_file(name: str) -> str:
    """`、保存されたページ「round-5.html」から`."""
    return f"、保存されたページ「{name}」から"


def from_archive(address: str) -> str:
    """`、インターネット・アーカイブから：https://...`."""
    return f"、インターネット・アーカイブから： {address}"


def from_address(address: str) -> str:
    """`、取得元：https://...`."""
    return f"、取得元： {address}"
