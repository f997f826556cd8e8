import pytest

from tests.planning.world import make_world, sunday


@pytest.fixture
def world(app):
    with sunday():
        yield make_world()
