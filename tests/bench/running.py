"""Running every engine on every problem, one after another, each in a process of its own."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tests.bench.judging import judge
from tests.bench.peers import ENGINES, PACKAGES
from tests.bench.problems import SIZES, problem

GRACE = 60  # seconds for starting, loading and writing; not for searching


@dataclass(frozen=True)
class Run:
    """One engine's answer to one problem.

    Attributes:
        cost: By the judge; none when there is no valid answer, and ``fault`` says why.
        seconds: Wall time from the call to the answer, loading apart.
    """

    size: str
    seed: int
    run: int
    budget: float
    engine: str
    cost: float | None
    left_out: int = 0
    seconds: float = 0.0
    mebibytes: float = 0.0
    fault: str = ""


@dataclass(frozen=True)
class Series:
    """What is to be run."""

    sizes: Sequence[str]
    budgets: Sequence[float]
    seeds: Sequence[int]
    runs: int
    engines: Sequence[str]


def installed() -> dict[str, str]:
    """Versions of the engines that are here."""
    found = {}
    for engine in ENGINES:
        try:
            found[engine] = version(PACKAGES[engine])
        except PackageNotFoundError:
            continue
    return found


def all_runs(series: Series) -> Iterator[Run]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for size in series.sizes:
            for seed in series.seeds:
                path = Path(folder, "problem.json")
                document = problem(SIZES[size], seed)
                path.write_text(json.dumps(document))
                for budget in series.budgets:
                    for run in range(1, series.runs + 1):
                        for engine in series.engines:
                            asked = Run(size, seed, run, budget, engine, None)
                            yield judged(asked, document, path)


def judged(asked: Run, document: dict[str, Any], path: Path) -> Run:
    """Run the engine and judge its answer."""
    values = vars(asked)
    output = path.with_name("answer.json")
    output.unlink(missing_ok=True)
    words = [asked.engine, str(path), "--seconds", str(asked.budget)]
    words += ["--seed", str(asked.run), "--output", str(output)]
    command = [sys.executable, "-m", "tests.bench.one", *words]
    try:
        done = subprocess.run(  # noqa: S603  our own module
            command, capture_output=True, text=True, timeout=asked.budget * 3 + GRACE, check=False
        )
    except subprocess.TimeoutExpired:
        return Run(**values | {"fault": "did not end"})
    if done.returncode or not output.exists():
        last = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        return Run(**values | {"fault": last[:120]})
    answer = json.loads(output.read_text())
    faults, cost, left_out = judge()[1](document, answer["plan"])
    if faults:
        return Run(**values | {"fault": faults[0][:120]})
    measured = {name: answer[name] for name in ("seconds", "mebibytes")}
    return Run(**values | measured | {"cost": cost, "left_out": left_out})
