"""The whole problem, consistent from the moment it is built."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from solver.errors import InvalidProblem
from solver.problem import consistency, reading
from solver.problem.travel import Travel
from solver.problem.values import (
    Announced,
    Depot,
    Job,
    Location,
    Mode,
    Objective,
    Shift,
    Technician,
)
from solver.problem.writing import to_wire


@dataclass(frozen=True)
class Problem:
    """Everything the solver is told.

    Attributes:
        epoch: What second 0 is, as an ISO 8601 instant with offset.
        travel: How to get about, by the mode that technicians name.

    Raises:
        InvalidProblem: with a fault for each thing named but missing, listed
            twice or contradicting another.
    """

    locations: tuple[Location, ...]
    travel: Mapping[str, Mode]
    technicians: tuple[Technician, ...]
    jobs: tuple[Job, ...]
    depots: tuple[Depot, ...] = ()
    objective: Objective = field(default_factory=Objective)
    incumbent: tuple[Announced, ...] = ()
    epoch: str | None = None
    name: str = field(default="")

    def __post_init__(self) -> None:
        if faults := consistency.faults(self):
            raise InvalidProblem(faults)

    @classmethod
    def from_dict(cls, document: Any) -> "Problem":
        """Read the file format, parsed.

        Raises:
            InvalidProblem: with every fault found.
        """
        return cls(**reading.problem_fields(document))

    def to_dict(self) -> dict[str, Any]:
        """The problem in the file format; reading it again gives an equal problem."""
        wire = {"format": "planning-problem/1", **to_wire(self)}
        for technician, values in zip(wire["technicians"], self.technicians, strict=True):
            technician.setdefault("shifts", to_wire(values.shifts))
        return wire

    @cached_property
    def legs(self) -> Travel:
        return Travel(self.locations, self.travel)

    @cached_property
    def job(self) -> Mapping[str, Job]:
        return {job.id: job for job in self.jobs}

    @cached_property
    def depot(self) -> Mapping[str, Depot]:
        return {depot.id: depot for depot in self.depots}

    @cached_property
    def technician(self) -> Mapping[str, Technician]:
        return {technician.id: technician for technician in self.technicians}

    @cached_property
    def shift(self) -> Mapping[str, tuple[Technician, Shift]]:
        """Every shift with who works it."""
        return {
            shift.id: (technician, shift)
            for technician in self.technicians
            for shift in technician.shifts
        }

    @cached_property
    def announced(self) -> Mapping[tuple[str, int], Announced]:
        """The standing announcement of a job's seat; the last one where it stands twice."""
        return {(told.job, told.seat): told for told in self.incumbent}
