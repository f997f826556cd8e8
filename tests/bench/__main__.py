"""``python -m tests.bench``: our solver and its peers side by side, as a table in Markdown."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.bench.answering import answering
from tests.bench.judging import judge
from tests.bench.mending import mending
from tests.bench.peers import ENGINES
from tests.bench.problems import SIZES
from tests.bench.published import published
from tests.bench.running import Run, Series, all_runs, installed
from tests.bench.tables import absolute, ratios

SMALL = Series(("8/40", "20/120", "50/350 tight"), (2.0,), (1,), 1, ENGINES)
FULL = Series(tuple(SIZES), (2.0, 10.0, 60.0), (1, 2, 3), 3, ENGINES)


def main() -> int:
    options = _parser().parse_args()
    say(f"# {_machine()}\n")
    if apart := _apart(options):
        for line in apart:
            say(line)
        return 0
    here = installed()
    say("Engines: " + ", ".join(f"{name} {known}" for name, known in here.items()))
    for name in ENGINES:
        if name not in here:
            say(f"Skipped: {name} is not installed; `pip install -e '.[bench]'` brings it.")
    say(f"Judge: {judge()[0]}\n")
    series = _series(options, tuple(name for name in ENGINES if name in here))
    say(f"Seeds {list(series.seeds)}, {series.runs} runs each, {list(series.budgets)} s\n")
    runs = list(_told(all_runs(series)))
    if options.output:
        options.output.write_text("\n".join(json.dumps(vars(run)) for run in runs) + "\n")
    for line in (*absolute(runs), "", *ratios(runs)):
        say(line)
    return 0


def _apart(options: argparse.Namespace) -> Iterator[str] | None:
    """What is measured without peers, when that is asked for."""
    if options.slots:
        return answering()
    if options.repair:
        return mending()
    return published(options.published) if options.published else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="every size, 3 seeds, 3 runs: hours")
    parser.add_argument("--sizes", help="comma-separated: " + ";".join(SIZES))
    parser.add_argument("--seconds", help="comma-separated")
    parser.add_argument("--seeds", help="comma-separated")
    parser.add_argument("--runs", type=int)
    parser.add_argument("--engines", help="comma-separated: " + ",".join(ENGINES))
    parser.add_argument("--output", type=Path, help="every run as a line of JSON")
    parser.add_argument("--published", type=float, metavar="SECONDS", help="published problems")
    parser.add_argument("--slots", action="store_true", help="how long questions for slots take")
    parser.add_argument("--repair", action="store_true", help="a technician drops out")
    return parser


def _series(options: argparse.Namespace, here: tuple[str, ...]) -> Series:
    base = FULL if options.full else SMALL
    wanted = options.engines.split(",") if options.engines else here
    return Series(
        sizes=options.sizes.split(";") if options.sizes else base.sizes,
        budgets=_numbers(options.seconds) or base.budgets,
        seeds=tuple(map(int, _numbers(options.seeds))) or base.seeds,
        runs=options.runs or base.runs,
        engines=[name for name in wanted if name in here],
    )


def _numbers(text: str | None) -> tuple[float, ...]:
    return tuple(map(float, text.split(","))) if text else ()


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0]
    python = platform.python_version()
    return f"{platform.system()} {platform.machine()}, {cores} cores, load {load:.1f}, {python}"


def _told(runs: Iterable[Run]) -> Iterable[Run]:
    for run in runs:
        shown = f"{run.cost:,.0f}, {run.left_out} left out" if run.cost is not None else run.fault
        head = f"{run.size} seed {run.seed} run {run.run} {run.budget:g} s {run.engine}"
        sys.stderr.write(f"{head}: {shown} ({run.seconds:.1f} s)\n")
        yield run


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
