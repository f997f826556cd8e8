"""The catalogue over HTTP."""

import pytest

from app.core.policies import Role
from tests.factories import (
    bearer,
    brand_bearer,
    make_brand,
    make_category,
    make_model,
    make_spec,
    make_user,
)

API = "/api/v1/catalogue"


@pytest.fixture
def administrator(app):
    return bearer(make_user(Role.ADMINISTRATOR))


@pytest.fixture
def dispatcher(app):
    return bearer(make_user(Role.DISPATCHER))


def test_a_brand_is_added_read_and_changed(client, administrator):
    added = client.post(
        f"{API}/brands", json={"code": "NORD", "name": "Nordhem"}, headers=administrator
    )
    assert added.status_code == 201, added.text
    url = f"{API}/brands/{added.json['id']}"
    read = client.get(url, headers=administrator)

    changed = client.patch(
        url, json={"service_days": 3}, headers=administrator | {"If-Match": read.headers["ETag"]}
    )

    assert (changed.status_code, changed.json["service_days"]) == (200, 3)
    assert changed.headers["ETag"] != read.headers["ETag"]


def test_a_change_needs_the_version_it_was_made_from(client, administrator):
    url = f"{API}/brands/{make_brand().id}"
    stale = client.get(url, headers=administrator).headers["ETag"]
    client.patch(url, json={"name": "A"}, headers=administrator | {"If-Match": stale})

    without = client.patch(url, json={"name": "B"}, headers=administrator)
    too_late = client.patch(url, json={"name": "B"}, headers=administrator | {"If-Match": stale})

    assert (without.status_code, too_late.status_code) == (428, 412)


def test_a_brands_key_sees_its_own_goods_and_no_trace_of_others(client, app):
    brand, other, category = make_brand(), make_brand(), make_category()
    own, foreign = make_model(brand, category), make_model(other, category)
    key = brand_bearer(brand)

    brands = client.get(f"{API}/brands", headers=key).json["items"]
    models = client.get(f"{API}/models", headers=key).json["items"]

    assert [row["code"] for row in brands] == [brand.code]
    assert [row["code"] for row in models] == [own.code]
    assert client.get(f"{API}/models/{foreign.id}", headers=key).status_code == 404
    named = {"brand": other.code, "category": category.code, "code": "X", "name": "X"}
    missing = named | {"brand": "NOSUCH"}
    answers = [client.post(f"{API}/models", json=sent, headers=key) for sent in (named, missing)]
    assert [a.status_code for a in answers] == [422, 422]
    assert [a.json["code"] for a in answers] == ["reference-unknown"] * 2


def test_a_brands_key_does_not_see_what_technicians_earn(client, app):
    answer = client.get(f"{API}/pay-rates", headers=brand_bearer(make_brand()))

    assert answer.status_code == 403


def test_a_dispatcher_reads_but_does_not_change(client, dispatcher):
    assert client.get(f"{API}/brands", headers=dispatcher).status_code == 200

    answer = client.post(f"{API}/brands", json={"code": "N", "name": "N"}, headers=dispatcher)

    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def test_a_model_is_added_with_its_kit_and_listed_below_a_category(client, administrator):
    brand, parent = make_brand(), make_category("climate")
    make_category("ac", parent)
    sent = {
        "brand": brand.code,
        "category": "ac",
        "code": "AC-35",
        "name": "Air conditioner",
        "kit": [{"sku": "IDU", "name": "indoor unit", "quantity": 1}],
    }
    added = client.post(f"{API}/models", json=sent, headers=administrator)

    listed = client.get(f"{API}/models?category=climate", headers=administrator)

    assert added.status_code == 201, added.text
    assert listed.json["items"] == [added.json]
    assert added.json["kit"] == sent["kit"]


def test_unknown_fields_are_refused_by_name(client, administrator):
    answer = client.post(
        f"{API}/brands", json={"code": "N", "name": "N", "colour": "red"}, headers=administrator
    )

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json["errors"]] == ["colour"]
    assert answer.mimetype == "application/problem+json"


def test_what_a_job_takes_is_told_from_the_nearest_category(client, dispatcher):
    parent = make_category("climate")
    make_category("ac", parent)
    make_spec(category_id=parent.id, work_seconds=5400)

    found = client.get(
        f"{API}/work-specs/applicable?job_type=install&category=ac", headers=dispatcher
    )
    unknown = client.get(
        f"{API}/work-specs/applicable?job_type=repair&category=ac", headers=dispatcher
    )

    assert (found.json["work_seconds"], found.json["category"]) == (5400, "climate")
    assert (unknown.status_code, unknown.json["code"]) == (404, "work-spec-not-found")


def test_a_price_is_added_found_and_ended(client, administrator):
    sent = {
        "kind": "extra",
        "code": "drilling",
        "name": "Drilling",
        "unit": "hole",
        "amount_minor": 1500,
        "currency": "CNY",
        "valid_from": "2026-01-01",
    }
    added = client.post(f"{API}/prices", json=sent, headers=administrator)
    assert added.status_code == 201, added.text
    url = f"{API}/prices/{added.json['id']}"
    tag = client.get(url, headers=administrator).headers["ETag"]

    def asked(day):
        return client.get(
            f"{API}/prices/applicable?code=drilling&on={day}", headers=administrator
        ).status_code

    assert asked("2026-03-01") == 200
    ended = client.patch(
        url, json={"valid_until": "2026-02-28"}, headers=administrator | {"If-Match": tag}
    )

    assert ended.status_code == 200, ended.text
    assert (asked("2026-02-28"), asked("2026-03-01")) == (200, 404)


def test_lists_are_read_page_by_page(client, administrator):
    codes = sorted(make_brand(code=f"N{i}").code for i in range(5))
    first = client.get(f"{API}/brands?limit=3", headers=administrator).json

    rest = client.get(f"{API}/brands?limit=3&cursor={first['next']}", headers=administrator).json

    assert [row["code"] for row in first["items"] + rest["items"]] == codes
    assert rest["next"] is None
