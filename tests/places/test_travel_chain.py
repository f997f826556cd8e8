"""Travel between points: cache, then router, then estimate, cell by cell and never silently."""

import numpy as np
import pytest
import sqlalchemy as sa

from app.core.db import db, unit_of_work
from app.places import service
from app.places.gateways import RouterUnavailable
from app.places.models import TravelLeg, TravelPoint
from app.places.rules import estimate, great_circle
from app.places.rules.areas import PositionOutsideArea
from app.places.rules.estimate import Coefficients, coefficients_of
from app.places.rules.guards import NO_ROUTE, Matrix, Quality, Snap, guarded
from tests.factories import make_territory

A, B, C = (23.1065, 113.3245), (23.1494, 113.3249), (23.0605, 113.2897)
ACCESS = 120


class Router:
    """A router that drives 10 m a second in a straight line, and remembers what it was asked."""

    id = "fake/1"
    is_cached = True

    def __init__(self):
        self.asked = []
        self.is_dead = False
        self.wrong = {}

    def snap(self, points):
        return [Snap(point, 0.0) for point in points]

    def matrix(self, origins, destinations):
        if self.is_dead:
            raise RouterUnavailable
        self.asked.append((list(origins), list(destinations)))
        metres = np.rint(great_circle(origins, destinations)).astype(np.int32)
        seconds = metres // 10
        for i, origin in enumerate(origins):
            for j, destination in enumerate(destinations):
                seconds[i, j] = self.wrong.get((origin, destination), seconds[i, j])
        return Matrix(seconds, metres, np.zeros(metres.shape, np.uint8))

    def path(self, origin, destination):
        return [origin, destination]


@pytest.fixture
def territory(app):
    return make_territory()


@pytest.fixture
def router():
    return Router()


def between(territory, *points, source=None, approximate=None, **given):
    rough = approximate or [False] * len(points)
    return service.travel_between(territory, points, rough, source=source, **given)


def keep(travel):
    with unit_of_work():
        return service.keep_legs(travel)


def test_the_estimate_needs_nothing_and_says_what_it_is(territory):
    travel = between(territory, A, B)

    expected, _ = estimate([A], [B], coefficients_of(territory))
    assert travel.provider == "estimate"
    assert travel.seconds[0, 1] == expected[0, 0] + ACCESS
    assert travel.estimated_share == 1.0
    assert travel.quality.tolist() == [[1, 1], [1, 1]]
    assert not travel.is_degraded


def test_the_matrices_are_whole_numbers_of_the_agreed_kinds(territory):
    travel = between(territory, A, B, C)

    assert (travel.seconds.dtype, travel.metres.dtype) == (np.int32, np.int32)
    assert travel.quality.dtype == np.uint8
    assert travel.seconds.shape == travel.metres.shape == travel.quality.shape == (3, 3)


def test_a_point_to_itself_is_nothing_and_two_at_one_spot_only_the_access(territory):
    travel = between(territory, A, A, B)

    assert np.diag(travel.seconds).tolist() == [0, 0, 0]
    assert (travel.seconds[0, 1], travel.metres[0, 1]) == (ACCESS, 0)


def test_the_way_to_a_roughly_known_place_takes_longer(territory):
    plain = between(territory, A, B)
    rough = between(territory, A, B, approximate=[False, True])

    assert rough.seconds[0, 1] - plain.seconds[0, 1] == 600
    assert rough.seconds[1, 0] == plain.seconds[1, 0]


def test_the_allowance_grows_with_the_radius_where_it_is_given(territory):
    plain = between(territory, A, B)
    rough = between(territory, A, B, approximate=[False, True], radii_m=[0, 1_500])

    assert rough.seconds[0, 1] - plain.seconds[0, 1] == 300


def test_each_territory_drives_by_its_own_coefficients(territory):
    slow = make_territory(travel_minutes=5.0, access_seconds=0)

    assert between(slow, A, B).seconds[0, 1] > between(territory, A, B).seconds[0, 1]


def test_no_points_are_no_travel(territory):
    travel = between(territory)

    assert travel.seconds.shape == (0, 0)
    assert travel.estimated_share == 0.0


def test_a_point_outside_the_area_is_refused(territory):
    with pytest.raises(PositionOutsideArea):
        between(territory, A, (39.9, 116.4))


def test_the_estimate_is_never_kept(territory):
    assert keep(between(territory, A, B)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TravelLeg)) == 0


def test_a_routers_answer_is_used_with_the_access_added(territory, router):
    travel = between(territory, A, B, source=router)

    assert travel.seconds[0, 1] == travel.metres[0, 1] // 10 + ACCESS
    assert travel.quality[0, 1] == Quality.ROAD
    assert (travel.provider, travel.estimated_share) == ("fake/1", 0.0)


