"""What runs in the background is wired: every queue consumed, every periodic task there."""

import ast

from app.worker import queues, schedule
from tests.architecture.project import modules, tree_of


def enqueued_kinds() -> set[str]:
    """Return the kind of every ``tasks.enqueue("kind", ...)`` in the product."""
    return {
        node.args[0].value
        for path in modules("app")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("tasks.enqueue")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_kind_of_task_that_is_queued_is_consumed():
    assert enqueued_kinds() <= queues.kinds()


def test_every_periodic_task_has_somebody_to_do_it():
    assert {one.kind for one in schedule.PERIODIC} <= queues.kinds()
