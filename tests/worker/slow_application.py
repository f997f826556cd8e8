"""An application whose worker has one slow kind of task, for tests that kill it."""

import time
from pathlib import Path

from flask import Flask

from app.core import settings
from app.core.db import unit_of_work
from app.core.tasks import BackgroundTask, require_lease
from app.factory import create_app
from app.worker import queues


def slowly(task: BackgroundTask) -> None:
    """Begin, take a while, and store a line only while the lease is held."""
    folder = Path(settings.current().instance)
    _append(folder / "begun", str(task.fence))
    time.sleep(float(task.payload["seconds"][str(task.fence)]))
    with unit_of_work():
        require_lease(task.id, task.fence)
        _append(folder / "stored", str(task.fence))


def _append(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(line + "\n")


def build() -> Flask:
    queues.SHORT["slow"] = slowly
    return create_app()