def test_everything_new_is_one_question(territory, router):
    between(territory, A, B, C, source=router)

    assert len(router.asked) == 1


def test_what_was_kept_is_not_asked_again(territory, router):
    keep(between(territory, A, B, source=router))
    router.asked.clear()

    again = between(territory, A, B, source=router)

    assert router.asked == []
    assert again.learned == {}
    assert again.quality[0, 1] == Quality.ROAD


def test_a_new_point_costs_its_row_and_its_column(territory, router):
    keep(between(territory, A, B, source=router))
    router.asked.clear()

    between(territory, A, B, C, source=router)

    assert sorted((len(rows), len(columns)) for rows, columns in router.asked) == [(1, 3), (2, 1)]


def test_the_same_answer_comes_from_the_cache_as_from_the_router(territory, router):
    fresh = between(territory, A, B, C, source=router)
    keep(fresh)

    kept = between(territory, A, B, C, source=router)

    assert kept.seconds.tolist() == fresh.seconds.tolist()
    assert kept.metres.tolist() == fresh.metres.tolist()


def test_points_a_few_centimetres_apart_share_their_legs(territory, router):
    keep(between(territory, A, B, source=router))
    router.asked.clear()

    between(territory, (A[0] + 0.000001, A[1]), B, source=router)

    assert router.asked == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TravelPoint)) == 2


def test_keeping_the_same_legs_twice_keeps_them_once(territory, router):
    travel = between(territory, A, B, source=router)
    keep(travel)

    keep(travel)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(TravelLeg)) == 2


def test_another_router_has_a_cache_of_its_own(territory, router):
    keep(between(territory, A, B, source=router))
    other = Router()
    other.id = "fake/2"

    between(territory, A, B, source=other)

    assert len(other.asked) == 1


def test_reading_travel_writes_nothing(territory, router):
    between(territory, A, B, source=router)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(TravelPoint)) == 0


def test_a_dead_router_degrades_to_the_estimate_and_says_so(territory, router):
    router.is_dead = True

    travel = between(territory, A, B, source=router)

    assert travel.is_degraded
    assert travel.estimated_share == 1.0
    assert travel.seconds.tolist() == between(territory, A, B).seconds.tolist()
    assert travel.learned == {}


def test_what_is_cached_survives_a_dead_router(territory, router):
    keep(between(territory, A, B, source=router))
    router.is_dead = True

    travel = between(territory, A, B, C, source=router)

    assert (travel.quality[0, 1], travel.quality[0, 2]) == (Quality.ROAD, Quality.ESTIMATED)
    assert travel.estimated_share == pytest.approx(4 / 6)


def test_no_way_counts_twice_the_estimate_and_is_flagged(territory, router):
    router.wrong[A, B] = NO_ROUTE

    travel = between(territory, A, B, source=router)

    expected, _ = estimate([A], [B], coefficients_of(territory))
    assert travel.seconds[0, 1] == 2 * expected[0, 0] + ACCESS
    assert travel.quality[0, 1] == Quality.UNREACHABLE
    assert travel.quality[1, 0] == Quality.ROAD


def test_no_seconds_over_a_distance_are_not_believed(territory, router):
    router.wrong[A, B] = 0

    travel = between(territory, A, B, source=router)

    assert travel.quality[0, 1] == Quality.ESTIMATED
    assert travel.seconds[0, 1] > ACCESS


def guard(snaps, *, near=B):
    answer = Matrix(
        np.full((2, 2), 500, np.int32),
        np.full((2, 2), 5_000, np.int32),
        np.zeros((2, 2), np.uint8),
    )
    return guarded(answer, [A, near], [A, near], (snaps, snaps), Coefficients())


def test_a_point_moved_over_two_kilometres_is_not_routed():
    believed = guard([Snap(A, 0), Snap((23.2, 113.4), 5_800)])

    assert believed.quality.tolist() == [[0, 1], [1, 1]]


def test_different_points_moved_to_one_spot_are_not_routed():
    believed = guard([Snap(A, 0), Snap(A, 1_900)])

    assert believed.quality.tolist() == [[0, 1], [1, 0]]


def test_neighbours_moved_to_one_spot_are_routed():
    beside = (A[0] + 0.001, A[1])

    assert guard([Snap(A, 0), Snap(A, 110)], near=beside).quality.max() == Quality.ROAD


@pytest.mark.parametrize(
    ("moved_m", "state"), [(0, "ok"), (300, "ok"), (301, "approximate"), (2_001, "off_network")]
)
def test_how_far_a_point_was_moved_says_how_well_it_is_known(moved_m, state):
    assert Snap(A, moved_m).state == state
