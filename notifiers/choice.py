"""Which way out a configured address means."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from notifiers.message import Notifier


def notifier_for(address: str | None, default_folder: Path) -> Notifier:
    """The notifier of an address; without one, .eml files in `default_folder` (one per message).

    Args:
        address: `smtp://...` or `smtps://...` (see `notifiers.smtp.address.read_address`), or
            `file:///an/absolute/folder`; None or "" for the default folder.
        default_folder: used only where there is no address.

    Raises:
        ValueError: the address is of no known kind or faulty; the text does not repeat it.
    """
    if not address:
        return _files(default_folder)
    scheme = address.partition("://")[0].lower()
    if scheme in ("smtp", "smtps"):
        from notifiers.smtp.address import read_address
        from notifiers.smtp.notifier import SmtpNotifier

        return SmtpNotifier(read_address(address))
    if scheme == "file":
        return _files(_folder_of(address))
    raise ValueError("Mail is sent through smtp://, smtps:// or file:///folder, nothing else.")


def _files(folder: Path) -> Notifier:
    from notifiers.file import FileNotifier

    return FileNotifier(folder)


def _folder_of(address: str) -> Path:
    parts = urlsplit(address)
    folder = Path(unquote(parts.path))
    if parts.netloc not in ("", "localhost") or not folder.is_absolute():
        raise ValueError("A folder for mail is written file:///absolute/path, with three slashes.")
    return folder
