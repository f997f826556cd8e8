"""A list costs as many queries for many rows as for few."""

from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from app.core.db import db


@contextmanager
def counted():
    seen = []

    def note(*_):
        seen.append(1)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["/jobs", "/waiting", "/technicians", "/plans", "/outbox"])
def test_more_rows_cost_no_more_queries(world, desk, path):
    def queries():
        with counted() as seen:
            assert desk.get(path).status_code == 200
        return len(seen)

    world.technician()
    world.job(promised=False)
    few = queries()
    for _ in range(5):
        world.technician()
        world.job(promised=False)

    assert queries() == few
