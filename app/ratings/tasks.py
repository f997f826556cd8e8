"""Background entry points of ratings."""

from uuid import UUID

from app.core.db import transact, unit_of_work
from app.core.policies import system
from app.core.tasks import BackgroundTask, require_lease
from app.ratings import queries, service


def recompute_scores(task: BackgroundTask) -> None:
    """Score the technicians that the task names, or everybody."""
    named = task.payload.get("technician_ids")
    with unit_of_work():
        require_lease(task.id, task.fence)
        service.recompute(
            None if named is None else [UUID(one) for one in named], actor=system("ratings")
        )


def follow_up(task: BackgroundTask) -> None:
    """Ask whether what was done a month ago is still good."""
    key, fence = task.id, task.fence
    for visit_id in queries.to_follow_up():

        def work(visit_id: UUID = visit_id) -> None:
            require_lease(key, fence)
            service.ask(visit_id)

        transact(work)
