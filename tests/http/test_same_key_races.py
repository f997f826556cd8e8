"""One request that is sent four times at once has one effect, race after race."""

import pytest
import sqlalchemy as sa

from app.accounts.models import Partner
from app.core.db import db
from app.core.idempotency import IdempotencyClaim
from app.core.policies import Role
from app.http import entry
from tests.factories import bearer, make_user
from tests.proofs.scale import scaled
from tests.racing import race

pytestmark = pytest.mark.proof


def sent_in_races(app, rounds):
    """Send one request four times at once with one key; give what was answered and made."""
    headers = bearer(make_user(Role.DISPATCHER))
    for number in range(rounds):
        body = {"code": f"C{number}", "name": "x"}
        key = headers | {"Idempotency-Key": f"k{number}"}

        def send(body=body, key=key):
            client = app.test_client()
            answer = client.post("/api/v1/teams", json=body, headers=key)
            while answer.status_code == 409 and answer.json["code"] == "request-in-flight":
                answer = client.post("/api/v1/teams", json=body, headers=key)
            return answer.status_code, answer.text

        answers = race(app, *[send] * 4)
        db.session.rollback()
        made_ = sa.select(sa.func.count()).where(Partner.code == body["code"])
        yield answers, db.session.scalar(made_)


def test_the_same_key_has_one_effect_and_one_answer_in_every_race(app):
    for answers, effects in sent_in_races(app, scaled(500)):
        assert effects == 1
        assert len(set(answers)) == 1
        assert answers[0][0] == 201


def test_without_claims_the_same_key_is_answered_differently(app, monkeypatch):
    monkeypatch.setattr(entry, "_claim", lambda *_: IdempotencyClaim())
    monkeypatch.setattr(entry, "_store", lambda *_: None)

    answers, _ = next(sent_in_races(app, 1))

    assert len(set(answers)) > 1
