"""The two forms of the search: compiled, and plain where numba is not installed.

Both construct, search within a budget, and hand out the best as a draft.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from solver.budgets import Budget, Rounds
from solver.construction import construct, construct_required, insert, left
from solver.improvement import Search
from solver.insertion.draft import Draft
from solver.insertion.model import Model
from solver.insertion.placing import THOROUGH, Placer

if TYPE_CHECKING:
    from solver.compiled.team import Team

PIN_ROUNDS = 400
PIN_ROUNDS_COMPILED = 4000

Stop = Callable[[], bool]


class Way(Protocol):
    """A route that the search came by: its shift, stops and cost."""

    @property
    def row(self) -> int: ...
    @property
    def nodes(self) -> tuple[int, ...]: ...
    @property
    def cost(self) -> float: ...


class Engine(Protocol):
    """A search on one model.

    Attributes:
        form: ``compiled`` or ``plain``.
    """

    form: str

    def keep_pins(self) -> None:
        """Plan what is pinned, as far as a way is found."""
        ...

    def construct(self, stop: Stop) -> None: ...
    def search(self, budget: Budget) -> None: ...
    def draft(self) -> Draft:
        """The best plan so far."""
        ...

    def met(self) -> Iterable[Way]:
        """Routes to choose from."""
        ...

    def standing(self) -> tuple[int, float, int]:
        """Rounds done, best cost, jobs left out."""
        ...


class Plain:
    """Ruin and recreate in Python."""

    form = "plain"

    def __init__(self, model: Model, seed: int) -> None:
        self.model, self.seed = model, seed
        self._draft = Draft(model)
        self.placer = Placer(model, self._draft)
        self.search_on: Search | None = None

    def keep_pins(self) -> None:
        required = self.model.required
        construct_required(self.placer)
        if left(self.placer, sorted(required)):
            search = Search(self.model, self._draft, self.seed, required)
            search.run(
                lambda: float(search.iterations >= PIN_ROUNDS or search.best.is_whole(required))
            )

    def construct(self, stop: Stop) -> None:
        construct(self.placer, stop)

    def search(self, budget: Budget) -> None:
        search = self.search_on = Search(self.model, self._draft, self.seed)
        search.run(lambda: budget(search.iterations))

    def draft(self) -> Draft:
        return self._draft

    def met(self) -> Iterable[Way]:
        return self.search_on.pool.values() if self.search_on else ()

    def standing(self) -> tuple[int, float, int]:
        if self.search_on is None:
            return 0, self._draft.total, self._draft.planned.count(False)
        best = self.search_on.best
        return self.search_on.iterations, best.total, best.planned.count(False)


class Compiled:
    """Ruin and recreate by compiled kernels on two threads."""

    form = "compiled"

    def __init__(self, model: Model, seed: int) -> None:
        from solver.compiled.team import Team  # noqa: PLC0415 - loads compiled code

        self.model = model
        self.team = Team(model, seed)

    def keep_pins(self) -> None:
        team, required = self.team, sorted(self.model.required)
        team.construct(_never, required)
        if team.missing(required):
            with team.all_movable():  # when each has its seat and start, the order is still open
                team.search(Rounds(PIN_ROUNDS_COMPILED, lambda: not team.missing(required)))
        self._place_plainly(required)

    def construct(self, stop: Stop) -> None:
        self.team.construct(stop)
        circular = [job for job in range(len(self.model.jobs)) if self._is_circular(job)]
        self._place_plainly(circular)
        self.team.finish(stop)

    def _is_circular(self, job: int) -> bool:
        return self.model.is_coupled[job] and bool(self.model.cycle_of[job])

    def _place_plainly(self, jobs: list[int]) -> None:
        """Plan what kernels cannot, such as jobs linked in a circle."""
        if not self.team.missing(jobs):
            return
        draft = self.draft()
        placer = Placer(self.model, draft)
        insert(placer, left(placer, jobs), _never, THOROUGH)
        self.team.take_up(draft.routes)

    def search(self, budget: Budget) -> None:
        self.team.search(budget)
        self.team.finish(lambda: budget(0) > 1)

    def draft(self) -> Draft:
        return drawn(self.model, self.team)

    def met(self) -> Iterable[Way]:
        return self.team.pool()

    def standing(self) -> tuple[int, float, int]:
        team = self.team
        return team.iterations, team.best.cost, len(self.model.jobs) - len(team.planned())


def _never() -> bool:
    return False


def drawn(model: Model, team: "Team") -> Draft:
    """The team's best plan, timed by the draft's own rules."""
    draft = Draft(model)
    stops, jobs = team.stops(), tuple(team.planned())
    start = team.best.start
    held = (n for nodes in stops.values() for n in nodes if model.is_held(n))
    lower = {node: int(start[node]) for node in held}
    trials = [draft.attempt(stops, bounds, jobs) for bounds in ({}, lower)]
    found = [trial for trial in trials if trial is not None]
    if found:
        draft.apply(min(found, key=lambda trial: trial.delta))
    else:
        construct(Placer(model, draft), _never)
    return draft


def is_compiled() -> bool:
    """Whether the compiled search is at hand: numba installed, its code compiled before."""
    try:
        from solver.compiled.readiness import is_ready  # noqa: PLC0415 - loads numba
    except ImportError:
        return False
    return is_ready()


def load_compiled() -> None:
    """Load compiled code before any time is counted, where there is any."""
    if is_compiled():
        compile_all()


def compile_all() -> None:
    """Compile the search, which takes minutes, unless it was before.

    Raises:
        ImportError: numba is not installed.
    """
    from solver.compiled.readiness import make_ready  # noqa: PLC0415 - loads numba

    make_ready()


def engine_for(model: Model, seed: int) -> Engine:
    return Compiled(model, seed) if is_compiled() else Plain(model, seed)
