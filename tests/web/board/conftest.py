import pytest

from app.core.policies import Role
from tests.planning.world import make_world, sunday
from tests.web.signed_in import browser


@pytest.fixture
def world(app):
    with sunday():
        yield make_world()


@pytest.fixture
def desk(app, world):
    """The browser of whoever dispatches the world's territory."""
    return browser(app, Role.DISPATCHER, territory_ids=[world.territory.id])


@pytest.fixture
def elsewhere(app, world):
    """The browser of somebody who dispatches another territory."""
    return browser(app, Role.DISPATCHER)
