"""An absence cuts a shift."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.technicians.rules import Break, WorkTime, cut

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)


def at(hours):
    return MIDNIGHT + timedelta(hours=hours)


def shift(start=8, end=18, **given):
    return WorkTime(shift_id=UUID(int=1), starts_at=at(start), ends_at=at(end), **given)


def hours(pieces):
    return [
        (
            (p.starts_at - MIDNIGHT) / timedelta(hours=1),
            (p.ends_at - MIDNIGHT) / timedelta(hours=1),
        )
        for p in pieces
    ]


def test_a_shift_without_an_absence_stays_whole():
    whole = shift(overtime_minutes=60)

    assert cut(whole, []) == [whole]
    assert cut(whole, [(at(0), at(8)), (at(18) + timedelta(hours=1), at(24))]) == [whole]


def test_an_absence_in_the_middle_leaves_two_numbered_pieces():
    pieces = cut(shift(), [(at(10), at(12))])

    assert hours(pieces) == [(8, 10), (12, 18)]
    assert [piece.part for piece in pieces] == [0, 1]


def test_an_absence_at_an_edge_shortens_the_shift():
    assert hours(cut(shift(), [(at(6), at(10))])) == [(10, 18)]
    assert hours(cut(shift(), [(at(16), at(20))])) == [(8, 16)]


def test_an_absence_over_all_of_it_leaves_nothing():
    assert cut(shift(), [(at(8), at(18))]) == []
    assert cut(shift(), [(at(0), at(12)), (at(12), at(24))]) == []


def test_overtime_stays_only_where_the_shift_is_worked_to_its_end():
    first, last = cut(shift(overtime_minutes=120), [(at(10), at(12))])
    assert (first.overtime_minutes, last.overtime_minutes) == (0, 120)

    [early] = cut(shift(overtime_minutes=120), [(at(16), at(18))])
    assert early.overtime_minutes == 0


def test_an_absence_in_the_evening_bounds_the_overtime():
    [whole] = cut(shift(overtime_minutes=120), [(at(19), at(22))])

    assert whole.overtime_minutes == 60


def test_a_break_goes_to_the_piece_that_has_room_for_it():
    rest = Break(at(11.5), at(13), 60)

    morning, afternoon = cut(shift(breaks=(rest,)), [(at(9), at(12))])

    assert morning.breaks == ()
    assert afternoon.breaks == (Break(at(12), at(13), 60),)


def test_a_break_that_the_absence_swallows_counts_as_rested():
    rest = Break(at(12), at(13), 60)

    pieces = cut(shift(breaks=(rest,)), [(at(11), at(14.5))])

    assert [piece.breaks for piece in pieces] == [(), ()]


spans = st.tuples(st.integers(0, 23), st.integers(1, 12)).map(
    lambda s: (at(s[0]), at(s[0] + s[1]))
)


@given(st.lists(spans, max_size=4))
def test_the_pieces_are_exactly_the_shifts_minutes_outside_the_absences(absences):
    pieces = cut(shift(), absences)

    for minute in range(0, 24 * 60, 15):
        moment = MIDNIGHT + timedelta(minutes=minute)
        worked = sum(p.starts_at <= moment < p.ends_at for p in pieces)
        away = any(begin <= moment < end for begin, end in absences)
        assert worked == int(at(8) <= moment < at(18) and not away)
