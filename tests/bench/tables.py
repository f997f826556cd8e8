"""The runs as tables: mean costs, and ratios to the best peer at equal time."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tests.bench.running import Run

OURS = "shifu"
TOLERANCE = 0.05  # of the time given, that an engine may take more unmarked


def absolute(runs: Sequence[Run]) -> Iterator[str]:
    """Mean cost in thousands of each engine, by size and budget."""
    engines = _kept(run.engine for run in runs)
    yield "| technicians / jobs | s | " + " | ".join(engines) + " |"
    yield "| --- | --- |" + " --- |" * len(engines)
    for size, budget in _cells(runs):
        shown = [
            _thousands(_mean(runs, size, budget, engine)) + _over(runs, size, budget, engine)
            for engine in engines
        ]
        yield f"| {size} | {budget:g} | " + " | ".join(shown) + " |"


def ratios(runs: Sequence[Run]) -> Iterator[str]:
    """Geometric mean of our cost to the best peer's on the same problem, seed and run."""
    yield "| technicians / jobs | s | ours / best peer | ours / each peer's longest run |"
    yield "| --- | --- | --- | --- |"
    longest = max((run.budget for run in runs), default=0)
    for size, budget in _cells(runs):
        here = _ratio(runs, size, budget, budget)
        there = _ratio(runs, size, budget, longest)
        yield f"| {size} | {budget:g} | {_shown(here)} | {_shown(there)} ({longest:g} s) |"


def _ratio(runs: Sequence[Run], size: str, ours: float, theirs: float) -> float | None:
    found = []
    for run in runs:
        if (run.size, run.budget, run.engine) != (size, ours, OURS) or not run.cost:
            continue
        rivals = [
            one.cost
            for one in runs
            if (one.size, one.seed, one.run, one.budget) == (size, run.seed, run.run, theirs)
            and one.engine != OURS
            and one.cost
        ]
        if rivals:
            found.append(math.log(run.cost / min(rivals)))
    return math.exp(sum(found) / len(found)) if found else None


def _mean(runs: Sequence[Run], size: str, budget: float, engine: str) -> float | None:
    wanted = (size, budget, engine)
    costs = [run.cost for run in runs if (run.size, run.budget, run.engine) == wanted]
    known = [cost for cost in costs if cost is not None]
    return sum(known) / len(known) if known and len(known) == len(costs) else None


def _over(runs: Sequence[Run], size: str, budget: float, engine: str) -> str:
    """The longest time taken, where that is more than was given to everybody."""
    wanted = (size, budget, engine)
    taken = [run.seconds for run in runs if (run.size, run.budget, run.engine) == wanted]
    most = max(taken, default=0.0)
    return f" (took {most:.1f} s)" if most > budget * (1 + TOLERANCE) else ""


def _cells(runs: Sequence[Run]) -> list[tuple[str, float]]:
    return _kept((run.size, run.budget) for run in runs)


def _kept(values: Iterable[Any]) -> list[Any]:
    """Each value once, in the order of the first."""
    return list(dict.fromkeys(values))


def _thousands(cost: float | None) -> str:
    return "–" if cost is None else f"{cost / 1000:,.0f}"


def _shown(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.3f}"
