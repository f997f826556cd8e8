"""Writing a row's new values with their audit entry; what is already so is left alone."""

from collections.abc import Callable, Mapping
from typing import Any

from app.core import audit
from app.core.db import db
from app.core.errors import Conflict, problem_of
from app.core.imports import Context, Outcome
from app.core.policies import Actor


class RowDiffers(Conflict):
    """This is already there with other values."""

    code = "row-differs"


def save(
    action: str, row: Any, values: Mapping[str, Any], *, actor: Actor, reason: str | None = None
) -> bool:
    """Give a row these values and flush; tell whether that changed anything.

    An unchanged row is neither written nor audited, so the same import twice leaves no trace.
    """
    with db.session.no_autoflush:
        for name, value in values.items():
            setattr(row, name, value)
        if not db.session.is_modified(row):
            return False
        audit.change(action, row, actor=actor, reason=reason)
    db.session.flush()
    return True


def merge(
    row: Any,
    given: Mapping[str, Any],
    context: Context,
    change: Callable[[dict[str, Any]], object],
) -> Outcome:
    """Bring a row that is there already to what an imported line says of it.

    An empty cell (``None``) leaves the row's value as it is. ``change`` gets what differs.

    Raises:
        RowDiffers: something differs and the run may not update.
    """
    differing = {
        name: value
        for name, value in given.items()
        if value is not None and getattr(row, name) != value
    }
    if not differing:
        return Outcome.UNCHANGED
    if not context.update:
        remedy = "import with update to change it"
        raise RowDiffers(
            errors=[
                problem_of(name, "differs from what is there", value=value, remedy=remedy)
                for name, value in differing.items()
            ]
        )
    change(differing)
    return Outcome.UPDATED


def given(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return these fields of an imported line as far as their cells are not empty."""
    return {name: row[name] for name in names if row[name] is not None}
