"""Seven days to change one's mind, an answer to it, and what does not count for a technician."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden
from app.jobs.models import Job
from app.ratings import queries, rules, service
from app.ratings.models import Rating, RatingRevision
from app.ratings.queries import RatingNotFound
from app.ratings.service import RatingNotAccepted, RatingSettled, Stars
from tests.factories import (
    MONDAY_8AM,
    dispatcher,
    make_customer,
    make_technician,
    make_territory,
    technician_actor,
)
from tests.ratings.made import complete_visit, invitations, secret_of, within


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def territory():
    return make_territory()


@pytest.fixture
def li(territory):
    return make_technician(territory, name="李明")


@pytest.fixture
def visit(li, territory):
    return complete_visit(li, territory=territory)


def rate(visit, *stars, **given):
    return within(service.rate, secret_of(visit), stars, **given)


def change(visit, *stars):
    return within(service.change, secret_of(visit), stars)


def test_a_changed_rating_counts_as_it_is_now_and_keeps_what_it_said(visit, li):
    rate(visit, Stars(li.id, 1, 1, "坏"))

    with clock.frozen(MONDAY_8AM + timedelta(days=7)):
        (kept,) = change(visit, Stars(li.id, 4, 5, "其实不错"))

    before = db.session.scalars(db.select(RatingRevision)).one()
    assert (kept.professional, kept.attitude, kept.comment) == (4, 5, "其实不错")
    assert (before.professional, before.comment) == (1, "坏")
    assert db.session.scalars(db.select(Rating)).one().id == kept.id


def test_after_seven_days_a_rating_is_settled(visit, li):
    rate(visit, Stars(li.id, 1, 1))

    late = clock.frozen(MONDAY_8AM + timedelta(days=7, seconds=1))
    with late, pytest.raises(RatingSettled):
        change(visit, Stars(li.id, 5, 5))


def test_what_was_not_said_cannot_be_changed(visit, li):
    with pytest.raises(RatingNotAccepted):
        change(visit, Stars(li.id, 5, 5))


def test_the_consumer_is_asked_once_the_technician_has_left(visit):
    (message,) = invitations(visit)

    assert message.not_before >= MONDAY_8AM + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("tags", "why"),
    [(("goods-late",), "goods"), (("badly-planned",), "planning"), (("rude",), None), ((), None)],
)
def test_what_the_technician_did_not_cause_does_not_count_for_them(visit, li, tags, why):
    (kept,) = rate(visit, Stars(li.id, 1, 1, tags=tags))

    assert kept.set_aside == why
    assert bool(queries.tallies()) is (why is None)


def test_a_visit_planned_after_the_promised_window_is_the_plans_fault(visit, li):
    def promise_earlier():
        job = db.session.get_one(Job, visit.job_id)
        job.window_start = MONDAY_8AM - timedelta(hours=2)
        job.window_end = MONDAY_8AM

    within(promise_earlier)

    assert rate(visit, Stars(li.id, 2, 2))[0].set_aside == "planning"


def test_a_rating_from_the_technicians_own_phone_does_not_count(territory):
    chen = make_technician(territory, phone="+8613812345678")
    own = make_customer(phone="+8613812345678")

    def same_phone():
        from_phone = queries.index_of(queries.parse("+8613812345678"))
        db.session.merge(own).phone_index = from_phone

    within(same_phone)
    visit = complete_visit(chen, territory=territory, customer=own)

    assert rate(visit, Stars(chen.id, 5, 5))[0].set_aside == "own-phone"
    assert [one.code for one in queries.signals(chen.id)] == ["own-phone"]


def test_one_device_for_many_visits_in_an_hour_is_seen(li, territory):
    for _ in range(4):
        another = complete_visit(li, territory=territory)
        rate(another, Stars(li.id, 5, 5), source="10.0.0.1 phone")

    assert {(one.code, one.count) for one in queries.signals(li.id)} == {
        ("same-device", 4),
        ("burst", 4),
    }


def test_a_tag_that_is_none_is_refused(visit, li):
    with pytest.raises(RatingNotAccepted):
        rate(visit, Stars(li.id, 5, 5, tags=("<b>",)))


def test_the_technician_answers_and_changes_nothing(visit, li):
    (kept,) = rate(visit, Stars(li.id, 2, 3))

    answered = within(service.reply, kept.id, "下次改进", actor=technician_actor(li))

    assert answered.reply == "下次改进"
    assert (answered.professional, answered.attitude) == (2, 3)


def test_nobody_else_answers_for_a_technician(visit, li, territory):
    (kept,) = rate(visit, Stars(li.id, 2, 3))

    with pytest.raises(RatingNotFound):
        within(service.reply, kept.id, "x", actor=technician_actor(make_technician(territory)))
    with pytest.raises(Forbidden):
        within(service.reply, kept.id, "x", actor=dispatcher(territory))


def test_abuse_is_hidden_and_its_stars_count_as_before(visit, li, territory):
    (kept,) = rate(visit, Stars(li.id, 1, 1, "骂人的话"))
    before = queries.tallies()

    within(service.hide, kept.id, "insult", actor=dispatcher(territory))

    (seen,) = queries.shown([kept], with_comments=True)
    assert seen.comment is None
    assert (seen.professional, seen.attitude) == (1, 1)
    assert queries.tallies() == before


def test_whom_a_rating_is_about_does_not_hide_it(visit, li):
    (kept,) = rate(visit, Stars(li.id, 1, 1, "x"))

    with pytest.raises(Forbidden):
        within(service.hide, kept.id, "no", actor=technician_actor(li))


def test_old_ratings_count_less_than_new_ones(visit, li):
    rate(visit, Stars(li.id, 5, 5))
    weights = []
    for days in (0, 200, 700, 3000):
        with clock.frozen(MONDAY_8AM + timedelta(days=days)):
            weights.append(sum(next(iter(queries.tallies().values())).professional))

    assert weights == sorted(weights, reverse=True)
    assert weights[0] > 0.9
    assert weights[-1] < 0.1


@pytest.mark.parametrize(
    ("stars", "tier"),
    [([5] * 4, "new"), ([5] * 60, "gold"), ([4, 5] * 15, "silver"), ([1] * 20, "watched")],
)
def test_tiers_follow_their_published_rules(stars, tier):
    tally = rules.Tally()
    for one in stars:
        tally.add(one, one)

    assert rules.tier(rules.standing(tally, rules.Prior())) == tier


def test_what_needed_no_second_visit_is_counted(visit, li):
    found = queries.lasting(li.id)

    assert (found.completed, found.first_time, found.share) == (1, 1, 1.0)
