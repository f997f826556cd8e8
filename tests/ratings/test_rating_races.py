"""Two answers to the same link at the same moment: one is kept, the other is told."""

import pytest
import sqlalchemy as sa

from app.core.db import db, transact
from app.ratings import service
from app.ratings.models import Rating
from app.ratings.service import AlreadyRated, Stars
from tests.factories import make_technician, make_territory
from tests.racing import race
from tests.ratings.made import complete_visit, secret_of


@pytest.fixture
def li(app):
    return make_technician(make_territory())


def test_of_two_answers_at_once_one_is_kept_and_the_other_is_told(app, li):
    secret, technician_id = secret_of(complete_visit(li)), li.id

    def answer(stars):
        return transact(lambda: service.rate(secret, [Stars(technician_id, stars, stars)]))

    ends = race(app, *(lambda stars=stars: answer(stars) for stars in (1, 2, 4, 5)))

    db.session.rollback()  # ends the reading that began before the others wrote
    assert [type(end) for end in ends if isinstance(end, Exception)] == [AlreadyRated] * 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Rating)) == 1
