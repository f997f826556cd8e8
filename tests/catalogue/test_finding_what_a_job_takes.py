"""What a job takes is looked up from the model to the nearest category."""

import pytest

from app.catalogue import queries
from app.catalogue.models import JobType
from tests.factories import make_brand, make_category, make_model, make_spec

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def flooring():
    return make_category("flooring")


@pytest.fixture
def wood(flooring):
    return make_category("wood", flooring)


@pytest.fixture
def solid(wood):
    return make_category("solid", wood)


def test_a_models_own_spec_comes_before_its_categorys(solid):
    model = make_model(category=solid)
    make_spec(category_id=solid.id, work_seconds=7200)
    own = make_spec(model_id=model.id, work_seconds=5400)

    found = queries.spec_for(JobType.INSTALL, model_id=model.id, category_id=solid.id)

    assert found.id == own.id


def test_the_nearer_category_comes_before_the_farther(flooring, wood, solid):
    make_spec(category_id=flooring.id)
    nearer = make_spec(category_id=wood.id)

    found = queries.spec_for(JobType.INSTALL, model_id=None, category_id=solid.id)

    assert found.id == nearer.id


def test_a_category_is_found_from_the_model_alone(wood):
    model = make_model(category=wood)
    spec = make_spec(category_id=wood.id)

    found = queries.spec_for(JobType.INSTALL, model_id=model.id, category_id=None)

    assert found.id == spec.id


def test_another_job_type_says_nothing(wood):
    make_spec(category_id=wood.id, job_type=JobType.REPAIR)

    assert queries.spec_for(JobType.INSTALL, model_id=None, category_id=wood.id) is None


def test_a_category_below_or_beside_says_nothing(wood, solid):
    make_spec(category_id=solid.id)
    make_spec(category_id=make_category("wood-effect").id)

    assert queries.spec_for(JobType.INSTALL, model_id=None, category_id=wood.id) is None


def test_another_brands_model_says_nothing(wood):
    model, other = make_model(make_brand(), wood), make_model(make_brand(), wood)
    make_spec(model_id=other.id)

    assert queries.spec_for(JobType.INSTALL, model_id=model.id, category_id=wood.id) is None
