"""Orders, jobs, parcels, imports and drafts over HTTP."""

import io
import json
from uuid import uuid4

import pytest
import time_machine

from app.core import audit
from app.core.policies import Role
from app.jobs.models import JobState
from tests.factories import bearer, brand_bearer, make_brand, make_user
from tests.jobs.sent import NOW, Shop

ORDER = {
    "brand": "NORTHWIND",
    "reference": "SO-1",
    "customer": {"name": "王小明", "phone": "17012345678转1234"},
    "place": {"address": "天河区体育西路123号2栋501", "lat": 23.13, "lon": 113.32},
    "jobs": [
        {
            "job_type": "install",
            "items": [{"model": "NW-35"}],
            "window": {"start": "2026-03-03T09:00:00+08:00", "end": "2026-03-03T12:00:00+08:00"},
            "notes": "the dog bites",
        }
    ],
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shop(app):
    return Shop()


@pytest.fixture
def boss(shop):
    return bearer(make_user(Role.DISPATCHER, territory_ids=frozenset({shop.territory.id})))


@pytest.fixture
def api(client, boss):
    """Call the API as a dispatcher, or as the headers say."""

    def call(method, path, *, as_=None, headers=None, **options):
        every = (as_ or boss) | (headers or {})
        return client.open(f"/api/v1{path}", method=method, headers=every, **options)

    return call


@pytest.fixture
def job(api):
    api("POST", "/orders", json=ORDER)
    return api("GET", "/jobs").json["items"][0]


def test_an_order_is_taken_once_and_answers_with_its_jobs(api):
    first = api("POST", "/orders", json=ORDER)
    again = api("POST", "/orders", json=ORDER)

    assert (first.status_code, first.json["outcome"]) == (201, "created")
    assert (again.status_code, again.json["outcome"]) == (200, "unchanged")
    assert first.json["jobs"][0]["state"] == "released"


def test_another_order_under_the_reference_is_a_conflict_that_can_be_applied(api):
    api("POST", "/orders", json=ORDER)
    changed = ORDER | {"shop": "another"}

    refused = api("POST", "/orders", json=changed)
    applied = api("POST", "/orders?update=true", json=changed)

    assert (refused.status_code, refused.json["code"]) == (409, "order-differs")
    assert applied.json["outcome"] == "updated"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param({"brand": "NOBODY"}, "brand", id="unknown brand"),
        pytest.param({"surprise": 1}, "surprise", id="unknown field"),
        pytest.param({"jobs": []}, "jobs", id="no job"),
        pytest.param({"customer": {"name": "x", "phone": "abc"}}, "phone", id="no phone"),
        pytest.param({"place": {"address": "the moon", "lat": 95, "lon": 1}}, "lat", id="moon"),
    ],
)
def test_a_bad_order_is_refused_naming_the_field(api, wrong, field):
    answer = api("POST", "/orders", json=ORDER | wrong)

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert field in {problem["field"] for problem in answer.json["errors"]}


def test_many_orders_are_answered_one_by_one(api):
    second = ORDER | {"reference": "SO-2", "brand": "NOBODY"}
    third = ORDER | {"reference": "SO-3", "jobs": [{"job_type": "dance"}]}

    answer = api("POST", "/orders/batch", json={"orders": [ORDER, second, third]})

    items = answer.json["items"]
    assert [item["outcome"] for item in items] == ["created", "refused", "refused"]
    assert items[2]["errors"][0]["field"] == "jobs.0.job_type"


def test_personal_data_is_masked_until_it_is_revealed_and_that_is_recorded(api, job):
    shown = json.dumps(job, ensure_ascii=False)
    opened = api("POST", f"/jobs/{job['id']}/reveal", json={"reason": "they called"})

    assert "王小明" not in shown
    assert "17012345678" not in shown
    assert "501" not in shown
    assert opened.json["name"] == "王小明"
    assert (opened.json["phone"], opened.json["notes"]) == ("+8617012345678,1234", "the dog bites")
    assert "reveal" in {entry.action for entry in audit.history("jobs", job["id"])}


