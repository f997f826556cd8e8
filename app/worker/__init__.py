"""The worker: runs background tasks, drains the outbox, keeps the schedule.

``queues`` names every kind of task and what runs it, ``schedule`` every periodic one, ``engine``
claims, beats and stores. Any number of workers may run: rows with leases decide who does what.
"""

from flask import Flask

from app.worker.engine import Worker


def run(app: Flask, *, supervisor: int | None = None) -> None:
    """Work until told to stop (SIGINT, SIGTERM); what cannot be ended in time is given back.

    ``supervisor``: stop too when this process, the parent, has ended, even before we began.
    """
    Worker(app, parent=supervisor).run()
