"""A month after a visit its consumer is asked once whether it is still good."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock, links
from app.core.db import db, unit_of_work
from app.core.links import Purpose
from app.core.outbox import OutboxMessage
from app.core.policies import system
from app.ratings import queries, service
from app.ratings.service import NothingAsked
from tests.factories import MONDAY_8AM, make_technician, make_territory
from tests.ratings.made import complete_visit


@pytest.fixture
def visit(app):
    with clock.frozen(MONDAY_8AM):
        yield complete_visit(make_technician(make_territory()))


def after(days):
    return clock.frozen(MONDAY_8AM + timedelta(days=days, hours=1))


def ask(visit):
    with unit_of_work():
        return service.ask(visit.id)


def link_to(visit):
    with unit_of_work():
        secret, _ = links.mint(Purpose.JOB, visit.job_id)
    return f"/s/{secret}"


@pytest.mark.parametrize(("days", "due"), [(29, False), (30, True), (36, True), (37, False)])
def test_it_is_due_after_a_month_and_not_long_after(visit, days, due):
    with after(days):
        assert (queries.to_follow_up() == [visit.id]) is due


def test_it_is_asked_once(visit):
    with after(30):
        ask(visit), ask(visit)

        assert queries.to_follow_up() == []
    sent = sa.select(OutboxMessage).where(OutboxMessage.topic == "still-good")
    assert len(db.session.scalars(sent).all()) == 1


def test_no_answer_says_nothing(visit):
    with after(30):
        ask(visit)

    assert queries.follow_up(visit.id).good is None


@pytest.mark.parametrize(("said", "good", "leads"), [("yes", True, ""), ("no", False, "/cases")])
def test_the_answer_is_kept_and_a_no_leads_to_a_case(client, visit, said, good, leads):
    with after(30):
        ask(visit)
        link = link_to(visit)
        assert "is it still good?" in client.get(link).text

        answer = client.post(f"{link}/still-good", data={"good": said})

        assert answer.headers["Location"] == f"{link}{leads}"
        assert "is it still good?" not in client.get(link).text
    db.session.rollback()
    assert queries.follow_up(visit.id).good is good


def test_who_was_not_asked_does_not_answer(client, visit):
    assert client.post(f"{link_to(visit)}/still-good", data={"good": "yes"}).status_code == 404
    with pytest.raises(NothingAsked), unit_of_work():
        service.say_it_is(visit.id, good=True, actor=system("test"))
