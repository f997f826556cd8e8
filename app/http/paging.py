"""Lists page by page: ``{"items": [...], "next": cursor or null}``.

The cursor holds the sort key of the last row, signed, so that it can be trusted and not built.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from itsdangerous import BadSignature, URLSafeSerializer
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import InstrumentedAttribute

from app.core import keys
from app.core.db import db
from app.core.errors import Invalid, problem_of

Row = TypeVar("Row")


class CursorNotValid(Invalid):
    """This page cursor is not one of ours; start from the first page."""

    code = "cursor-not-valid"


class PageArguments(Schema):
    """The query arguments of a list; areas add their filters in a subclass."""

    cursor = fields.String()
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of those that follow."""

    items: list[Row]
    next: str | None


def page_schema(item: type[Schema]) -> type[Schema]:
    """Return the schema of a page of ``item``."""
    name = f"{item.__name__.removesuffix('Schema')}Page"
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(allow_none=True, required=True),
        },
        name=name,
    )


def paginate(
    chosen: sa.Select[Any],
    *,
    order: InstrumentedAttribute[Any],
    key: InstrumentedAttribute[Any],
    cursor: str | None = None,
    limit: int = 50,
    descending: bool = False,
) -> Page[Any]:
    """Read one page by keyset: rows after the cursor in ``order``, ties broken by ``key``.

    ``order`` must not be nullable.

    Raises:
        CursorNotValid: the cursor was not made by this list.
    """
    position = sa.tuple_(order, key)
    if cursor:
        last = _opened(cursor, f"{order}", order, key)
        chosen = chosen.where(position < last if descending else position > last)
    steps = (order.desc(), key.desc()) if descending else (order.asc(), key.asc())
    rows: list[Any] = list(db.session.scalars(chosen.order_by(*steps).limit(limit + 1)))
    if len(rows) <= limit:
        return Page(rows, None)
    last_row = rows[limit - 1]
    return Page(
        rows[:limit], _made(f"{order}", getattr(last_row, order.key), getattr(last_row, key.key))
    )


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(keys.secret_key(), salt=f"cursor:{purpose}")


def _made(purpose: str, first: Any, second: Any) -> str:
    text = [v.isoformat() if hasattr(v, "isoformat") else v for v in (first, second)]
    plain = [v if isinstance(v, str | int | float) else str(v) for v in text]
    return str(_signer(purpose).dumps(plain))


def _opened(cursor: str, purpose: str, *columns: InstrumentedAttribute[Any]) -> Any:
    try:
        values = _signer(purpose).loads(cursor)
        typed = [_typed(column, value) for column, value in zip(columns, values, strict=True)]
    except (BadSignature, ValueError, TypeError) as error:
        raise CursorNotValid(
            errors=[problem_of("cursor", "is not valid", value=cursor[:60])]
        ) from error
    return sa.tuple_(*(sa.literal(v, c.type) for v, c in zip(typed, columns, strict=True)))


def _typed(column: InstrumentedAttribute[Any], value: Any) -> Any:
    kind = column.type.python_type
    if hasattr(kind, "fromisoformat"):
        return kind.fromisoformat(value)
    return kind(value)
