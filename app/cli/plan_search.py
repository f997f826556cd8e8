"""Following a search from the command line, doing it here unless a worker does."""

import sys
import threading
import time
from contextlib import suppress
from typing import Any
from uuid import UUID

import click
from flask import Flask, current_app
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.core.db import db, unit_of_work
from app.core.policies import system
from app.core.tasks import LeaseLost
from app.planning import service
from app.planning import tasks as planning
from app.planning.models import PlanState, PlanVersion
from app.planning.queries import plans

ACTOR = system("cli")
OVER = (PlanState.READY, PlanState.FAILED)


def followed(plan: PlanVersion, *, quiet: bool) -> PlanVersion:
    """Search here unless a worker does, and show how far it is."""
    assert plan.task_id is not None  # noqa: S101  it was just enqueued
    over = threading.Event()
    app = _application()
    searcher = threading.Thread(target=_search, args=(app, plan.task_id, over), daemon=True)
    searcher.start()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True, quiet=quiet or not sys.stderr.isatty())
    with Progress(*columns, console=console, transient=True) as bar:
        shown = bar.add_task(f"plan {plan.number}", total=float(plan.seconds))
        begun = time.monotonic()
        while _is_searching(plan.id):
            bar.update(shown, completed=min(time.monotonic() - begun, plan.seconds))
    over.set()
    searcher.join()
    return _reread(plan.id)


def _is_searching(plan_id: UUID) -> bool:
    """Wait a moment; an interruption calls the search off."""
    try:
        time.sleep(0.3)
        return _reread(plan_id).state not in OVER
    except KeyboardInterrupt:
        click.echo("Ending the search; the best plan so far is kept.", err=True)
        with suppress(service.PlanNotRunning), unit_of_work():
            service.cancel_plan(plan_id, ACTOR)
        return True


def _search(app: Flask, task_id: UUID, over: threading.Event) -> None:
    """Do the task as soon as it is to be had: a worker may have taken it, and may die."""
    with app.app_context():
        while not over.wait(0.2):
            try:
                if planning.solve_here(task_id):
                    return
            except planning.PlanFailed:
                return
            except LeaseLost:
                continue


def _reread(plan_id: UUID) -> PlanVersion:
    db.session.rollback()
    return plans.get(plan_id, actor=ACTOR)


def _application() -> Flask:
    """Return the application itself: its proxy does not cross into a thread."""
    proxy: Any = current_app
    app: Flask = proxy._get_current_object()  # noqa: SLF001  Flask's documented way
    return app