def test_a_brand_sees_its_own_orders_and_jobs_and_nothing_else(api, shop, job):
    mine, other = brand_bearer(shop.brand), brand_bearer(make_brand())
    order_id = api("GET", "/orders").json["items"][0]["id"]

    assert len(api("GET", "/jobs", as_=mine).json["items"]) == 1
    assert api("GET", "/jobs", as_=other).json["items"] == []
    assert api("GET", "/orders", as_=other).json["items"] == []
    refused = api("POST", "/orders", as_=other, json=ORDER)
    unknown = api("POST", "/orders", as_=other, json=ORDER | {"brand": "NOBODY"})
    assert [a.json["errors"][0]["message"] for a in (refused, unknown)] == [
        "There is no such brand."
    ] * 2
    for path in (f"/jobs/{job['id']}", f"/orders/{order_id}"):
        theirs, absent = api("GET", path, as_=other), api("GET", f"/jobs/{uuid4()}", as_=other)
        assert (theirs.status_code, absent.status_code) == (404, 404)


def test_jobs_are_found_by_number_phone_and_reference(api, job):
    for q in (job["number"], job["number"].replace("-", ""), "17012345678-1234", "SO-1"):
        assert len(api("GET", f"/jobs?q={q}").json["items"]) == 1
    assert api("GET", "/jobs?q=13900139000").json["items"] == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("state=released&state=planned", 1),
        ("state=waiting", 0),
        ("territory=GZ&day=2026-03-03", 1),
        ("territory=GZ&day=2026-03-02", 0),
        ("brand=NORTHWIND&job_type=install", 1),
        ("blocked=no-place", 0),
        ("sort=window", 1),
        ("sort=-due", 1),
    ],
)
def test_jobs_are_filtered_and_sorted(api, job, query, count):
    assert len(api("GET", f"/jobs?{query}").json["items"]) == count


def test_an_undeclared_sort_is_refused(api):
    assert api("GET", "/jobs?sort=customer_name").status_code == 422


@pytest.mark.parametrize("sort", ["created", "-created", "window", "-due", "priority"])
def test_pages_follow_one_another_without_gap_or_repeat(api, sort):
    for number in range(5):
        window = None if number % 2 else ORDER["jobs"][0]["window"]
        jobs = [ORDER["jobs"][0] | {"window": window, "priority": number % 3 + 1}]
        api("POST", "/orders", json=ORDER | {"reference": f"R{number}", "jobs": jobs})

    seen, cursor = [], ""
    while cursor is not None:
        page = api("GET", f"/jobs?limit=2&sort={sort}{cursor and '&cursor=' + cursor}").json
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]

    assert len(seen) == len(set(seen)) == 5


def test_a_job_is_changed_only_by_whoever_has_seen_it_as_it_is(api, job):
    path = f"/jobs/{job['id']}"
    etag = api("GET", path).headers["ETag"]

    blind = api("PATCH", path, json={"priority": 2})
    first = api("PATCH", path, json={"priority": 2}, headers={"If-Match": etag})
    stale = api("PATCH", path, json={"priority": 3}, headers={"If-Match": etag})

    assert [a.status_code for a in (blind, first, stale)] == [428, 200, 412]
    assert first.json["priority"] == 2


def test_a_window_is_confirmed_and_a_job_cancelled(api, job):
    confirmed = api("POST", f"/jobs/{job['id']}/confirmation", json={})
    cancelled = api("POST", f"/jobs/{job['id']}/cancellation", json={"reason": "moved house"})
    again = api("POST", f"/jobs/{job['id']}/cancellation", json={"reason": "moved house"})

    assert confirmed.json["window"]["confirmed_at"] is not None
    assert cancelled.json["state"] == JobState.CANCELLED
    assert (again.status_code, again.json["code"]) == (409, "job-not-cancellable")


