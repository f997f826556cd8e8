import pytest

from app.core.policies import Role
from tests.factories import make_partner
from tests.planning.world import make_world, sunday
from tests.web.signed_in import browser


@pytest.fixture
def world(app):
    with sunday():
        yield make_world()


@pytest.fixture
def partner(world):
    return make_partner(code="pearl")


@pytest.fixture
def team(app, partner):
    """The browser of somebody of the partner."""
    return browser(app, Role.PARTNER, partner_id=partner.id)


@pytest.fixture
def rival(app, world):
    """The browser of somebody of another partner."""
    return browser(app, Role.PARTNER, partner_id=make_partner().id)


@pytest.fixture
def brand(app, world):
    """The browser of somebody of the world's brand."""
    return browser(app, Role.BRAND, brand_id=world.brand.id)
