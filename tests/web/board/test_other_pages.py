"""Imports, plans, technicians, catalogue and messages on pages."""

import io
from datetime import date

import pytest

from app.catalogue.models import Brand, JobType
from app.core.db import db
from app.core.policies import Role
from app.jobs.models import ColumnMapping
from app.technicians.models import Shift
from tests.factories import make_model, make_spec
from tests.ratings.made import complete_visit, secret_of
from tests.web.signed_in import browser

HEADER = "technician,date,start,end\n"


@pytest.fixture
def admin(app, world):
    return browser(app, Role.ADMINISTRATOR)


def send(client, text, **given):
    values = {"kind": "shifts", "file": (io.BytesIO(text.encode()), "shifts.csv")}
    return client.post("/imports", data=values | given, content_type="multipart/form-data")


def shifts():
    db.session.rollback()
    return list(db.session.scalars(db.select(Shift)))


def test_a_dry_run_reports_every_line_and_keeps_nothing(world, desk):
    technician = world.technician(works=False)
    lines = f"{technician.code},2026-03-02,08:00,18:00\nnobody,2026-03-02,08:00,18:00\n"

    answer = send(desk, HEADER + lines, dry_run="1")

    assert answer.status_code == 200
    assert "dry run: nothing was kept" in answer.text
    assert "There is no such technician." in answer.text
    assert shifts() == []


def test_good_lines_are_kept_when_others_are_refused(world, desk):
    technician = world.technician(works=False)
    lines = f"{technician.code},2026-03-02,08:00,18:00\nnobody,2026-03-02,08:00,18:00\n"

    answer = send(desk, HEADER + lines)

    assert "applied" in answer.text
    assert [shift.technician_id for shift in shifts()] == [technician.id]


def test_unknown_headers_are_mapped_once_and_remembered_for_their_source(world, desk):
    technician = world.technician(works=False)
    text = f"who,on,from,to\n{technician.code},2026-03-02,08:00,18:00\n"

    asked = send(desk, text, source="roster")
    assert asked.status_code == 422
    assert "What each column means" in asked.text
    kept = desk.post(
        "/imports/mapping",
        data={
            "kind": "shifts",
            "source": "roster",
            "header": ["who", "on", "from", "to"],
            "field": ["technician", "date", "start", "end"],
        },
    )
    assert kept.status_code == 303
    send(desk, text, source="roster")

    assert db.session.scalar(db.select(ColumnMapping)).columns["who"] == "technician"
    assert len(shifts()) == 1


def test_a_file_that_is_no_table_is_refused(desk):
    answer = send(desk, "\0\0\0")

    assert answer.status_code == 422
    assert "This file cannot be read as a table." in answer.text


def test_no_file_is_refused(desk):
    answer = desk.post("/imports", data={"kind": "shifts"}, content_type="multipart/form-data")

    assert answer.status_code == 422


def test_a_dispatcher_cannot_import_what_is_the_administrators(desk):
    answer = send(desk, "code,name\nX,X\n", kind="brands")

    assert answer.status_code == 422
    assert db.session.scalar(db.select(Brand).where(Brand.code == "X")) is None


@pytest.mark.parametrize(("form", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_templates_can_be_downloaded(desk, form, begins):
    answer = desk.get(f"/imports/shifts/template.{form}")

    assert answer.data.startswith(begins)
    assert f'filename="shifts.{form}"' in answer.headers["Content-Disposition"]


def test_plans_are_listed_and_compared(world, desk):
    world.technician()
    world.job()
    world.plan()
    plan = world.plan()

    assert "Plan 2" in desk.get("/plans").text
    page = desk.get(f"/plans/{plan.id}").text
    assert "Against plan 1" in page


def test_another_territorys_plan_does_not_exist(world, elsewhere):
    world.technician()
    world.job()
    plan = world.plan()

    assert elsewhere.get(f"/plans/{plan.id}").status_code == 404
    assert elsewhere.get(f"/plans/{plan.id}/progress").status_code == 404
    assert "Plan 1" not in elsewhere.get("/plans").text


def test_a_technician_is_found_by_name_and_shown_with_certificates(world, desk):
    technician = world.technician(name="陈伟")
    world.technician(name="李娜")

    found = desk.get("/technicians?q=陈").text
    page = desk.get(f"/technicians/{technician.id}").text

    assert "陈伟" in found
    assert ">李娜<" not in found
    assert "C-1" in page
    assert "+8613900139000" not in page


@pytest.mark.parametrize(
    ("on", "said"),
    [("2026-12-31", "Yes, on 2026-12-31."), ("2027-01-01", "certificate expired on 2026-12-31")],
)
def test_the_page_answers_whether_they_may_do_a_job_on_a_day(world, desk, on, said):
    technician = world.technician()
    asked = {
        "job_type": JobType.INSTALL.value,
        "brand": world.brand.code,
        "category": world.category.code,
        "on": on,
    }

    answer = desk.get(f"/technicians/{technician.id}", query_string=asked)

    assert said in answer.text


def test_another_territorys_technician_does_not_exist(world, elsewhere):
    technician = world.technician()

    assert elsewhere.get(f"/technicians/{technician.id}").status_code == 404
    assert technician.code not in elsewhere.get("/technicians").text


@pytest.mark.parametrize("tab", ["models", "specs", "prices", "brands", "nonsense"])
def test_the_catalogue_is_shown_by_tabs(world, desk, tab):
    model = make_model(world.brand, world.category, name="Wardrobe 2 m")
    make_spec(model_id=model.id)

    assert desk.get(f"/catalogue?show={tab}").status_code == 200
    assert "Wardrobe 2 m" in desk.get(f"/catalogue/models/{model.id}").text


def test_messages_are_listed_without_what_they_reveal(world, admin):
    secret = secret_of(complete_visit())

    page = admin.get("/outbox")

    assert page.status_code == 200
    assert "To be sent" in page.text
    assert secret not in page.text
    assert "王小明" not in page.text


PAGES = (
    "/day",
    "/jobs",
    "/jobs/new",
    "/waiting",
    "/imports",
    "/plans",
    "/technicians",
    "/catalogue",
    "/outbox",
)


def test_every_page_of_the_board_opens_for_a_dispatcher(desk):
    assert {
        path: desk.get(path, follow_redirects=True).status_code for path in PAGES
    } == dict.fromkeys(PAGES, 200)


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client):
    for path in PAGES:
        assert client.get(path).location.startswith("/sign-in?next=")


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.BRAND, Role.PARTNER])
def test_the_board_is_for_dispatchers_alone(app, role):
    stranger = browser(app, role)

    assert {stranger.get(path).status_code for path in PAGES} == {403}


def test_the_date_of_a_certificate_that_ends_soon_is_pointed_out(world, desk):
    technician = world.technician(certified=False, name="陈伟")
    world.certificate(technician, valid_until=date(2026, 3, 5))

    page = desk.get("/technicians").text

    assert "2026-03-05" in page
