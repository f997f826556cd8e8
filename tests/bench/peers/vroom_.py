"""VROOM by pyvroom: skills and priorities are its own; a level is a skill for each step of it."""

from datetime import timedelta

import numpy as np
import vroom

from tests.bench.common import Common, Orders

EXPLORATION = 5  # its most thorough


def orders(common: Common, seconds: float, seed: int) -> Orders:
    problem, index = common.problem, _skills(common)
    asked = vroom.Input()
    asked.set_durations_matrix("car", common.seconds.astype(np.uint32))
    for number, technician in enumerate(problem.technicians):
        (shift,) = technician.shifts
        vehicle = vroom.Vehicle(
            number,
            start=common.at(shift.start_location),
            end=common.at(shift.end_location),
            skills={
                index[held.skill, level]
                for held in technician.skills
                for level in range(1, int(held.level) + 1)
                if (held.skill, level) in index
            },
            time_window=vroom.TimeWindow(shift.start, shift.end),
        )
        asked.add_vehicle(vehicle)
    for number, job in enumerate(problem.jobs):
        asked.add_job(
            vroom.Job(
                number,
                location=common.at(job.location),
                default_service=job.duration,
                skills={index[need.skill, int(need.level)] for need in job.skills},
                priority=common.priority(job),
                time_windows=[vroom.TimeWindow(a, b) for a, b in job.windows],
            )
        )
    limit = timedelta(seconds=seconds)
    found = asked.solve(exploration_level=EXPLORATION, nb_threads=2, timeout=limit)
    return _orders(common, found)


def _skills(common: Common) -> dict[tuple[str, int], int]:
    needs = {(need.skill, int(need.level)) for job in common.problem.jobs for need in job.skills}
    return {need: number for number, need in enumerate(sorted(needs))}


def _orders(common: Common, found: "vroom.Solution") -> Orders:
    names: Orders = {}
    for _, step in found.routes.iterrows():
        if step["type"] == "job":
            shift = common.problem.technicians[int(step["vehicle_id"])].shifts[0].id
            names.setdefault(shift, []).append(common.problem.jobs[int(step["id"])].id)
    return names
