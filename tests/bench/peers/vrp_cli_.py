"""vrp-cli in its pragmatic format: skills are its own, the priority is a job's value."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import vrp_cli

from tests.bench.common import Common, Orders

EPOCH = datetime(2026, 3, 2, tzinfo=UTC)


def orders(common: Common, seconds: float, seed: int) -> Orders:
    flat = common.seconds.reshape(-1).tolist()
    matrix = {"profile": "car", "travelTimes": flat, "distances": flat}
    config = {
        "termination": {"maxTime": max(1, round(seconds))},
        "environment": {"parallelism": {"numThreadPools": 1, "threadsPerPool": 2}},
        "telemetry": {"progress": {"enabled": False}},
    }
    found = json.loads(
        vrp_cli.solve_pragmatic(
            problem=json.dumps(_problem(common)),
            matrices=[json.dumps(matrix)],
            config=json.dumps(config),
        )
    )
    return {
        tour["vehicleId"]: [
            activity["jobId"]
            for stop in tour["stops"]
            for activity in stop["activities"]
            if activity["type"] == "service"
        ]
        for tour in found["tours"]
    }


def _problem(common: Common) -> dict[str, Any]:
    problem = common.problem
    return {
        "plan": {"jobs": [_job(common, job) for job in problem.jobs]},
        "fleet": {
            "vehicles": [_vehicle(common, one) for one in problem.technicians],
            "profiles": [{"name": "car"}],
        },
        "objectives": [
            [{"type": "maximize-value"}],
            [{"type": "minimize-unassigned"}],
            [{"type": "minimize-cost"}],
        ],
    }


def _job(common: Common, job: Any) -> dict[str, Any]:
    times = [[_moment(a), _moment(b)] for a, b in job.windows]
    place = {"location": {"index": common.at(job.location)}, "duration": job.duration}
    return {
        "id": job.id,
        "services": [{"places": [{**place, "times": times}]}],
        "skills": {"allOf": [f"{need.skill}@{int(need.level)}" for need in job.skills]},
        "value": common.priority(job),
    }


def _vehicle(common: Common, technician: Any) -> dict[str, Any]:
    (shift,) = technician.shifts
    skills = [
        f"{held.skill}@{level}"
        for held in technician.skills
        for level in range(1, int(held.level) + 1)
    ]
    return {
        "typeId": technician.id,
        "vehicleIds": [shift.id],
        "profile": {"matrix": "car"},
        "costs": {"fixed": 0, "distance": 1, "time": 0},
        "capacity": [len(common.problem.jobs)],
        "skills": skills,
        "shifts": [
            {
                "start": {
                    "earliest": _moment(shift.start),
                    "location": {"index": common.at(shift.start_location)},
                },
                "end": {
                    "latest": _moment(shift.end),
                    "location": {"index": common.at(shift.end_location)},
                },
            }
        ],
    }


def _moment(second: int) -> str:
    return (EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
