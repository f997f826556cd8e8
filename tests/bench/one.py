"""One run of one engine, in a process of its own: ``python -m tests.bench.one``."""

import argparse
import importlib
import json
import resource
import sys
import time
from pathlib import Path

from solver.problem import Problem
from tests.bench.common import Common, planned
from tests.bench.peers import MODULES


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=MODULES)
    parser.add_argument("problem", type=Path)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True)
    asked = parser.parse_args()
    peer = importlib.import_module(MODULES[asked.engine])
    common = Common(Problem.from_dict(json.loads(asked.problem.read_text())))
    _ = common.seconds
    common.problem.legs  # noqa: B018 - the matrix is given to everybody before the clock starts
    begun = time.monotonic()
    orders = peer.orders(common, asked.seconds, asked.seed)
    taken = time.monotonic() - begun
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = {"seconds": taken, "mebibytes": mebibytes, "plan": planned(common, orders)}
    asked.output.write_text(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
