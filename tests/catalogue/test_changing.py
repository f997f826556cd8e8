"""Changing the catalogue: who may, what is refused, what is announced and kept."""

import pytest

from app.catalogue import queries, service
from app.catalogue.events import KitChanged, WorkSpecChanged
from app.catalogue.models import JobType
from app.catalogue.service.goods import (
    BrandExists,
    CategoryCodeNotValid,
    KitNotValid,
    ModelExists,
)
from app.catalogue.service.work import WorkSpecExists, WorkSpecScopeNotValid
from app.core import audit
from app.core.db import unit_of_work
from app.core.errors import Forbidden
from app.core.events import collected
from tests.factories import (
    administrator,
    brand_key,
    dispatcher,
    make_brand,
    make_category,
    make_model,
    make_spec,
    make_territory,
)

pytestmark = pytest.mark.usefixtures("app")

KIT = [
    {"sku": "IDU-35", "name": "indoor unit", "quantity": 1},
    {"sku": "ODU-35", "name": "outdoor unit", "quantity": 1},
]


def announced_by(act):
    with unit_of_work(), collected() as announced:
        act()
        return list(announced)


def test_a_brand_is_added_once():
    with unit_of_work():
        service.add_brand({"code": "NORD", "name": "Nord"}, actor=administrator())

    with unit_of_work(), pytest.raises(BrandExists):
        service.add_brand({"code": "NORD", "name": "Other"}, actor=administrator())


def test_a_dispatcher_reads_the_catalogue_but_does_not_change_it():
    with unit_of_work(), pytest.raises(Forbidden):
        service.add_brand({"code": "NORD", "name": "Nord"}, actor=dispatcher(make_territory()))


def test_a_category_knows_its_way_from_the_root():
    parent = make_category("flooring")

    with unit_of_work():
        child = service.add_category(
            {"code": "wood", "name": "Wood"}, parent=parent, actor=administrator()
        )

    assert child.path == "/flooring/wood/"


@pytest.mark.parametrize("code", ["a/b", "", "a b", "x" * 61])
def test_a_category_code_that_breaks_the_path_is_refused(code):
    with unit_of_work(), pytest.raises(CategoryCodeNotValid):
        service.add_category({"code": code, "name": "Wood"}, actor=administrator())


def test_a_brand_keeps_its_own_models_and_nobody_elses():
    brand, other, category = make_brand(), make_brand(), make_category()
    values = {"code": "AC-35", "name": "Air conditioner", "category_id": category.id}

    with unit_of_work():
        service.add_model(values | {"brand_id": brand.id}, kit=KIT, actor=brand_key(brand))

    with unit_of_work(), pytest.raises(Forbidden):
        service.add_model(values | {"brand_id": other.id}, actor=brand_key(brand))


def test_two_brands_may_use_the_same_model_code_but_one_brand_may_not():
    category, brand = make_category(), make_brand()
    make_model(brand, category, code="X1")
    values = {"code": "X1", "name": "X", "category_id": category.id}

    with unit_of_work():
        service.add_model(values | {"brand_id": make_brand().id}, actor=administrator())

    with unit_of_work(), pytest.raises(ModelExists):
        service.add_model(values | {"brand_id": brand.id}, actor=administrator())


def test_another_bill_of_goods_is_announced_and_kept_in_the_audit():
    model = make_model()

    announced = announced_by(
        lambda: service.change_model(model.id, {}, kit=KIT, actor=administrator())
    )

    assert [type(event) for event in announced] == [KitChanged]
    assert [line.sku for line in queries.kit(model.id)] == ["IDU-35", "ODU-35"]
    [entry] = audit.history("product_models", model.id)
    assert entry.after["kit"] == KIT


def test_the_same_bill_of_goods_again_changes_nothing():
    model = make_model()
    announced_by(lambda: service.change_model(model.id, {}, kit=KIT, actor=administrator()))

    again = announced_by(
        lambda: service.change_model(model.id, {}, kit=KIT[::-1], actor=administrator())
    )

    assert again == []


@pytest.mark.parametrize("kit", [[KIT[0], KIT[0]], [KIT[0] | {"quantity": 0}]])
def test_a_bill_of_goods_names_each_part_once_and_counts_it(kit):
    model = make_model()

    with unit_of_work(), pytest.raises(KitNotValid):
        service.change_model(model.id, {}, kit=kit, actor=administrator())


def test_a_work_spec_is_for_a_model_or_a_category():
    values = {"job_type": JobType.INSTALL, "work_seconds": 3600}

    with unit_of_work(), pytest.raises(WorkSpecScopeNotValid):
        service.add_work_spec(values, actor=administrator())


def test_each_scope_has_one_work_spec():
    category = make_category()
    make_spec(category_id=category.id)
    values = {"job_type": JobType.INSTALL, "category_id": category.id, "work_seconds": 60}

    with unit_of_work(), pytest.raises(WorkSpecExists):
        service.add_work_spec(values, actor=administrator())


def test_a_new_work_spec_is_announced_because_jobs_may_wait_for_it():
    category = make_category()
    values = {"job_type": JobType.REPAIR, "category_id": category.id, "work_seconds": 60}

    announced = announced_by(lambda: service.add_work_spec(values, actor=administrator()))

    assert [type(event) for event in announced] == [WorkSpecChanged]
    assert announced[0].category_id == category.id
