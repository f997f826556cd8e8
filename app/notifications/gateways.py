"""The ways out for messages: a file, a mail server, a message gateway by webhook, or none."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from standardwebhooks import Webhook

from app.core import egress, settings
from app.core.errors import Conflict, Unavailable
from app.notifications.queries import Reach
from app.notifications.rules import Wording

WORTH_ANOTHER_TRY = frozenset({408, 425, 429})


class DeliveryRefused(Conflict):
    """The other side will not take this message, however often it is sent."""

    code = "delivery-refused"


class DeliveryFailed(Unavailable):
    """The other side did not take the message this time."""

    code = "delivery-failed"


@dataclass(frozen=True)
class Letter:
    """One message ready to leave. ``id`` stays the same however often it is sent."""

    id: UUID
    topic: str
    to: Reach
    wording: Wording
    at: datetime

    def as_plain(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "topic": self.topic,
            "at": self.at.isoformat(),
            "to": {name: value for name, value in asdict(self.to).items() if name != "declines"},
            "subject": self.wording.subject,
            "text": self.wording.text,
        }


class Gateway(Protocol):
    """A way out."""

    def send(self, letter: Letter) -> None:
        """Hand a letter over.

        Raises:
            DeliveryRefused: trying again is of no use.
            Unavailable: trying again may help.
        """


class Nowhere:
    """Sends nothing to nobody: for installations that only want the log."""

    def send(self, letter: Letter) -> None:
        """Take the letter and do nothing with it."""


@dataclass(frozen=True)
class Folder:
    """Writes each letter into a folder, as a JSON line for programs and as text for people."""

    folder: Path

    def send(self, letter: Letter) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = json.dumps(letter.as_plain(), ensure_ascii=False) + "\n"
        self._append("messages.jsonl", line)
        self._append("messages.txt", _as_text(letter))

    def _append(self, name: str, text: str) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with os.fdopen(os.open(self.folder / name, flags, 0o600), "a", encoding="utf-8") as file:
            file.write(text)


def _as_text(letter: Letter) -> str:
    to = " ".join(part for part in (letter.to.name, letter.to.phone, letter.to.email) if part)
    head = f"{letter.at.isoformat(timespec='seconds')}  {letter.topic}  {to}"
    return f"{head}\n{letter.wording.subject}\n\n{letter.wording.text}\n{'-' * 72}\n"


@dataclass(frozen=True)
class Mail:
    """Sends e-mail through the operator's server."""

    sender: str

    def send(self, letter: Letter) -> None:
        if not letter.to.email:
            raise DeliveryRefused(why="there is no e-mail address")
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, letter.to.email
        mail["Subject"] = letter.wording.subject
        mail["Date"] = format_datetime(letter.at)
        mail["Message-ID"] = f"<{letter.id}@{self.sender.partition('@')[2] or 'localhost'}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.wording.text)
        egress.send_mail(mail, purpose="notification")


@dataclass(frozen=True)
class Hook:
    """Posts letters to the operator's message gateway, signed by Standard Webhooks.

    ``webhook-id`` is the letter's id, by which the gateway knows one that was sent twice.
    """

    url: str
    secret: str

    def send(self, letter: Letter) -> None:
        body = json.dumps(letter.as_plain(), ensure_ascii=False)
        signature = Webhook(self.secret).sign(str(letter.id), letter.at, body)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": str(letter.id),
            "webhook-timestamp": str(int(letter.at.timestamp())),
            "webhook-signature": signature,
        }
        answer = egress.request(
            "POST", self.url, headers=headers, body=body.encode(), purpose="notification"
        )
        if 200 <= answer.status < 300:
            return
        if answer.status >= 500 or answer.status in WORTH_ANOTHER_TRY:
            raise DeliveryFailed(status=answer.status)
        raise DeliveryRefused(why=f"the gateway answered {answer.status}")


def _hook(chosen: settings.Settings) -> Gateway:
    if not chosen.delivery_webhook or not chosen.delivery_webhook_secret:
        raise ValueError(
            "SHIFU_DELIVERY=webhook needs SHIFU_DELIVERY_WEBHOOK and SHIFU_DELIVERY_WEBHOOK_SECRET"
        )
    return Hook(chosen.delivery_webhook, chosen.delivery_webhook_secret)


WAYS: dict[str, Callable[[settings.Settings], Gateway]] = {
    "file": lambda chosen: Folder(chosen.instance / "outbox"),
    "smtp": lambda chosen: Mail(chosen.delivery_from),
    "webhook": _hook,
    "none": lambda _: Nowhere(),
}


def chosen() -> Gateway:
    """Return the way out that the setting ``delivery`` names.

    Raises:
        ValueError: the way lacks a setting it needs.
    """
    now = settings.current()
    return WAYS[now.delivery](now)
