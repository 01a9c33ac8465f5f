"""Digests to about a hundred other services, through the optional extra `apprise`.

The only home of the library. A parcel for it is a subject, an empty line and the text.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from notifiers.mail.parcel import Parcel
from notifiers.message import SendError, Settle, Take

if TYPE_CHECKING:
    from apprise import NotifyBase

INSTALL = "pip install 'roundwatch[apprise]'"

_OF_THIS_MACHINE = frozenset(
    # They show messages on the very machine that sends them: nobody who subscribes sits there.
    "blink1 dbus gio glib gnome kde macosx qt syslog windows".split()
)
_LONGEST_REASON = 200


class AppriseNotifier:
    """Hands parcels to apprise, one at a time: its reasons are had from its log alone."""

    lanes = 1

    def carry(self, take: Take, settle: Settle) -> None:
        """Be the lane; see `notifiers.message.Notifier`."""
        while (parcel := take(True)) is not None:
            settle(parcel, _fault(parcel))

    def close(self) -> None:
        """Nothing is held open between messages."""


def service_of(address: str) -> str:
    """Which service an address of apprise means: its scheme, such as `discord`.

    Raises:
        ValueError: apprise is not installed, or cannot read the address, or it means this very
            machine. The text does not repeat the address, which holds passwords and tokens.
    """
    service = address.partition("://")[0].lower()
    if service in _OF_THIS_MACHINE:
        raise ValueError(f"{service}:// shows messages on the machine that sends them")
    _plugin(address)
    return service


def _plugin(address: str) -> NotifyBase:
    if find_spec("apprise") is None:
        raise ValueError(f"apprise is not installed; {INSTALL}")
    from apprise import Apprise, LogCapture

    with LogCapture():  # what it says of a faulty address repeats it
        plugin = Apprise.instantiate(address)
    if plugin is None:
        raise ValueError("apprise cannot read this address; each service has a form of its own")
    return plugin


def _fault(parcel: Parcel) -> SendError | None:
    """Send one parcel; what went wrong, or None."""
    subject, _, text = parcel.content.decode().partition("\n\n")
    try:
        plugin = _plugin(parcel.recipient)
    except ValueError as fault:
        return SendError(f"Nothing can be sent by apprise: {fault}.", False)
    taken, reason = _notified(plugin, subject, text)
    if taken:
        return None
    return SendError(f"{plugin.service_name} did not take it: {reason}", False)


def _notified(plugin: NotifyBase, subject: str, text: str) -> tuple[bool, str]:
    """Whether the service took it, and what apprise says of it."""
    import logging

    from apprise import Apprise, LogCapture, NotifyFormat
    from apprise.common import OverflowMode

    if plugin.overflow_mode == OverflowMode.UPSTREAM:  # nobody chose: a text message is not fifty
        plugin.overflow_mode = OverflowMode.TRUNCATE
    apprise = Apprise()
    apprise.add(plugin)
    with LogCapture(level=logging.WARNING, fmt="%(message)s") as said:
        taken = apprise.notify(title=subject, body=text, body_format=NotifyFormat.TEXT)
        reason = said.getvalue().strip().splitlines()
    return bool(taken), reason[0][:_LONGEST_REASON] if reason else "it gives no reason"
