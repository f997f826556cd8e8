"""The task of a worker that was killed is done by another within a minute; proven by killing."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.core import tasks
from app.core.db import db, unit_of_work
from app.core.tasks import TaskState

pytestmark = pytest.mark.proof
WORKER = [sys.executable, "-m", "app.worker", "tests.worker.slow_application:build"]


@pytest.fixture
def folder(app, database):
    return Path(app.instance_path)


@contextmanager
def worker(app, database, *more):
    environment = {
        **os.environ,
        "SHIFU_DATABASE_URL": database,
        "SHIFU_INSTANCE_DIR": app.instance_path,
        "SHIFU_DELIVERY": "none",
    }
    process = subprocess.Popen([*WORKER, *more], env=environment)  # noqa: S603  our own command
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def queue_slow(*, first, second):
    """Queue a task that takes so many seconds at the first and at the second attempt."""
    with unit_of_work():
        return tasks.enqueue("slow", {"seconds": {"1": first, "2": second}})


def lines(path):
    return path.read_text().split() if path.exists() else []


def state_of(task_id):
    db.session.rollback()
    return tasks.get(task_id).state


def wait_for(found, seconds):
    until = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.2)


@pytest.fixture(autouse=True)
def clean(folder):
    for name in ("begun", "stored"):
        (folder / name).unlink(missing_ok=True)


def test_a_killed_workers_task_is_done_by_another_within_a_minute(app, database, folder):
    task = queue_slow(first=300, second=0)
    with worker(app, database) as first:
        wait_for(lambda: lines(folder / "begun") == ["1"], 30)
        killed_at = time.monotonic()
        first.send_signal(signal.SIGKILL)
    with worker(app, database):
        wait_for(lambda: lines(folder / "stored") == ["2"], 60)
        assert time.monotonic() - killed_at < 60
        wait_for(lambda: state_of(task.id) is TaskState.DONE, 30)


def test_a_worker_that_was_only_asleep_cannot_store_what_another_has_done(app, database, folder):
    queue_slow(first=3, second=0)
    with worker(app, database) as first:
        wait_for(lambda: lines(folder / "begun") == ["1"], 30)
        first.send_signal(signal.SIGSTOP)
        with worker(app, database):
            wait_for(lambda: lines(folder / "stored") == ["2"], 60)
        first.send_signal(signal.SIGCONT)
        time.sleep(6)

    assert lines(folder / "stored") == ["2"]


def test_a_worker_told_to_stop_ends_by_itself_and_its_task_is_done_by_another(
    app, database, folder
):
    queue_slow(first=300, second=0)
    with worker(app, database) as first:
        wait_for(lambda: lines(folder / "begun") == ["1"], 30)
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 0
    with worker(app, database):
        wait_for(lambda: lines(folder / "stored") == ["2"], 30)


def test_a_worker_whose_supervisor_was_gone_before_it_began_ends_by_itself(app, database):
    with worker(app, database, "--supervisor=1") as orphan:
        assert orphan.wait(30) == 0
