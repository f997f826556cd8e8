"""The catalogue from the command line: tables for people, JSON for programs."""

import json

import pytest
from click.testing import CliRunner

from app.catalogue import service
from app.catalogue.queries import WorkSpecNotFound
from app.cli.catalogue import group
from app.core.db import unit_of_work
from tests.factories import administrator, make_brand, make_category, make_model, make_spec

pytestmark = pytest.mark.usefixtures("app")


def asked(*words):
    return CliRunner().invoke(group, list(words), catch_exceptions=False, env={"COLUMNS": "200"})


def told(*words):
    return asked(*words).output


def test_brands_and_the_tree_of_categories_are_listed():
    make_brand(code="NORD", name_zh="北居")
    make_category("wood", make_category("flooring"))

    assert "北居" in told("brands")
    assert [row["path"] for row in json.loads(told("categories", "--json"))] == [
        "/flooring/",
        "/flooring/wood/",
    ]


def test_models_are_listed_with_their_bills_of_goods():
    brand = make_brand(code="NORD")
    model = make_model(brand, make_category("ac"), code="AC-35")
    make_model(make_brand(), make_category(), code="OTHER")
    kit = [{"sku": "IDU", "name": "indoor unit", "quantity": 2}]
    with unit_of_work():
        service.change_model(model.id, {}, kit=kit, actor=administrator())

    [row] = json.loads(told("models", "--brand", "NORD", "--json"))

    assert (row["code"], row["kit"]) == ("AC-35", kit)
    assert "2 × IDU indoor unit" in told("models")


def test_what_a_job_takes_is_shown_for_a_category_or_a_model():
    model = make_model(make_brand(code="NORD"), make_category("ac"), code="AC-35")
    make_spec(category_id=model.category_id, work_seconds=5400, tools=["ladder"])

    assert "90 min" in told("spec", "install", "--category", "ac")
    assert "ladder" in told("spec", "install", "--brand", "NORD", "--model", "AC-35")
    assert asked("spec", "install", "--brand", "NORD").exit_code == 2
    with pytest.raises(WorkSpecNotFound):
        told("spec", "repair", "--category", "ac")
