"""What a robots.txt allows us (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass

# RFC 9309 section 2.5 has a crawler read at least 500 KiB. What lies beyond is not kept.
LONGEST_ROBOTS = 512 * 1024


@dataclass(frozen=True, slots=True)
class Leave:
    """Whether an address may be fetched, and how many seconds must lie between two requests."""

    granted: bool
    pause: float


def leave(robots_text: str | None, url: str, user_agent: str) -> Leave:
    """What robots.txt says about an address.

    Args:
        robots_text: the file; None or blank where the host has no rules.
        url: the whole address to be fetched.
        user_agent: our product token ("Roundwatch"), not the whole header: a rule for some word
            in our contact address is not meant for us.
    """
    if not robots_text or not robots_text.strip():
        return Leave(granted=True, pause=0.0)
    # Imported late: most hosts have no rules, or none were asked for in this run.
    from protego import Protego

    rules = Protego.parse(robots_text)
    return Leave(
        granted=rules.can_fetch(url, user_agent), pause=rules.crawl_delay(user_agent) or 0.0
    )


def readable(body: bytes) -> str:
    """A robots.txt as text (RFC 9309 section 2.3: UTF-8), cut after a whole line."""
    text = body[:LONGEST_ROBOTS].decode("utf-8-sig", errors="replace")
    # Half a "Disallow: /drafts/" would forbid more than was meant.
    return text if len(body) <= LONGEST_ROBOTS else text[: text.rfind("\n") + 1]
