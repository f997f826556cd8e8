"""What one cell of an imported table may say: text in, a value out.

Each function gets a cell that is not empty and raises ``ValueError`` with what is wrong with it,
worded to follow the column's name: "is not a whole number".
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

YES = {"yes", "y", "true", "1", "是", "有", "已", "✓", "√"}
NO = {"no", "n", "false", "0", "否", "无", "没有", "未", "✗", "×"}
LISTED = re.compile(r"[;；\n]")
COUNTED = re.compile(r"(?P<name>.+?)\s*[*×xX]\s*(?P<count>\d+)")
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
CLOCK = re.compile(r"(\d{1,2})\s*[:：]\s*(\d{2})(?::\d{2})?")
MAX_COUNT = 10_000

Kind = TypeVar("Kind", bound=StrEnum)


def text(cell: str) -> str:
    return cell


def short(limit: int) -> Callable[[str], str]:
    """Return a parser of text of at most ``limit`` characters."""

    def parse(cell: str) -> str:
        if len(cell) > limit:
            raise ValueError(f"is longer than {limit} characters")
        return cell

    return parse


def code(cell: str) -> str:
    """Read a code: letters, digits, dot, dash, slash or underscore, up to 60."""
    if not re.fullmatch(r"[\w./-]{1,60}", cell):
        raise ValueError("is not a code (letters, digits, dots and dashes, up to 60)")
    return cell


def whole(least: int = 0, most: int = 10**9) -> Callable[[str], int]:
    """Return a parser of whole numbers between two bounds."""

    def parse(cell: str) -> int:
        if not re.fullmatch(r"[-+]?\d{1,12}", cell):
            raise ValueError("is not a whole number")
        number = int(cell)
        if not least <= number <= most:
            raise ValueError(f"is not between {least} and {most}")
        return number

    return parse


def number(least: float, most: float) -> Callable[[str], float]:
    """Return a parser of numbers between two bounds."""

    def parse(cell: str) -> float:
        found = float(decimal(cell))
        if not least <= found <= most:
            raise ValueError(f"is not between {least:g} and {most:g}")
        return found

    return parse


def decimal(cell: str) -> Decimal:
    """Read an exact number, such as an amount in major units."""
    try:
        found = Decimal(cell.replace(",", "").strip("¥￥$€ "))
    except InvalidOperation as error:
        raise ValueError("is not a number") from error
    if not found.is_finite():
        raise ValueError("is not a number")
    return found


latitude = number(-90, 90)
longitude = number(-180, 180)


def yes_no(cell: str) -> bool:
    known = cell.strip().lower()
    if known in YES:
        return True
    if known in NO:
        return False
    raise ValueError("is neither yes nor no (是/否)")


def day(cell: str) -> date:
    """Read a day: 2026-11-03, 2026/11/3, 2026年11月3日."""
    found = DAY.match(cell)
    if found is None:
        raise ValueError("is not a day; write it as 2026-11-03")
    try:
        return date(*map(int, found.groups()))
    except ValueError as error:
        raise ValueError("is not a day of the calendar") from error


def clock_time(cell: str) -> time:
    """Read a wall time: 09:00, 9：30."""
    found = CLOCK.fullmatch(cell.strip())
    if found is None:
        raise ValueError("is not a time; write it as 09:00")
    try:
        return time(int(found[1]), int(found[2]))
    except ValueError as error:
        raise ValueError("is not a time of the day") from error


def local_moment(cell: str) -> datetime:
    """Read a local day and time, without a zone: 2026-11-03 09:00."""
    first, _, rest = cell.strip().replace("T", " ").partition(" ")
    return datetime.combine(day(first), clock_time(rest) if rest else time())


def words(cell: str) -> list[str]:
    """Read a list: ``ladder;drill``."""
    return [word for part in LISTED.split(cell) if (word := part.strip())]


def counts(cell: str) -> dict[str, int]:
    """Read what counts how much: ``sku*2;sku2*1``; without a count it is one."""
    found: dict[str, int] = {}
    for word in words(cell.replace(",", ";").replace("，", ";")):
        counted = COUNTED.fullmatch(word)
        name, count = (counted["name"], int(counted["count"])) if counted else (word, 1)
        if not 0 < count <= MAX_COUNT:
            raise ValueError(f"has a count that is not between 1 and {MAX_COUNT}")
        found[name] = found.get(name, 0) + count
    return found


def clock_spans(cell: str) -> list[list[str]]:
    """Read hours of a day: ``08:00-12:00;14:00-18:00``, each ending after it starts."""
    spans = []
    for word in words(cell):
        start, dash, end = re.sub("[–—~至]", "-", word).partition("-")
        if not dash or clock_time(end) <= clock_time(start):
            raise ValueError("is not hours; write them as 08:00-12:00;14:00-18:00")
        spans.append([f"{clock_time(start):%H:%M}", f"{clock_time(end):%H:%M}"])
    return spans


def one_of(kind: type[Kind], also: dict[str, Kind] | None = None) -> Callable[[str], Kind]:
    """Return a parser of the values of an enumeration; ``also`` gives other names."""
    known = {member.value: member for member in kind} | (also or {})

    def parse(cell: str) -> Kind:
        found = known.get(cell.strip().lower())
        if found is None:
            raise ValueError(f"is none of {', '.join(member.value for member in kind)}")
        return found

    return parse
