"""Importing tables line by line."""

import pytest
import sqlalchemy as sa

from app.accounts.models import Partner
from app.core import cells, events, exports, imports, tabular
from app.core.columns import ColumnsNotMatched
from app.core.db import db, unit_of_work
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, problem_of
from app.core.imports import Column, Context, Importer, ImportKindUnknown, Outcome
from app.core.policies import Role
from tests.factories import MONDAY_8AM, TEST, dispatcher


class Taken(Conflict):
    """This team is there already."""

    code = "taken"


class Unlucky(Invalid):
    """Not this number."""

    code = "unlucky"


class Lost(NotFound):
    """There is no such thing."""

    code = "lost"


COLUMNS = [
    Column("code", "Code", "编码", required=True, parse=cells.code, example="T1"),
    Column("name", "Name", "名称", required=True, example="Team 1", about="as people call it"),
    Column("size", "Size", "人数", parse=cells.whole(1, 9), example="3", aliases=("head count",)),
]


def apply(row, context):
    if row["size"] == 4:
        raise Unlucky(errors=[problem_of("size", "is unlucky", value=4)])
    if row["size"] == 5:
        raise Lost(field="code", value=row["code"])
    events.record(events.Event(at=MONDAY_8AM))
    known = db.session.scalar(sa.select(Partner).where(Partner.code == row["code"]))
    if known is not None and known.name == row["name"]:
        return Outcome.UNCHANGED
    if known is not None and not context.update:
        raise Taken(code_given=row["code"])
    partner = known or Partner(code=row["code"])
    partner.name = row["name"]
    db.session.add(partner)
    db.session.flush()
    return Outcome.UPDATED if known else Outcome.CREATED


@pytest.fixture
def teams(app):
    imports.register(Importer("teams", COLUMNS, apply))
    yield
    imports._importers.pop("teams")


def run(text, *, actor=TEST, update=False, **options):
    table = tabular.read(text.encode())
    with unit_of_work():
        return imports.run("teams", table, Context(actor, update=update), **options)


def outcomes(report):
    return [(row.line, row.outcome.value) for row in report.rows]


def stored():
    return sorted(db.session.scalars(sa.select(Partner.code)))


pytestmark = pytest.mark.usefixtures("teams")


def test_good_lines_are_kept_and_bad_ones_named_with_field_value_and_remedy():
    report = run("code,name,size\nA,Ada,3\nB,,3\nC,Cee,many\nD,Dee,1\n")

    assert outcomes(report) == [(2, "created"), (3, "refused"), (4, "refused"), (5, "created")]
    assert report.rows[1].errors[0]["field"] == "name"
    assert report.rows[2].errors == [
        {"field": "size", "value": "many", "message": "is not a whole number", "remedy": "e.g. 3"}
    ]
    assert stored() == ["A", "D"]


def test_a_line_that_is_refused_while_it_is_applied_leaves_nothing_behind():
    report = run("code,name,size\nA,Ada,4\nB,Bee,5\n")

    assert [row.errors[0]["field"] for row in report.rows] == ["size", "code"]
    assert stored() == []


def test_the_same_file_again_changes_nothing():
    run("code,name\nA,Ada\n")

    assert outcomes(run("code,name\nA,Ada\n")) == [(2, "unchanged")]


def test_a_line_that_differs_is_a_conflict_and_applied_only_on_demand():
    run("code,name\nA,Ada\n")

    assert outcomes(run("code,name\nA,Eve\n")) == [(2, "conflict")]
    assert outcomes(run("code,name\nA,Eve\n", update=True)) == [(2, "updated")]


def test_a_dry_run_reports_the_same_and_keeps_nothing():
    report = run("code,name\nA,Ada\nA,Eve\n", dry_run=True)

    assert outcomes(report) == [(2, "created"), (3, "conflict")]
    assert stored() == []


def test_a_dry_run_announces_nothing():
    with unit_of_work(), events.collected() as announced:
        table = tabular.read(b"code,name\nA,Ada\n")
        imports.run("teams", table, Context(TEST), dry_run=True)

    assert not announced


def test_a_refused_line_announces_nothing():
    with unit_of_work(), events.collected() as announced:
        table = tabular.read(b"code,name\nA,Ada\nA,Eve\n")
        imports.run("teams", table, Context(TEST))

    assert len(announced) == 1


@pytest.mark.parametrize(
    "headers", ["Code,NAME,Head Count", "编码,名称,人数", "code*,name (required),size"]
)
def test_headers_are_understood_in_both_languages_and_by_other_names(headers):
    assert outcomes(run(f"{headers}\nA,Ada,3\n")) == [(2, "created")]


def test_a_source_may_name_columns_its_own_way():
    report = run("队,称呼,note\nA,Ada,x\n", mapping={"队": "code", "称呼": "name"})

    assert outcomes(report) == [(2, "created")]
    assert report.ignored_columns == ["note"]


@pytest.mark.parametrize(
    ("headers", "mapping", "field"),
    [
        pytest.param("code,size", {}, "name", id="a required column is missing"),
        pytest.param("code,name,编码", {}, "code", id="two headers mean the same"),
        pytest.param("code,name", {"code": "nonsense"}, "nonsense", id="mapped to no field"),
    ],
)
def test_columns_that_do_not_fit_refuse_the_file(headers, mapping, field):
    with pytest.raises(ColumnsNotMatched) as error:
        run(f"{headers}\nA,Ada,3\n", mapping=mapping)

    assert field in {problem["field"] for problem in error.value.details["errors"]}


def test_a_line_with_too_many_cells_is_refused_with_a_hint_at_quotes():
    report = run("code,name\nA,Ada,Lovelace\n")

    assert "quotes" in report.rows[0].errors[0]["remedy"]


def test_lines_that_belong_together_are_applied_together_or_not_at_all(app):
    seen = []
    grouped = Importer(
        "teams", COLUMNS, lambda rows, _: seen.append(len(rows)) or Outcome.CREATED,
        group_by=("code",),
    )  # fmt: skip
    imports.register(grouped)

    report = run("code,name,size\nA,x,1\nB,x,1\nA,y,2\nB,y,many\n")

    assert seen == [2]
    assert outcomes(report) == [(2, "created"), (3, "refused"), (4, "created"), (5, "refused")]
    assert report.rows[1].errors[0]["value"] == 5


def test_only_those_the_kind_names_may_import_it():
    with pytest.raises(Forbidden):
        run("code,name\nA,Ada\n", actor=dispatcher())

    imports.register(Importer("teams", COLUMNS, apply, roles=(Role.DISPATCHER,)))
    assert outcomes(run("code,name\nA,Ada\n", actor=dispatcher())) == [(2, "created")]


def test_an_unknown_kind_is_refused():
    with pytest.raises(ImportKindUnknown):
        imports.get("nonsense")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_template_can_be_imported_as_it_is(form, locale):
    content = imports.template("teams", locale=locale, form=form)

    with unit_of_work():
        report = imports.run("teams", tabular.read(content), Context(TEST))

    assert outcomes(report) == [(2, "created")]


def test_no_cell_of_an_export_runs_as_a_formula():
    row = ["=1+1", "+86138", "-1", "@x", 5, "plain"]

    text = exports.to_csv(["a", "b", "c", "d", "e", "f"], [row]).decode("utf-8-sig")
    book = tabular.read(exports.to_xlsx(exports.Sheet("x", list("abcdef"), [row])))

    assert text.splitlines()[1] == "'=1+1,'+86138,'-1,'@x,5,plain"
    assert book.lines[0].cells == ["=1+1", "+86138", "-1", "@x", "5", "plain"]
