"""How values are shown: wall times of a zone, durations, money, names in the reader's language."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, get_currency_precision
from flask import Flask, g
from flask_babel import get_locale, gettext

from app.core import settings


def init_app(app: Flask) -> None:
    filters = (
        weekday_date,
        plus_days,
        local_time,
        local_stamp,
        minutes,
        duration,
        seconds_text,
        percent,
        money,
        hours,
    )
    for each in filters:
        app.jinja_env.filters[each.__name__] = each
    app.jinja_env.globals["local_name"] = local_name


def use_zone(zone: str) -> None:
    """Show this request's instants as wall time of a zone, such as the territory's."""
    g.zone = zone


def zone() -> ZoneInfo:
    return ZoneInfo(g.get("zone") or settings.current().timezone)


def local_name(row: Any) -> str:
    """Return the name of a brand, category, model or territory in the reader's language."""
    chinese = get_locale().language == "zh"
    return str((getattr(row, "name_zh", None) if chinese else None) or row.name)


def weekday_date(day: date) -> str:
    pattern = "M月d日 EEE" if get_locale().language == "zh" else "EEE d MMM y"
    return str(format_date(day, pattern, locale=get_locale()))


def plus_days(day: date, count: int) -> date:
    return day + timedelta(days=count)


def _instant(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def local_time(instant: datetime | str) -> str:
    return f"{_instant(instant).astimezone(zone()):%H:%M}"


def local_stamp(instant: datetime | str | None) -> str:
    """Show day and time, or a dash for no instant."""
    if instant is None:
        return "—"
    pattern = "M月d日 HH:mm" if get_locale().language == "zh" else "d MMM HH:mm"
    local = _instant(instant).astimezone(zone()).replace(tzinfo=None)
    return str(format_datetime(local, pattern, locale=get_locale()))


def minutes(seconds: float | None) -> str:
    return "—" if seconds is None else str(gettext("%(count)s min", count=round(seconds / 60)))


def duration(seconds: float | None) -> str:
    if seconds is None:
        return "—"
    whole = round(seconds / 60)
    if whole < 60:
        return str(gettext("%(count)s min", count=whole))
    return str(gettext("%(hours)s h %(minutes)s min", hours=whole // 60, minutes=whole % 60))


def seconds_text(seconds: int) -> str:
    return str(gettext("%(count)s s", count=seconds))


def hours(pairs: list[list[str]]) -> str:
    """Show permitted hours: ``08:00–12:00, 14:00–18:00``."""
    return ", ".join(f"{begin}–{end}" for begin, end in pairs)


def percent(share: float | None) -> str:
    return "—" if share is None else f"{round(share * 100)}%"


def money(amount_minor: int | None, currency: str | None = None) -> str:
    """Show minor units as an amount of their currency."""
    if amount_minor is None:
        return "—"
    code = currency or settings.current().currency
    major = amount_minor / 10 ** get_currency_precision(code)
    return str(format_currency(major, code, locale=get_locale(), format_type="standard"))
