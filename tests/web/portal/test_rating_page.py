"""The consumer's link: looking changes nothing, rating counts once, everything else is alike."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.ratings.models import Rating
from tests.factories import MONDAY_8AM, make_technician, make_territory
from tests.ratings.made import complete_visit, secret_of


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def technician():
    return make_technician(make_territory(), name="李明")


@pytest.fixture
def link(technician):
    return f"/s/{secret_of(complete_visit(technician))}"


def stars(technician, professional="5", attitude="4", **given):
    form = {f"professional-{technician.id}": professional, f"attitude-{technician.id}": attitude}
    return form | given


def ratings():
    db.session.rollback()
    return list(db.session.scalars(db.select(Rating)))


def test_looking_at_the_form_changes_nothing(client, link):
    for _ in range(2):
        page = client.get(link)

    assert page.status_code == 200
    assert "李明" in page.text
    assert ratings() == []


def test_both_axes_and_the_words_are_kept(client, link, technician):
    words = {f"comment-{technician.id}": "很专业"}

    answer = client.post(link, data=stars(technician, **words), follow_redirects=True)

    assert "Thank you" in answer.text
    [kept] = ratings()
    assert (kept.professional, kept.attitude, kept.comment) == (5, 4, "很专业")


def test_rating_counts_once(client, link, technician):
    client.post(link, data=stars(technician))

    again = client.post(link, data=stars(technician, "1", "1"), follow_redirects=True)

    assert "Thank you" in again.text
    assert [kept.professional for kept in ratings()] == [5]


@pytest.mark.parametrize("value", ["0", "6", "five", "", "-1", "٣"])
def test_what_is_off_the_scale_is_refused(client, link, technician, value):
    answer = client.post(link, data=stars(technician, professional=value))

    assert answer.status_code == 422
    assert ratings() == []


def test_an_empty_form_is_refused(client, link):
    assert client.post(link, data={}).status_code == 422


def test_links_that_do_not_work_answer_alike(client, link):
    answers = [client.get(path) for path in (link[:-1], "/s/rate_nonsense", "/s/" + "x" * 500)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


def test_the_link_leaks_nowhere(client, link):
    page = client.get(link)

    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert '<meta name="referrer" content="no-referrer">' in page.text


def test_a_rating_without_the_forms_token_is_refused(app, client, link, technician, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    assert client.post(link, data=stars(technician)).status_code == 400
    assert ratings() == []


def test_a_consumer_says_something_else_within_seven_days(client, link, technician):
    client.post(link, data=stars(technician))
    assert "Say something else" in client.get(link).text

    client.post(link, data=stars(technician, "2", "3") | {"again": "1"})

    assert [(one.professional, one.attitude) for one in ratings()] == [(2, 3)]


def test_after_seven_days_the_page_offers_no_change_and_refuses_one(client, link, technician):
    client.post(link, data=stars(technician))

    with clock.frozen(MONDAY_8AM + timedelta(days=8)):
        assert "Say something else" not in client.get(link).text
        late = client.post(link, data=stars(technician, "2", "3") | {"again": "1"})

    assert late.status_code == 409
    assert [one.professional for one in ratings()] == [5]


def test_what_stood_out_is_kept(client, link, technician):
    client.post(link, data=stars(technician) | {f"tag-{technician.id}": ["tidy", "friendly"]})

    assert ratings()[0].tags == ["friendly", "tidy"]
