"""Sends the same mail to many readers by Django's `send_messages`, over its one connection.

send.py PORT READERS MAIL.json; prints the seconds it took.
"""

import json
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection


def message(mail: dict[str, str], number: int) -> EmailMultiAlternatives:
    """The mail of one reader."""
    link = f"{mail['unsubscribe']}{number}"
    made = EmailMultiAlternatives(
        mail["subject"],
        mail["text"].replace(mail["marker"], link),
        mail["sender"],
        [f"reader{number}@example.com"],
        headers={
            "Message-ID": f"<{number}@example.org>",
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    made.attach_alternative(mail["html"].replace(mail["marker"], link), "text/html")
    return made


def main() -> None:
    """Send, and print the seconds."""
    port, readers, file = sys.argv[1:]
    mail = json.loads(Path(file).read_text("utf-8"))
    settings.configure(EMAIL_HOST="127.0.0.1", EMAIL_PORT=int(port), USE_TZ=True)
    started = time.perf_counter()
    with get_connection("django.core.mail.backends.smtp.EmailBackend") as connection:
        connection.send_messages([message(mail, number) for number in range(int(readers))])
    print(json.dumps(time.perf_counter() - started))


if __name__ == "__main__":
    main()
