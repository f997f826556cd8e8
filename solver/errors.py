"""What can be wrong with what the solver is given."""

from collections.abc import Iterable


class InvalidInput(ValueError):
    """Input that cannot be used; ``faults`` has one line for each thing wrong with it."""

    def __init__(self, faults: Iterable[str] | str) -> None:
        self.faults = [faults] if isinstance(faults, str) else list(faults)
        super().__init__("\n".join(self.faults))


class InvalidProblem(InvalidInput):
    """The problem is misshapen or contradicts itself; no plan can be looked for."""


class InvalidPlan(InvalidInput):
    """The plan is misshapen: it cannot even be compared with its problem."""
