"""The consumer of a completed visit rates who came, once, with the link they were sent."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import audit, clock, links
from app.core.db import db
from app.core.links import Link, LinkNotValid, Purpose
from app.core.outbox import OutboxMessage
from app.core.tasks import BackgroundTask
from app.planning.models import VisitState
from app.ratings import queries, service
from app.ratings.models import Rating
from app.ratings.service import AlreadyRated, RatingNotAccepted, Stars
from app.technicians.models import Score
from app.visits import service as visits
from app.worker import engine, queues
from tests.factories import MONDAY_8AM, make_technician, make_territory, technician_actor
from tests.ratings.made import complete_visit, invitations, secret_of, within
from tests.visits.made import evidence, make_crew, make_visit, tell


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def li():
    return make_technician(make_territory(), name="李明")


@pytest.fixture
def visit(li):
    return complete_visit(li)


def five(technician, **given):
    return Stars(technician.id, **({"professional": 5, "attitude": 5} | given))


def rate(secret, *stars):
    return within(service.rate, secret, stars)


def count(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def test_completing_a_visit_sends_its_consumer_a_link(visit):
    (message,) = invitations(visit)

    assert message.recipient.startswith("customer:")
    assert "/s/rate_" in message.payload["link"]


def test_the_database_has_only_the_hash_of_the_secret(visit):
    link = db.session.scalars(sa.select(Link)).one()

    assert secret_of(visit) not in link.secret_hash
    assert len(secret_of(visit)) >= 32


def test_a_failed_visit_invites_nobody(li):
    failed = make_visit(li)
    tell(failed, "failed", actor=technician_actor(li))

    assert count(OutboxMessage) == 0


def test_nobody_is_invited_by_a_completion_that_is_not_committed(li):
    visit = make_visit(li)

    def report_and_fail():
        visits.report(visit.id, VisitState.COMPLETED, evidence(), actor=technician_actor(li))
        db.session.flush()
        _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        within(report_and_fail)

    assert count(OutboxMessage) == count(Link) == 0


def test_the_link_shows_who_came_and_for_what(visit, li):
    offer = queries.invitation(secret_of(visit))

    assert [(one.technician_id, one.name, one.rated) for one in offer.crew] == [
        (li.id, "李明", False)
    ]
    assert not offer.is_answered


def test_looking_at_the_link_changes_nothing(visit, li):
    for _ in range(3):
        queries.invitation(secret_of(visit))

    rate(secret_of(visit), five(li))
    assert count(Rating) == 1


def test_both_axes_and_the_words_are_kept(visit, li):
    (kept,) = rate(secret_of(visit), five(li, professional=4, attitude=2, comment=" late "))

    assert (kept.professional, kept.attitude, kept.comment) == (4, 2, "late")
    assert b"late" not in kept.comment_sealed


def test_the_audit_says_that_the_consumer_did_it_and_not_what_they_wrote(visit, li):
    (kept,) = rate(secret_of(visit), five(li, comment="too late"))

    (entry,) = audit.history("ratings", kept.id)
    assert entry.actor.startswith("link:")
    assert "too late" not in str(entry.after)


def test_a_visit_is_rated_once(visit, li):
    rate(secret_of(visit), five(li))

    with pytest.raises(AlreadyRated):
        rate(secret_of(visit), five(li, professional=1))
    assert db.session.scalars(sa.select(Rating)).one().professional == 5


def test_each_of_a_crew_is_rated_for_themselves_also_one_after_the_other():
    li, chen = make_crew()
    visit = complete_visit(li, crew=[chen])

    rate(secret_of(visit), five(chen, attitude=3))
    rate(secret_of(visit), five(li))

    assert queries.invitation(secret_of(visit)).is_answered
    assert count(Rating) == 2


def test_if_one_of_several_was_rated_before_none_is_kept():
    li, chen = make_crew()
    visit = complete_visit(li, crew=[chen])
    rate(secret_of(visit), five(chen))

    with pytest.raises(AlreadyRated):
        rate(secret_of(visit), five(chen), five(li))
    assert count(Rating) == 1


def test_who_is_not_rated_has_no_rating():
    li, chen = make_crew()
    visit = complete_visit(li, crew=[chen])

    rate(secret_of(visit), five(li))

    assert [key[0] for key in queries.tallies()] == [li.id]


@pytest.mark.parametrize("stars", [0, 6, -1])
@pytest.mark.parametrize("axis", ["professional", "attitude"])
def test_a_value_off_the_scale_is_refused(visit, li, axis, stars):
    with pytest.raises(RatingNotAccepted) as refused:
        rate(secret_of(visit), five(li, **{axis: stars}))

    assert refused.value.details["errors"][0]["field"] == axis


def test_somebody_who_did_not_come_cannot_be_rated(visit):
    with pytest.raises(RatingNotAccepted):
        rate(secret_of(visit), five(make_technician()))


def test_rating_nobody_or_somebody_twice_is_refused(visit, li):
    with pytest.raises(RatingNotAccepted):
        rate(secret_of(visit))
    with pytest.raises(RatingNotAccepted):
        rate(secret_of(visit), five(li), five(li))


def test_every_misuse_of_a_link_answers_alike(visit, li):
    secret = secret_of(visit)
    cut = ("", "x", secret[:-1], secret + "x", secret.swapcase(), "token_" + secret, "s" * 5000)
    for misused in cut:
        with pytest.raises(LinkNotValid) as refused:
            rate(misused, five(li))
        assert refused.value.details == {}


def test_a_link_that_ran_out_answers_alike(visit, li):
    secret = secret_of(visit)

    with clock.frozen(MONDAY_8AM + timedelta(days=29, hours=23)):
        queries.invitation(secret)
    with clock.frozen(MONDAY_8AM + timedelta(days=30)), pytest.raises(LinkNotValid) as refused:
        rate(secret, five(li))
    assert refused.value.details == {}


def test_a_revoked_link_answers_alike(visit, li):
    secret = secret_of(visit)
    within(links.revoke, Purpose.RATING, visit.id)

    with pytest.raises(LinkNotValid) as refused:
        rate(secret, five(li))
    assert refused.value.details == {}


def test_a_link_sent_again_replaces_the_one_before(visit, li):
    first = secret_of(visit)
    with clock.frozen(MONDAY_8AM + timedelta(hours=1)):
        within(service.invite, visit.id)

        with pytest.raises(LinkNotValid):
            rate(first, five(li))
        assert secret_of(visit) != first
        rate(secret_of(visit), five(li))


def test_a_link_of_one_visit_does_not_rate_another(visit, li):
    other = complete_visit(make_technician())

    with pytest.raises(RatingNotAccepted):
        rate(secret_of(other), five(li))


def test_a_rating_reaches_the_technicians_score_by_the_worker(visit, li):
    rate(secret_of(visit), five(li, professional=5, attitude=1))
    task = engine.take(["recompute-scores"])

    engine.run_one(task, queues.SHORT["recompute-scores"])

    scores = list(db.session.scalars(sa.select(Score).where(Score.technician_id == li.id)))
    assert {score.count for score in scores} == {1}
    assert all(score.attitude < score.professional for score in scores)
    assert count(BackgroundTask) == 1


def test_scores_lean_on_how_all_are_rated(li):
    for _ in range(12):
        other = complete_visit(make_technician())
        stars = queries.invitation(secret_of(other)).crew[0]
        rate(secret_of(other), Stars(stars.technician_id, 5, 5))
    visit = complete_visit(li)
    rate(secret_of(visit), five(li, professional=1, attitude=1))

    (overall, *_) = queries.standings(li.id)

    assert overall.category is None
    assert overall.standing.professional.mean > 3.5
    assert overall.standing.count == 1
