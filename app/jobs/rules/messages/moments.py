"""When: days and times as people write them in Chinese and English."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

from app.jobs.rules.messages.draft import LIKELY, MAYBE, SURE, Guess

RELATIVE = {
    "大后天": 3, "后天": 2, "明天": 1, "明日": 1, "今天": 0, "今日": 0,
    "day after tomorrow": 2, "tomorrow": 1, "today": 0,
}  # fmt: skip
WEEKDAYS_ZH = {c: i for i, c in enumerate("一二三四五六")} | {"日": 6, "天": 6}
WEEKDAYS_EN = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PARTS = {
    "全天": (9, 18), "all day": (9, 18), "上午": (9, 12), "早上": (8, 12), "morning": (9, 12),
    "中午": (12, 14), "noon": (12, 14), "下午": (13, 18), "afternoon": (13, 18),
    "傍晚": (17, 19), "晚上": (18, 21), "evening": (18, 21),
}  # fmt: skip
LATE = ("下午", "傍晚", "晚上", "afternoon", "evening", "pm")
AFTER = re.compile(r"以后|之后|后|after", re.IGNORECASE)
WEEK_ZH = re.compile(r"(下下|下|这|本)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])")
WEEK_EN = re.compile(r"\b(next |this )?(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", re.IGNORECASE)
DATE_ISO = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
DATE_MD = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})(?:日|号)?")
DATE_D = re.compile(r"(?<!\d)(\d{1,2})号(?![楼栋院房线门\d])")
DATE_EN = re.compile(
    rf"\b(?:({'|'.join(MONTHS)})[a-z]*\.? (\d{{1,2}})|(\d{{1,2}}) ({'|'.join(MONTHS)})[a-z]*)\b",
    re.IGNORECASE,
)
HOUR = r"(\d{1,2})(?::(\d{2})|点半|点)?\s*(am|pm)?"
PART = rf"({'|'.join(PARTS)})?\s*"
SPAN = re.compile(
    rf"{PART}(?<![A-Za-z\d-]){HOUR}\s*(?:-|~|—|–|到|至|to)\s*{PART}{HOUR}(?!\d)(点|时)?",
    re.IGNORECASE,
)
MOMENT = re.compile(
    rf"{PART}(?:(after|at)\s+)?(\d{{1,2}})(?:(:\d{{2}})|(点半)|(点)|\s*(am|pm))\s*(以后|之后|后)?",
    re.IGNORECASE,
)


def find_day(text: str, today: date) -> Guess | None:
    """Find the day a visit is wished for; the coming one where the year or month is left out."""
    found = sorted(_days(text, today), key=lambda guess: -guess.confidence)
    return found[0] if found else None


def _days(text: str, today: date) -> Iterator[Guess]:
    if m := DATE_ISO.search(text):
        yield from _dated(int(m[1]), int(m[2]), int(m[3]), SURE, m[0])
    if m := DATE_MD.search(text):
        yield from _coming(int(m[1]), int(m[2]), today, m[0])
    if m := DATE_EN.search(text):
        month = MONTHS.index((m[1] or m[4])[:3].lower()) + 1
        yield from _coming(month, int(m[2] or m[3]), today, m[0])
    if m := DATE_D.search(text):
        yield from _day_of_month(int(m[1]), today, m[0])
    yield from _weekdays(text, today)
    word = next((word for word in RELATIVE if word in text.lower()), None)
    if word is not None:
        yield Guess(today + timedelta(days=RELATIVE[word]), 0.85, word)


def _dated(year: int, month: int, day: int, confidence: float, source: str) -> Iterator[Guess]:
    try:
        yield Guess(date(year, month, day), confidence, source)
    except ValueError:
        return


def _coming(month: int, day: int, today: date, source: str) -> Iterator[Guess]:
    for guess in _dated(today.year, month, day, 0.9, source):
        if guess.value >= today:
            yield guess
        else:
            yield from _dated(today.year + 1, month, day, MAYBE, source)


def _day_of_month(day: int, today: date, source: str) -> Iterator[Guess]:
    year, month = today.year, today.month
    if day < today.day:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    yield from _dated(year, month, day, MAYBE, source)


def _weekdays(text: str, today: date) -> Iterator[Guess]:
    monday = today - timedelta(days=today.weekday())
    if m := WEEK_ZH.search(text):
        weeks = {"下": 1, "下下": 2}.get(m[1], 0)
        yield _weekday(monday, today, WEEKDAYS_ZH[m[2]], weeks, m[0])
    if m := WEEK_EN.search(text):
        weeks = 1 if (m[1] or "").strip().lower() == "next" else 0
        guess = _weekday(monday, today, WEEKDAYS_EN.index(m[2].lower()), weeks, m[0])
        yield Guess(guess.value, MAYBE, m[0]) if weeks else guess


def _weekday(monday: date, today: date, weekday: int, weeks: int, source: str) -> Guess:
    day = monday + timedelta(days=weekday + 7 * weeks)
    if day < today:
        return Guess(day + timedelta(days=7), MAYBE, source)
    return Guess(day, MAYBE if day == today else LIKELY, source)


def find_window(text: str) -> Guess | None:
    """Find the local times between which somebody may come: ``(start, end)``."""
    spans = (_span(m) for m in SPAN.finditer(text))
    moments = (_moment(m) for m in MOMENT.finditer(text))
    if guess := next((guess for guess in (*spans, *moments) if guess), None):
        return guess
    word = next((word for word in PARTS if word in text.lower()), None)
    if word is None:
        return None
    start, end = PARTS[word]
    return Guess((time(start), time(end)), 0.7, word)


def _span(m: "re.Match[str]") -> Guess | None:
    """Read ``上午9-12点``, ``9:00-12:00``, ``2-4 pm``; a bare ``3-5`` is no time."""
    named = any((m[1], m[3], m[4], m[5], m[7], m[8], m[9])) or "点" in m[0]
    if not named:
        return None
    first = m[1] or m[4] or m[5] or m[8]
    start = _clock(m[2], m[3], first, half="点半" in m[0].split(m[6])[0] and not m[3])
    end = _clock(m[6], m[7], m[5] or m[8] or m[1], half=False)
    if start is None or end is None:
        return None
    if end <= start and end.hour < 12:
        end = end.replace(hour=end.hour + 12)
    return Guess((start, end), 0.9, m[0].strip()) if start < end else None


def _moment(m: "re.Match[str]") -> Guess | None:
    start = _clock(m[3], (m[4] or "").lstrip(":"), m[1] or m[7], half=bool(m[5]))
    if start is None or start.hour > 20:
        return None
    is_open = bool(m[8]) or (m[2] or "").lower() == "after"
    last = max(18, start.hour + 2) if is_open else start.hour + 1
    return Guess((start, start.replace(hour=min(last, 23))), 0.7, m[0].strip())


def _clock(hour: str, minute: str | None, part: str | None, *, half: bool) -> time | None:
    hours, minutes = int(hour), int(minute) if minute else (30 if half else 0)
    if part and part.lower() in LATE and hours < 12:
        hours += 12
    if hours > 23 or minutes > 59:
        return None
    return time(hours, minutes)
