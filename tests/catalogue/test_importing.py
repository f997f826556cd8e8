"""The catalogue comes in from tables, in either language, row by row."""

import pytest
import sqlalchemy as sa

from app.catalogue import queries
from app.catalogue.models import Brand, Category, JobType, Price, ProductModel, WorkSpec
from app.core import imports, tabular
from app.core.db import db, unit_of_work
from app.core.imports import Context, Outcome
from tests.factories import administrator, make_brand, make_category, make_model

pytestmark = pytest.mark.usefixtures("app")


def imported(kind, text, *, update=False):
    table = tabular.read(text.encode())
    with unit_of_work():
        return imports.run(kind, table, Context(actor=administrator(), update=update))


def outcomes(report):
    return [row.outcome for row in report.rows]


def test_brands_come_in_under_chinese_headers():
    report = imported("brands", "编码,名称,中文名称,服务时限(天)\nNORD,Nordhem,北居,5")

    assert outcomes(report) == [Outcome.CREATED]
    brand = queries.brand_by_code("NORD")
    assert (brand.name, brand.name_zh, brand.service_days) == ("Nordhem", "北居", 5)


def test_the_same_file_twice_changes_nothing():
    text = "code,name,service_days\nNORD,Nordhem,5"
    imported("brands", text)

    assert outcomes(imported("brands", text)) == [Outcome.UNCHANGED]


def test_a_line_that_differs_is_a_conflict_until_updating_is_asked_for():
    imported("brands", "code,name,service_days\nNORD,Nordhem,5")
    changed = "code,name,service_days\nNORD,Nordhem,3"

    refused = imported("brands", changed)

    assert outcomes(refused) == [Outcome.CONFLICT]
    assert refused.rows[0].errors[0]["field"] == "service_days"
    assert queries.brand_by_code("NORD").service_days == 5
    assert outcomes(imported("brands", changed, update=True)) == [Outcome.UPDATED]
    assert queries.brand_by_code("NORD").service_days == 3


def test_an_empty_cell_leaves_what_is_there():
    imported("brands", "code,name,service_days\nNORD,Nordhem,5")

    assert outcomes(imported("brands", "code,name,service_days\nNORD,Nordhem,")) == [
        Outcome.UNCHANGED
    ]


def test_categories_of_one_file_may_lie_below_each_other():
    imported("categories", "code,name,parent\nflooring,Flooring,\nwood,Wood,flooring")

    assert queries.category_by_code("wood").path == "/flooring/wood/"


def test_a_category_whose_parent_is_unknown_is_named_with_its_field():
    report = imported("categories", "code,name,parent\nwood,Wood,flooring\nstone,Stone,")

    assert outcomes(report) == [Outcome.REFUSED, Outcome.CREATED]
    [error] = report.rows[0].errors
    assert (error["field"], error["value"]) == ("parent", "flooring")


def test_a_category_stays_in_its_place():
    parent = make_category("flooring")
    make_category("wood", parent)
    make_category("walls")

    report = imported("categories", "code,name,parent\nwood,Wood,walls", update=True)

    assert outcomes(report) == [Outcome.REFUSED]


def test_a_model_comes_in_with_its_bill_of_goods():
    make_brand(code="NORD")
    make_category("ac")

    imported(
        "models",
        "brand,code,name,category,kit\n"
        "NORD,AC-35,Air conditioner,ac,IDU-35:indoor unit*1;ODU-35:outdoor unit*1",
    )

    model = queries.model_by_code(queries.brand_by_code("NORD").id, "AC-35")
    kit = [(line.sku, line.name, line.quantity) for line in queries.kit(model.id)]
    assert kit == [("IDU-35", "indoor unit", 1), ("ODU-35", "outdoor unit", 1)]


def test_another_bill_of_goods_is_a_conflict_until_updating_is_asked_for():
    model = make_model(make_brand(code="NORD"), make_category("ac"), code="AC-35", name="AC")
    text = "brand,code,name,category,kit\nNORD,AC-35,AC,ac,IDU-35:indoor unit*1"

    assert outcomes(imported("models", text)) == [Outcome.CONFLICT]
    assert queries.kit(model.id) == []
    assert outcomes(imported("models", text, update=True)) == [Outcome.UPDATED]


def test_an_unknown_brand_is_named_and_good_rows_are_not_lost():
    make_brand(code="NORD")
    make_category("ac")

    report = imported(
        "models", "brand,code,name,category\nNORT,A1,One,ac\nNORD,A2,Two,ac\nNORD,A3,Three,ax"
    )

    assert outcomes(report) == [Outcome.REFUSED, Outcome.CREATED, Outcome.REFUSED]
    assert [report.rows[i].errors[0]["field"] for i in (0, 2)] == ["brand", "category"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ProductModel)) == 1


def test_what_a_job_takes_comes_in_for_a_category_or_a_model():
    make_model(make_brand(code="NORD"), make_category("ac"), code="AC-35")

    report = imported(
        "work_specs",
        "job_type,brand,model,category,minutes,crew,tools,parts,licences,needs_certificate\n"
        "安装,,,ac,90,2;1,ladder;drill,PIPE*3,electrician,yes\n"
        "install,NORD,AC-35,,120,,,,,否\n"
        "install,NORD,,,60,,,,,\n"
        "install,,AC-35,ac,60,,,,,",
    )

    assert outcomes(report) == [
        Outcome.CREATED,
        Outcome.CREATED,
        Outcome.REFUSED,
        Outcome.REFUSED,
    ]
    spec = queries.spec_for(
        JobType.INSTALL, model_id=None, category_id=queries.category_by_code("ac").id
    )
    assert (spec.work_seconds, spec.crew) == (5400, [{"level": 2}, {"level": 1}])
    assert (spec.tools, spec.parts, spec.licences) == (
        ["ladder", "drill"],
        {"PIPE": 3},
        ["electrician"],
    )
    [own] = db.session.scalars(sa.select(WorkSpec).where(WorkSpec.model_id.is_not(None)))
    assert own.needs_certificate is False


def test_amounts_are_given_in_major_units_and_kept_in_minor_ones():
    header = "kind,code,name,unit,amount,currency,valid_from,valid_until\n"

    report = imported(
        "prices",
        header
        + "extra,drilling,Drilling,hole,15.50,CNY,2026-01-01,\n"
        + "extra,height,Height,floor,1.555,CNY,2026-01-01,\n"
        + "extra,removal,Removal,piece,1500,JPY,2026-01-01,2025-12-31\n"
        + "extra,pipe,Pipe,metre,1500,JPY,2026-01-01,2026-12-31",
    )

    assert outcomes(report) == [
        Outcome.CREATED,
        Outcome.REFUSED,
        Outcome.REFUSED,
        Outcome.CREATED,
    ]
    amounts = db.session.scalars(sa.select(Price.amount_minor).order_by(Price.amount_minor))
    assert list(amounts) == [1500, 1550]


def test_pay_rates_come_in_by_job_type_and_level():
    text = "job_type,level,amount,currency,valid_from\ninstall,1,60,CNY,2026-01-01"

    assert outcomes(imported("pay_rates", text)) == [Outcome.CREATED]
    assert outcomes(imported("pay_rates", text)) == [Outcome.UNCHANGED]


def test_every_template_imports_as_far_as_what_it_names_exists():
    make_category("appliances")

    for kind in ("brands", "categories"):
        text = imports.template(kind).decode("utf-8-sig")
        assert Outcome.REFUSED not in outcomes(imported(kind, text))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Brand)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Category)) == 2
