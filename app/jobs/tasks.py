"""Background entry points of jobs."""

from app.core.db import unit_of_work
from app.core.tasks import BackgroundTask, require_lease
from app.jobs import service
from app.jobs.queries import release as queries


def review_jobs(task: BackgroundTask) -> None:
    """Look again at what only time may have blocked or released."""
    with unit_of_work():
        require_lease(task.id, task.fence)
        service.review(queries.to_look_at_again())
