"""Pure computation of notifications: wording, masking, when to try again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.core.personal import mask_phone, mask_text

LANGUAGES = ("en", "zh")
PERSONAL = frozenset({"link", "technicians"})
RETRIES = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=30),
)
PRESSING = frozenset({"technician-on-the-way", "visit-late", "lost-link"})
ABOUT_A_TIME = frozenset({"visit-booked", "visit-scheduled", "visit-changed", "visit-cancelled"})
PRESSING_BEFORE = timedelta(hours=12)
DECLINABLE = {"visit-reminder": "reminders", "rate-visit": "ratings", "still-good": "ratings"}
EXAMPLE: Mapping[str, Any] = {
    "zone": "Asia/Shanghai",
    "job": "7001-0001",
    "job_type": "install",
    "brand": "Nordhem",
    "brand_zh": "北居",
    "name": "王芳",
    "technicians": ["李明"],
    "promised": True,
    "starts_at": "2026-03-02T01:30:00+00:00",
    "ends_at": "2026-03-02T09:30:00+00:00",
    "window_start": "2026-03-02T01:00:00+00:00",
    "window_end": "2026-03-02T03:00:00+00:00",
    "link": "https://shifu.example/s/job_example",
    "expires_at": "2026-04-01T01:30:00+00:00",
    "visits": 1,
    "page": "https://shifu.example/field",
}
"""Every value that a message may name, to try a wording on."""


@dataclass(frozen=True)
class Wording:
    """A message in somebody's language."""

    subject: str
    text: str


@pass_context
def _day(context: Context, instant: str) -> str:
    return format_skeleton("MMMMEEEEd", _local(context, instant), locale=context["locale"])


@pass_context
def _clock(context: Context, instant: str) -> str:
    return format_time(_local(context, instant), "HH:mm", locale=context["locale"])


def _local(context: Context, instant: str) -> datetime:
    return datetime.fromisoformat(str(instant)).astimezone(ZoneInfo(context["zone"]))


_templates = Environment(
    loader=PackageLoader("app.notifications"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_written = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
for _environment in (_templates, _written):
    _environment.filters |= {"day": _day, "clock": _clock}


def word(topic: str, locale: str, values: Mapping[str, Any]) -> Wording:
    """Put a message into words: the template's first line is the subject, the rest the text.

    Args:
        topic: Which template.
        locale: ``en`` or ``zh``; any other language gets English.
        values: What the template names, with ``zone`` (IANA) for its instants (ISO 8601).

    Raises:
        jinja2.TemplateNotFound: nobody wrote this topic.
        jinja2.UndefinedError: the template names a value that is not there.
    """
    chosen = language(locale)
    template = _templates.get_template(f"{chosen}/{topic}.txt")
    subject, _, text = template.render(values, locale=chosen).strip().partition("\n")
    return Wording(subject.strip(), text.strip() + "\n")


def word_as(subject: str, text: str, locale: str, values: Mapping[str, Any]) -> Wording:
    """Put a message into words that an administrator wrote, in a sandbox.

    Raises:
        jinja2.TemplateError: it is no template, names a value that is not there, or does what
            templates may not.
    """
    chosen = language(locale)
    parts = [_written.from_string(part).render(values, locale=chosen) for part in (subject, text)]
    return Wording(" ".join(parts[0].split()), parts[1].strip() + "\n")


def language(locale: str) -> str:
    """Return the language in which somebody is written to."""
    return locale if locale in LANGUAGES else LANGUAGES[0]


def channel(delivery: str) -> str:
    """Return which kind of message a way out carries: ``email`` with a subject, or ``text``."""
    return "email" if delivery == "smtp" else "text"


def is_declined(topic: str, declines: Collection[str]) -> bool:
    """Tell whether somebody who declines these kinds does not want this message."""
    return DECLINABLE.get(topic) in declines


def may_wait(topic: str, payload: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether a message may wait for the morning."""
    if topic in PRESSING:
        return False
    start = payload.get("window_start")
    if topic not in ABOUT_A_TIME or start is None:
        return True
    return datetime.fromisoformat(start) - now > PRESSING_BEFORE


def quiet_until(hours: str, zone: str, now: datetime) -> datetime | None:
    """Return when the quiet hours end that are now; ``None``: it is not quiet.

    Args:
        hours: Local hours such as ``21:00-08:00``; empty: never quiet.
        zone: IANA zone of whoever is written to.
        now: The moment.
    """
    if not hours:
        return None
    begin, end = (time.fromisoformat(part.strip()) for part in hours.split("-"))
    local = now.astimezone(ZoneInfo(zone))
    over_night = begin > end
    wall = local.time()
    is_quiet = (wall >= begin or wall < end) if over_night else begin <= wall < end
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if over_night and wall >= begin else 0)
    return datetime.combine(day, end, ZoneInfo(zone)).astimezone(UTC)


def topics() -> set[str]:
    """Return every topic that has words."""
    found = {name.split("/")[-1] for name in _templates.list_templates()}
    return {name.removesuffix(".txt") for name in found if not name.startswith("_")}


def without_secrets(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may stay of a payload once it is delivered."""
    return {name: value for name, value in payload.items() if name not in PERSONAL}


def for_the_log(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload as those see it who only look after delivery."""
    technicians = [mask_text(name) for name in payload.get("technicians", [])]
    return {**payload, "name": "…", "link": "…", "technicians": technicians}


def masked_address(phone: str | None, email: str | None) -> str:
    """Show an address so that a person recognises it and nobody else can use it."""
    if phone:
        return mask_phone(phone)
    if email:
        account, _, domain = email.partition("@")
        return f"{mask_text(account)}@{domain}"
    return ""


def retry_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many attempts; ``None`` after three days of trying."""
    return RETRIES[attempts - 1] if attempts <= len(RETRIES) else None
