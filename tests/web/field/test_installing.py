"""The phone's pages as an installed app: its worker, its manifest and what it keeps."""

import json
import re

import pytest

from app.core import clock
from app.core.policies import Role
from app.web.field.offline import SHELL
from app.web.shared.assets import FOLDER
from tests.factories import MONDAY_8AM, make_technician, make_territory, make_user
from tests.visits.made import make_visit
from tests.web.signed_in import browser, signed_in

IMPORTED = re.compile(r'from "([^"]+)"')


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


def test_the_worker_reaches_the_whole_phone_and_is_asked_for_anew(app):
    answer = app.test_client().get("/field/worker.js")

    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/field"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]


def test_the_shell_holds_everything_that_its_scripts_import():
    kept = {(FOLDER / name).resolve() for name in SHELL}
    scripts = [path for path in kept if path.suffix == ".js"]

    needed = {
        (path.parent / name).resolve()
        for path in scripts
        for name in IMPORTED.findall(path.read_text(encoding="utf-8"))
    }

    assert needed <= kept


def test_the_manifest_makes_an_app_of_the_day(app):
    told = json.loads(app.test_client().get("/field/app.webmanifest").data)

    assert (told["start_url"], told["scope"], told["display"]) == (
        "/field",
        "/field",
        "standalone",
    )
    assert all(app.test_client().get(icon["src"]).status_code == 200 for icon in told["icons"])


def test_a_phone_keeps_its_own_visits_of_the_coming_days(app):
    person = make_user(Role.TECHNICIAN)
    mine = make_visit(make_technician(make_territory(), user_id=person.id))
    others = make_visit(make_technician(make_territory()))

    pages = signed_in(app, person).get("/field/keep").json["pages"]

    assert f"/field/visits/{mine.id}" in pages
    assert f"/field/visits/{others.id}" not in pages
    assert "/field?day=2026-03-04" in pages


def test_the_token_says_whose_reports_may_be_sent(app):
    person = make_user(Role.TECHNICIAN)
    technician = make_technician(make_territory(), user_id=person.id)

    answer = signed_in(app, person).get("/field/token")

    assert answer.json["technician"] == str(technician.id)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/field/token", "/field/keep", "/field/reports"])
def test_nobody_else_has_anything_there(app, path):
    assert browser(app, Role.DISPATCHER).get(path).status_code == 403
    assert app.test_client().get(path).status_code in {303, 401}