def test_what_waits_is_listed_with_its_fix_and_let_go_by_an_arrival(api):
    parcels = [{"tracking": "SF1", "contents": {"IDU-35": 1, "ODU-35": 1}}]
    api("POST", "/orders", json=ORDER | {"parcels": parcels})

    waiting = api("GET", "/jobs/waiting").json["groups"]
    arrived = api(
        "POST", "/parcels/arrivals", json={"arrivals": [{"tracking": t} for t in ["SF1", "X"]]}
    )

    assert [(one["code"], one["count"]) for one in waiting] == [("parcels-missing", 1)]
    assert [item["outcome"] for item in arrived.json["items"]] == ["updated", "refused"]
    assert api("GET", "/jobs?state=released").json["items"]


def upload(text, **form):
    return {"data": form | {"file": (io.BytesIO(text.encode()), "orders.csv")}}


FILE = (
    "brand,order_no,job_type,customer_name,phone,address,lat,lon,model\n"
    "NORTHWIND,SO-1,install,王小明,13800138000,天河区体育西路1号,23.13,113.32,NW-35\n"
    "NORTHWIND,SO-2,install,王小明,13800138000,天河区体育西路1号,23.13,113.32,NO-SUCH\n"
)


def test_a_file_is_tried_and_then_imported_line_by_line(api):
    tried = api("POST", "/imports/orders", **upload(FILE, dry_run="true"))
    done = api("POST", "/imports/orders", **upload(FILE))

    assert tried.json["counts"] == done.json["counts"]
    assert (tried.json["dry_run"], done.json["counts"]["created"]) == (True, 1)
    assert done.json["rows"][1]["errors"][0]["field"] == "model"
    assert len(api("GET", "/orders").json["items"]) == 1


def test_a_sources_column_mapping_is_kept_for_its_next_file(api):
    theirs = FILE.replace("customer_name", "买家").replace("order_no", "单子")
    mapping = json.dumps({"买家": "customer_name", "单子": "order_no"})

    first = api(
        "POST",
        "/imports/orders",
        **upload(theirs, source="taobao", mapping=mapping, keep_mapping="true"),
    )
    second = api("POST", "/imports/orders", **upload(theirs, source="taobao"))
    other = api("POST", "/imports/orders", **upload(theirs, source="elsewhere"))

    assert first.json["counts"]["created"] == 1
    assert second.json["counts"]["unchanged"] == 1
    assert (other.status_code, other.json["code"]) == (422, "columns-not-matched")
    [kept] = api("GET", "/column-mappings?kind=orders").json["items"]
    assert kept["source"] == "taobao"


def test_a_file_that_is_no_table_is_refused(api):
    answer = api("POST", "/imports/orders", **upload("\0\1\2"))

    assert (answer.status_code, answer.json["code"]) == (422, "file-not-readable")


def test_a_dispatcher_does_not_import_users(api):
    assert api("POST", "/imports/users", **upload("login\nx\n")).status_code == 403


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_templates_are_downloaded(api, form):
    answer = api("GET", f"/imports/orders/template.{form}?lang=zh")

    assert answer.status_code == 200
    assert f"orders.{form}" in answer.headers["Content-Disposition"]
    assert answer.data


def test_the_kinds_of_files_are_listed_with_their_columns(api, shop):
    all_kinds = {one["kind"] for one in api("GET", "/imports").json["items"]}
    brands = {
        one["kind"] for one in api("GET", "/imports", as_=brand_bearer(shop.brand)).json["items"]
    }

    assert {"orders", "arrivals"} <= brands <= all_kinds
    assert "users" not in all_kinds


def test_a_pasted_message_becomes_a_draft_and_nothing_more(api):
    text = "王小明 13800138000 天河区体育西路1号501 明天下午装NW-35"

    draft = api("POST", "/job-drafts", json={"text": text}).json

    assert draft["fields"]["model"]["value"] == "NW-35"
    assert draft["fields"]["date"]["value"] == "2026-03-03"
    assert draft["fields"]["window_start"]["value"] == "13:00"
    assert api("GET", "/orders").json["items"] == []


def test_nobody_gets_in_without_a_key(client, app):
    for path in ("/jobs", "/orders", "/jobs/waiting", "/imports"):
        assert client.get(f"/api/v1{path}").status_code == 401
