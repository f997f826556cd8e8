"""How long a search goes on: by time or by rounds."""

from collections.abc import Callable
from typing import Protocol

FEWEST_PHASES = 4
PHASE_SECONDS = 0.4  # at least, or threads wait more than they search
FEW = 50  # rounds done without asking, where rounds are counted
SETTLED = 20_000  # rounds times jobs squared: more find nothing in a handful of jobs


class Budget(Protocol):
    """How much of the search is over."""

    def __call__(self, rounds: int) -> float:
        """The part that is used up, when one worker has done so many rounds."""
        ...

    def at_most(self, rounds: int) -> int:
        """How many rounds of those wished may be done without asking again."""
        ...

    def phases(self, most: int) -> int:
        """Into how many phases to part the search; threads wait for each other after each."""
        ...


class Rounds:
    """So many rounds for each worker, fewer when it is enough."""

    def __init__(self, rounds: int, enough: Callable[[], bool]) -> None:
        self.rounds, self.enough = max(1, rounds), enough

    def __call__(self, rounds: int) -> float:
        return 1.0 if self.enough() else rounds / self.rounds

    def at_most(self, rounds: int) -> int:  # noqa: ARG002 - the same number whoever asks
        return min(FEW, self.rounds)

    def phases(self, most: int) -> int:
        return most


class Time:
    """Until a moment, sooner when it is enough or the problem is too small to need it."""

    def __init__(
        self, part: Callable[[], float], enough: Callable[[], bool], seconds: float, jobs: int
    ) -> None:
        self.part, self.enough, self.seconds = part, enough, seconds
        self.most = SETTLED * jobs * jobs

    def __call__(self, rounds: int) -> float:
        return 1.0 if rounds >= self.most or self.enough() else self.part()

    def at_most(self, rounds: int) -> int:
        return rounds

    def phases(self, most: int) -> int:
        return min(most, max(FEWEST_PHASES, round(self.seconds / PHASE_SECONDS)))
