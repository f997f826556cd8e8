"""The search, kept at arm's length: a process that can be killed, and its twin for tests."""

import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import solver
from app.core.errors import Unavailable
from solver import wire

Onlooker = Callable[[float], bool]
"""Told the seconds gone by about once a second; answers whether the search should go on."""

GRACE_SECONDS = 20  # for starting, reading a large problem and writing the plan
KILL_AFTER_SECONDS = 5  # once it was asked to stop
LARGEST_PLAN_BYTES = 64 * 1024 * 1024
BOUNDED = """
import resource, runpy, sys
if sys.platform == "linux":
    resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
resource.setrlimit(resource.RLIMIT_CPU, ({cpu}, {cpu}))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
sys.argv[0] = "solver"
runpy.run_module("solver", run_name="__main__", alter_sys=True)
"""


class SearchFailed(Unavailable):
    """The search for a plan ended without one."""

    code = "search-failed"

    @property
    def why(self) -> str:
        return str(self.details["why"])


class Search(Protocol):
    """Something that turns a problem into a plan, both in the planning format."""

    def run(
        self,
        problem: dict[str, Any],
        *,
        seconds: int,
        seed: int,
        going_on: Onlooker,
        standing: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Search for a plan, or mend the one that is standing.

        Returns:
            The best plan found when time is up or ``going_on`` answers no; not yet checked.

        Raises:
            SearchFailed: with ``why`` in the details.
        """
        ...


@dataclass(frozen=True)
class SearchProcess:
    """``python -m solver`` with a bound on time and memory, no database and no environment."""

    memory_mb: int
    grace_seconds: float = GRACE_SECONDS

    def run(
        self,
        problem: dict[str, Any],
        *,
        seconds: int,
        seed: int,
        going_on: Onlooker,
        standing: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="shifu-plan-") as folder:
            names = ("problem.json", "plan.json", "said.txt", "standing.json")
            given, found, said, stands = (Path(folder, name) for name in names)
            given.write_text(wire_text(problem))
            arguments = ["solve", str(given)]
            if standing is not None:
                stands.write_text(wire_text(standing))
                arguments = ["repair", str(given), str(stands)]
            arguments += ["--seconds", str(seconds), "--seed", str(seed)]
            with said.open("wb") as talk:
                process = self._start([*arguments, "--output", str(found)], seconds, talk)
                status = self._watch(process, seconds, going_on)
            return _read(status, found, said)

    def _start(self, arguments: list[str], seconds: int, talk: Any) -> "subprocess.Popen[bytes]":
        cpu = math.ceil(seconds + self.grace_seconds) * (os.cpu_count() or 1) + 10
        code = BOUNDED.format(memory=self.memory_mb * 1024 * 1024, cpu=cpu)
        return subprocess.Popen(  # noqa: S603  our own interpreter and our own arguments
            [sys.executable, "-c", code, *arguments],
            cwd=Path(solver.__file__).resolve().parents[1],
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=talk,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _watch(self, process: "subprocess.Popen[bytes]", seconds: int, going_on: Onlooker) -> int:
        """Wait for the process; ask it to stop when told to or late, then kill it."""
        begun = time.monotonic()
        try:
            while True:
                try:
                    return process.wait(timeout=0.5)
                except subprocess.TimeoutExpired:
                    gone = time.monotonic() - begun
                if not going_on(gone) or gone > seconds + self.grace_seconds:
                    return _stop(process)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def _stop(process: "subprocess.Popen[bytes]") -> int:
    process.send_signal(signal.SIGINT)
    try:
        return process.wait(timeout=KILL_AFTER_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _read(status: int, found: Path, said: Path) -> dict[str, Any]:
    if status == 2:
        raise SearchFailed(why=f"the search refused the problem: {_tail(said)}")
    if status not in {0, 130}:
        end = f"signal {-status}" if status < 0 else f"status {status}"
        raise SearchFailed(why=f"the search ended with {end}: {_tail(said) or 'it was killed'}")
    if not found.exists():
        raise SearchFailed(why="the search was stopped before it had found any plan")
    if found.stat().st_size > LARGEST_PLAN_BYTES:
        raise SearchFailed(why="the search wrote more than a plan can hold")
    try:
        plan = wire.loads(found.read_text())
    except ValueError as error:
        raise SearchFailed(why=f"the search wrote no plan: {error}") from error
    if not isinstance(plan, dict):
        raise SearchFailed(why="the search wrote no plan")
    return plan


def _tail(said: Path) -> str:
    lines = said.read_bytes()[-2000:].decode(errors="replace").strip().splitlines()
    return "; ".join(lines[-5:])[:1000]


def wire_text(document: dict[str, Any]) -> str:
    """Write a problem or a plan as strict JSON."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True)
class SearchHere:
    """The same solver in this process; for tests and tools, because it cannot be killed.

    ``engine`` ``greedy`` only constructs a plan: milliseconds, and always the same.
    """

    engine: str = "greedy"

    def run(
        self,
        problem: dict[str, Any],
        *,
        seconds: int,
        seed: int,
        going_on: Onlooker,
        standing: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        from solver.repair import repair  # noqa: PLC0415  loads NumPy, which few need

        begun = time.monotonic()

        def stop() -> bool:
            return not going_on(time.monotonic() - begun)

        given = solver.Problem.from_dict(problem)
        limits = solver.Limits(seconds=seconds, seed=seed, engine=self.engine)
        if standing is not None:
            rounds = 20 if self.engine == "greedy" else None
            limits = replace(limits, iterations=rounds)
            return repair(given, solver.Plan.from_dict(standing), limits, stop).to_dict()
        return solver.solve(given, limits, stop=stop).to_dict()
