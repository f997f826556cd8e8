"""The command line: ``python -m solver solve|compile|check|slots|explain|repair``.

Exit status: 0 done, 1 the plan checked is not valid, 2 bad input with one line for each
fault, 130 interrupted, with the best plan so far written.
"""

import argparse
import json
import math
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from solver.check import check
from solver.errors import InvalidInput, InvalidPlan, InvalidProblem
from solver.plan import Plan
from solver.problem import Problem
from solver.wire import loads

if TYPE_CHECKING:
    from solver.repair import Disruption
    from solver.solving import Progress

DONE, NOT_VALID, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


class Interruption:
    """Whether someone asked the command to stop."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True

    def __call__(self) -> bool:
        return self.asked


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except InvalidInput as error:
        for fault in error.faults:
            print(_printable(fault), file=sys.stderr)  # noqa: T201 - this is the command line
        return BAD_INPUT


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m solver", description="Plan field service.")
    commands = top.add_subparsers(required=True, metavar="solve|compile|check|...")
    solving = commands.add_parser("solve", help="look for a plan")
    solving.add_argument("problem", type=Path)
    solving.add_argument("--seconds", type=_seconds, default=10.0, help="for the whole command")
    solving.add_argument("--seed", type=int, default=0)
    solving.add_argument("--iterations", type=_count, help="the same plan for the same seed")
    solving.add_argument("--engine", choices=("search", "greedy"), default="search")
    solving.add_argument("--output", type=Path, help="where to write the plan")
    solving.set_defaults(run=run_solve)
    compiling = commands.add_parser("compile", help="make the search fast, once for all")
    compiling.set_defaults(run=run_compile)
    checking = commands.add_parser("check", help="judge a plan by every rule")
    slots = commands.add_parser("slots", help="feasible appointment slots, cheapest first")
    explaining = commands.add_parser("explain", help="why unplanned, or why this technician")
    for command, run in ((checking, run_check), (slots, run_slots), (explaining, run_explain)):
        command.add_argument("problem", type=Path)
        command.add_argument("plan", type=Path)
        command.set_defaults(run=run)
    slots.add_argument("job", type=Path)
    slots.add_argument(
        "--deeper", type=_seconds, default=0.0, help="seconds to move what nobody was told of"
    )
    explaining.add_argument("job")
    _repairing(commands.add_parser("repair", help="mend a plan that events have overtaken"))
    return top


def _repairing(command: argparse.ArgumentParser) -> None:
    command.add_argument("problem", type=Path)
    command.add_argument("plan", type=Path)
    command.add_argument("--now", type=int, help="what has started by this second stays as it is")
    command.add_argument("--absent", action="append", default=[], metavar="TECHNICIAN")
    command.add_argument("--urgent", type=Path, action="append", default=[], metavar="JOB.JSON")
    command.add_argument("--longer", action="append", default=[], metavar="JOB=SECONDS")
    command.add_argument("--ready", action="append", default=[], metavar="JOB=SECOND")
    command.add_argument("--seconds", type=_seconds, default=2.0, help="to search for")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--iterations", type=_count, help="the same plan for the same seed")
    command.add_argument("--output", type=Path, help="where to write the plan")
    command.add_argument("--rest", type=Path, help="where to write the problem of what is left")
    command.set_defaults(run=run_repair)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a time above 0")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return value


# ── commands ──


def run_solve(options: argparse.Namespace) -> int:
    begun = time.monotonic()
    interrupted = Interruption()
    if options.output is not None and not options.output.parent.is_dir():
        raise InvalidInput(f"--output: {options.output.parent} is no directory")
    from solver.solving import Limits, solve  # noqa: PLC0415 - the other commands do not search

    imported = time.monotonic()
    problem = Problem.from_dict(read(options.problem))
    spent = time.monotonic() - imported
    limits = Limits(
        max(0.0, options.seconds - 2 * spent - 0.02),
        options.seed,
        options.iterations,
        options.engine,
    )
    watcher = show if sys.stderr.isatty() else None
    plan = solve(problem, limits, watcher, interrupted)
    if watcher:
        _finish_line(time.monotonic() - begun)
    write(plan.to_dict(), options.output)
    return INTERRUPTED if interrupted() else DONE


def run_compile(_: argparse.Namespace) -> int:
    from solver.engines import compile_all  # noqa: PLC0415 - the others have it compiled

    try:
        compile_all()
    except ImportError:
        raise InvalidInput("numba is not installed: the search stays plain") from None
    return DONE


def run_check(options: argparse.Namespace) -> int:
    problem = Problem.from_dict(read(options.problem))
    document = read(options.plan)
    try:
        faults = check(problem, Plan.from_dict(document))
    except InvalidPlan as error:
        faults = error.faults
    for fault in faults:
        print(_printable(fault))  # noqa: T201 - this is the command line
    return NOT_VALID if faults else DONE


def run_slots(options: argparse.Namespace) -> int:
    from solver.slots import read_job, slots  # noqa: PLC0415 - the others need no search

    problem = Problem.from_dict(read(options.problem))
    plan = valid_plan(problem, options.plan)
    job = read_job(read(options.job))
    write([slot.to_dict() for slot in slots(problem, plan, job, options.deeper)], None)
    return DONE


def run_explain(options: argparse.Namespace) -> int:
    from solver.explain import explain  # noqa: PLC0415 - the others need no search

    problem = Problem.from_dict(read(options.problem))
    plan = valid_plan(problem, options.plan)
    if options.job not in problem.job:
        raise InvalidProblem(f"there is no job {options.job!r}")
    write(explain(problem, plan, options.job), None)
    return DONE


def run_repair(options: argparse.Namespace) -> int:
    interrupted = Interruption()
    from solver.repair import disturbed, repair  # noqa: PLC0415 - the others do not search
    from solver.solving import Limits  # noqa: PLC0415

    problem = Problem.from_dict(read(options.problem))
    plan = Plan.from_dict(read(options.plan))
    if options.now is not None:
        if faults := check(problem, plan):
            raise InvalidPlan(f"{options.plan}: {fault}" for fault in faults)
        problem = disturbed(problem, plan, _events(options))
    elif options.absent or options.urgent or options.longer or options.ready:
        raise InvalidInput("--now: say when this happened")
    if options.rest is not None:
        write(problem.to_dict(), options.rest)
    limits = Limits(options.seconds, options.seed, options.iterations)
    write(repair(problem, plan, limits, interrupted).to_dict(), options.output)
    return INTERRUPTED if interrupted() else DONE


def _events(options: argparse.Namespace) -> "Disruption":
    from solver.repair import Disruption  # noqa: PLC0415 - the others do not search
    from solver.slots import read_job  # noqa: PLC0415

    return Disruption(
        now=options.now,
        absent=frozenset(options.absent),
        urgent=tuple(read_job(read(path)) for path in options.urgent),
        longer=dict(_named_second(text) for text in options.longer),
        ready=dict(_named_second(text) for text in options.ready),
    )


def _named_second(text: str) -> tuple[str, int]:
    name, _, value = text.rpartition("=")
    try:
        return name, int(value)
    except ValueError:
        raise InvalidInput(f"{text!r} is not JOB=SECONDS") from None


# ── files ──


def valid_plan(problem: Problem, path: Path) -> Plan:
    """The plan in the file, which must keep every rule to be built upon."""
    plan = Plan.from_dict(read(path))
    if faults := check(problem, plan):
        raise InvalidPlan(f"{path}: {fault}" for fault in faults)
    return plan


def read(path: Path) -> Any:
    try:
        return loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise InvalidInput(f"{path}: {error}") from None


def write(document: Any, path: Path | None) -> None:
    """Write JSON whole or not at all."""
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if path is None:
        sys.stdout.write(text)
        return
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8", errors="surrogatepass")
        part.replace(path)
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}") from None


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


def show(progress: "Progress") -> None:
    sys.stderr.write(
        f"\r{progress.seconds:6.1f} s  cost {progress.cost:14.2f}"
        f"  left out {progress.left_out:5d}  rounds {progress.iterations:7d}"
    )
    sys.stderr.flush()


def _finish_line(seconds: float) -> None:
    sys.stderr.write(f"\ndone in {seconds:.1f} s\n")


if __name__ == "__main__":
    sys.exit(main())
