"""Ratings by API: the consumer's link, the technician's standing."""

import pytest

from app.core.policies import Role
from tests.factories import (
    bearer,
    brand_bearer,
    make_brand,
    make_partner,
    make_technician,
    make_territory,
    make_user,
)
from tests.ratings.made import complete_visit, secret_of


@pytest.fixture
def territory(app):
    return make_territory()


@pytest.fixture
def user(territory):
    return make_user(Role.TECHNICIAN)


@pytest.fixture
def li(territory, user):
    return make_technician(territory, user_id=user.id)


@pytest.fixture
def rated(client, territory, li):
    visit = complete_visit(li, territory=territory)
    send(client, secret_of(visit), li, comment="very careful")
    return visit


def send(client, secret, technician, **given):
    stars = {"technician_id": str(technician.id), "professional": 5, "attitude": 4} | given
    return client.post("/api/v1/ratings", json={"secret": secret, "ratings": [stars]})


def ratings_of(client, technician, user):
    return client.get(f"/api/v1/technicians/{technician.id}/ratings", headers=bearer(user))


def test_the_consumer_rates_without_an_account(client, territory, li):
    visit = complete_visit(li, territory=territory)

    answer = send(client, secret_of(visit), li)

    assert (answer.status_code, answer.json) == (201, {"rated": 1})


def test_a_second_time_is_a_conflict(client, rated, li):
    answer = send(client, secret_of(rated), li)

    assert (answer.status_code, answer.json["code"]) == (409, "already-rated")


@pytest.mark.parametrize("secret", ["rate_unknown", "x", "rate_" + "a" * 32])
def test_a_wrong_link_is_not_found_and_says_no_more(client, li, secret):
    answer = send(client, secret, li)

    assert answer.status_code == 404
    assert answer.json["code"] == "link-not-valid"
    assert secret not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "stars", [{"professional": 6}, {"attitude": 0}, {"professional": "5"}, {"attitude": None}]
)
def test_what_is_no_rating_is_refused(client, rated, li, stars):
    assert send(client, secret_of(rated), li, **stars).status_code == 422


def test_the_dispatcher_reads_standing_and_words(client, territory, rated, li):
    dispatcher = make_user(Role.DISPATCHER, territory_ids=frozenset({territory.id}))

    answer = ratings_of(client, li, dispatcher)

    assert answer.json["standings"][0]["category"] is None
    assert answer.json["standings"][0]["count"] == 1
    assert answer.json["items"][0]["comment"] == "very careful"


def test_the_technician_reads_their_own_with_the_words(client, rated, li, user):
    assert ratings_of(client, li, user).json["items"][0]["comment"] == "very careful"


def test_nothing_says_which_consumer_it_was(client, rated, li, user):
    (item,) = ratings_of(client, li, user).json["items"]

    said = {"rated_at", "category", "professional", "attitude", "tags", "comment", "reply"}
    assert set(item) == said | {"id", "set_aside", "hidden_reason"}


def test_the_employer_reads_the_stars_and_not_the_words(client, territory):
    partner = make_partner()
    hired = make_technician(territory, partner_id=partner.id)
    visit = complete_visit(hired, territory=territory)
    send(client, secret_of(visit), hired, comment="very careful")
    staff = make_user(Role.PARTNER, partner_id=partner.id)

    (item,) = ratings_of(client, hired, staff).json["items"]

    assert (item["professional"], item["comment"]) == (5, "****")


def test_another_technician_another_partner_and_another_territory_see_nothing(client, rated, li):
    others = (
        make_user(Role.TECHNICIAN),
        make_user(Role.PARTNER, partner_id=make_partner().id),
        make_user(Role.DISPATCHER, territory_ids=frozenset({make_territory().id})),
    )

    assert {ratings_of(client, li, user).status_code for user in others} == {404}


def test_a_brand_reads_no_ratings(client, rated, li):
    answer = client.get(f"/api/v1/technicians/{li.id}/ratings", headers=brand_bearer(make_brand()))
    assert answer.status_code == 403
