"""When a visit may start: promises are kept, proposals may be passed, at a cost."""

from app.jobs.models import Job
from app.planning.rules import weights
from app.planning.rules.windows import Asked, timing

HOUR = 3600
DAY = 24 * HOUR
WHOLE = (0, DAY)


def asked(window=(9 * HOUR, 11 * HOUR), *, promised=True, due=None):
    return Asked(window=window, promised=promised, day_end=DAY if window else None, due=due)


def test_a_promised_window_is_kept_and_has_no_lateness():
    found = timing(asked(), horizon=WHOLE)

    assert found.windows == [(9 * HOUR, 11 * HOUR)]
    assert (found.due, found.late_per_hour) == (None, 0)


def test_a_proposed_window_keeps_its_day_and_is_late_after_its_end():
    found = timing(asked(promised=False), horizon=WHOLE)

    assert found.windows == [(9 * HOUR, DAY)]
    assert found.due == 11 * HOUR
    assert found.late_per_hour > 0


def test_without_a_window_any_time_will_do_until_the_deadline_costs():
    found = timing(asked(None, due=15 * HOUR), horizon=WHOLE)

    assert found.windows == [WHOLE]
    assert found.due == 15 * HOUR


def test_a_deadline_before_a_promised_window_does_not_count():
    assert timing(asked(due=5 * HOUR), horizon=WHOLE).due is None


def test_a_deadline_already_passed_counts_from_the_begin():
    assert timing(asked(None, due=-5 * DAY), horizon=(HOUR, DAY)).due == HOUR


def test_nothing_is_left_out_for_being_late():
    evening = 12 * weights.LATE_PER_HOUR
    fortnight = 14 * 24 * weights.OVERDUE_PER_HOUR
    least = weights.penalty(Job(work_seconds=3600, crew=[{}], priority=1))

    assert max(evening, fortnight) < least


def test_a_window_is_clipped_to_what_is_left_of_the_day():
    found = timing(asked(), horizon=(10 * HOUR, DAY))

    assert found.windows == [(10 * HOUR, 11 * HOUR)]


def test_a_window_that_is_over_leaves_none():
    assert timing(asked(), horizon=(12 * HOUR, DAY)).windows == []
