"""Whether the kernels are compiled on this machine, and compiling them.

That takes minutes, once for each version; no search should wait for it unasked. So what is
ready is marked beside the cached code, by the digest of its sources, numba's version and
the processor.
"""

from pathlib import Path

import llvmlite.binding
import numba

from solver.budgets import Rounds
from solver.compiled import rounds
from solver.compiled.blocks import DIGEST
from solver.compiled.team import Team
from solver.insertion.model import Model
from solver.problem import Job, Location, Mode, Problem, Shift, Technician


def _mark() -> Path:
    processor = llvmlite.binding.get_host_cpu_name()
    folder = Path(str(rounds.search.stats.cache_path))
    return folder / f"ready-{DIGEST}-{numba.__version__}-{processor}"


def is_ready() -> bool:
    return _mark().exists()


def make_ready() -> None:
    """Load every entry from the cache, or compile it."""
    problem = Problem(
        locations=(Location("a"), Location("b")),
        travel={"car": Mode(seconds=((0, 60), (60, 0)))},
        technicians=(Technician("t", "car", shifts=(Shift("s", 0, 3600),)),),
        jobs=(Job("j", "b", 60, penalty=1e6),),
    )
    team = Team(Model(problem), 0)
    team.construct(_never)
    team.search(Rounds(1, _never))
    team.finish(_never)
    if not is_ready():
        _mark().touch()


def _never() -> bool:
    return False
