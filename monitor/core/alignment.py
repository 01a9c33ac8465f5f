"""Which tokens of one text are those of another, in bounded time.

difflib without autojunk finds what people keep (tried on redlines made by hand), but on repeated
words its work grows with the product of their counts, and with the square of the length. So it gets
no more than `_MOST_TOKENS` and `_MOST_PAIRS`. Longer texts are first cut at what they share: their
common start and end, then the sentences that stand once in each, then the words that do; what still
is too much between two cuts counts as replaced. Work so grows with the length, not its square.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from monitor.core.rising import longest_rising

Run = tuple[int, int, int, int]
"""A kept run: old start, old end, new start, new end, in tokens."""

_MOST_TOKENS = 1_000  # of both texts; a topic of a readout has 30 to 100
_MOST_PAIRS = 40_000  # of equal tokens, one from each text

_Words = Sequence[str]
_Chunk = tuple[str, ...]
_Cut = Callable[[_Words], list[_Chunk]]


def aligned(old: _Words, new: _Words) -> list[Run]:
    """The runs that two texts share, in order, none adjoining another in both texts.

    Args:
        old: the tokens of the earlier text.
        new: the tokens of the later text.
    """
    return _joined(_aligned(old, new, (_sentences, _single_words)))


def _aligned(old: _Words, new: _Words, cuts: tuple[_Cut, ...]) -> list[Run]:
    if not old or not new:
        return []
    if _is_small(old, new):
        matcher = SequenceMatcher(a=old, b=new, autojunk=False)
        return [(i, i + n, j, j + n) for i, j, n in matcher.get_matching_blocks() if n]
    start = _common(zip(old, new, strict=False))
    end = _common(zip(reversed(old[start:]), reversed(new[start:]), strict=False))
    inner = _between(old[start : len(old) - end], new[start : len(new) - end], cuts)
    head = [(0, start, 0, start)] if start else []
    tail = [(len(old) - end, len(old), len(new) - end, len(new))] if end else []
    return [*head, *_shifted(inner, start, start), *tail]


def _between(old: _Words, new: _Words, cuts: tuple[_Cut, ...]) -> list[Run]:
    """What is shared between the ends, cut at the chunks that stand once in each text."""
    if _is_small(old, new):
        return _aligned(old, new, cuts)
    if not cuts:
        return []
    runs: list[Run] = []
    i = j = 0
    whole = (len(old), len(old), len(new), len(new))
    for anchor in [*_anchors(cuts[0](old), cuts[0](new)), whole]:
        runs += _shifted(_aligned(old[i : anchor[0]], new[j : anchor[2]], cuts[1:]), i, j)
        runs += [anchor] if anchor[0] < anchor[1] else []
        i, j = anchor[1], anchor[3]
    return runs


def _is_small(old: _Words, new: _Words) -> bool:
    if len(old) + len(new) > _MOST_TOKENS:
        return False
    counts = Counter(new)
    return sum(counts[word] for word in old) <= _MOST_PAIRS


def _anchors(old: list[_Chunk], new: list[_Chunk]) -> list[Run]:
    """The chunks that stand once in each text, as many as keep their order in both."""
    places, starts = _once(old), _once(new)
    shared = [chunk for chunk in places if chunk in starts]
    kept = longest_rising([starts[chunk] for chunk in shared])
    return [
        (places[c], places[c] + len(c), starts[c], starts[c] + len(c))
        for c in (shared[index] for index in kept)
    ]


def _once(chunks: list[_Chunk]) -> dict[_Chunk, int]:
    """The chunks that stand once, in order, each with the token it starts at."""
    counts = Counter(chunks)
    found: dict[_Chunk, int] = {}
    at = 0
    for chunk in chunks:
        if counts[chunk] == 1:
            found[chunk] = at
        at += len(chunk)
    return found


def _sentences(words: _Words) -> list[_Chunk]:
    found: list[_Chunk] = []
    start = 0
    for index, word in enumerate(words, 1):
        if word in {".", "?", "!"}:
            found.append(tuple(words[start:index]))
            start = index
    return [*found, tuple(words[start:])] if start < len(words) else found


def _single_words(words: _Words) -> list[_Chunk]:
    return [(word,) for word in words]


def _common(pairs: zip[tuple[str, str]]) -> int:
    """How many pairs from the first on are of the same word."""
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def _shifted(runs: list[Run], old: int, new: int) -> list[Run]:
    return [(a + old, b + old, c + new, d + new) for a, b, c, d in runs]


def _joined(runs: list[Run]) -> list[Run]:
    """Runs that adjoin in both texts as one."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1][1] == run[0] and joined[-1][3] == run[2]:
            joined[-1] = (joined[-1][0], run[1], joined[-1][2], run[3])
        else:
            joined.append(run)
    return joined
