"""A window on offer."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Slot:
    """A window that can be honoured, and what that would cost.

    Attributes:
        start: When the service would start as things stand.
        cost: What planning the job there adds to the plan's cost.
        kept: Probability that the service starts inside the window.
        moved: Jobs that would get another place for it; nobody was told of them yet.
    """

    window: tuple[int, int]
    start: int
    technicians: tuple[str, ...]
    cost: float
    kept: float
    moved: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "window": list(self.window),
            "start": self.start,
            "technicians": list(self.technicians),
            "cost": round(self.cost, 2),
            "kept": round(self.kept, 3),
        }
        return found | ({"moved": list(self.moved)} if self.moved else {})
