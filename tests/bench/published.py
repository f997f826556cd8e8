"""Problems with published results, beside this checkout; skipped by name where they are not."""

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path

from solver import Limits, Problem, solve
from tests.bench.judging import SHARED, judge

BENCH = SHARED / "bench"


def published(seconds: float, seed: int = 1) -> Iterator[str]:
    """A line for each problem, against the best known cost; then the means of the families."""
    if not (BENCH / "best.csv").exists():
        yield f"Skipped: the published problems are not at {BENCH}."
        return
    yield f"{seconds:g} s each, seed {seed}; judge: {judge()[0]}\n"
    yield "| problem | ours | best known | ours / best | left out |"
    yield "| --- | --- | --- | --- | --- |"
    families: dict[str, list[float]] = {}
    with (BENCH / "best.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        path = BENCH / f"{row['problem']}.json"
        if not path.exists():
            yield f"| {row['problem']} | skipped: it is not there | | | |"
            continue
        cost, left_out, fault = _solved(path, seconds, seed)
        best = float(row["best_known_cost"])
        ratio = cost / best
        families.setdefault(row["problem"].split("-")[0], []).append(ratio)
        shown = fault or f"{left_out}"
        yield f"| {row['problem']} | {cost:,.2f} | {best:,.2f} | {ratio:.3f} | {shown} |"
    for family, found in families.items():
        mean = math.fsum(found) / len(found)
        yield f"| **{family}**, mean of {len(found)} | | | **{mean:.3f}** | |"


def _solved(path: Path, seconds: float, seed: int) -> tuple[float, int, str]:
    document = json.loads(path.read_text())
    plan = solve(Problem.from_dict(document), Limits(seconds=seconds, seed=seed))
    faults, cost, left_out = judge()[1](document, plan.to_dict())
    return cost, left_out, faults[0] if faults else ""
