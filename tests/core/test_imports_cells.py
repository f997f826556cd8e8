"""What a cell of an imported table may say."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from app.core import cells
from app.core.policies import Role


@pytest.mark.parametrize(
    ("parse", "cell", "value"),
    [
        (cells.whole(0, 9), "7", 7),
        (cells.number(-90, 90), "23.1", 23.1),
        (cells.decimal, "¥1,200.50", Decimal("1200.50")),
        (cells.yes_no, "是", True),
        (cells.yes_no, "No", False),
        (cells.day, "2026年11月3日", date(2026, 11, 3)),
        (cells.day, "2026/11/3", date(2026, 11, 3)),
        (cells.clock_time, "9：30", time(9, 30)),
        (cells.local_moment, "2026-11-03 09:00", datetime.fromisoformat("2026-11-03 09:00")),
        (cells.local_moment, "2026-11-03", datetime.fromisoformat("2026-11-03 00:00")),
        (cells.words, "ladder； drill;", ["ladder", "drill"]),
        (cells.counts, "A*2;B;A x1", {"A": 3, "B": 1}),
        (cells.clock_spans, "08:00-12:00;14:00~18:00", [["08:00", "12:00"], ["14:00", "18:00"]]),
        (cells.one_of(Role, {"调度": Role.DISPATCHER}), "调度", Role.DISPATCHER),
    ],
)
def test_what_people_write_is_understood(parse, cell, value):
    assert parse(cell) == value


@pytest.mark.parametrize(
    ("parse", "cell"),
    [
        (cells.whole(0, 9), "10"),
        (cells.whole(0, 9), "1.5"),
        (cells.number(-90, 90), "nan"),
        (cells.decimal, "twelve"),
        (cells.yes_no, "perhaps"),
        (cells.day, "2026-02-30"),
        (cells.day, "tomorrow"),
        (cells.clock_time, "25:00"),
        (cells.counts, "A*0"),
        (cells.clock_spans, "18:00-08:00"),
        (cells.one_of(Role), "king"),
        (cells.code, "two words"),
        (cells.short(3), "long"),
    ],
)
def test_what_makes_no_sense_is_refused(parse, cell):
    with pytest.raises(ValueError, match=r"\w"):
        parse(cell)
