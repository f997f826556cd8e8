"""What orders name by code, looked up once for many orders."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from app.catalogue import queries as catalogue
from app.catalogue.models import Brand, Category, JobType, ProductModel, WorkSpec
from app.core.db import db
from app.core.errors import NotFound, problem_of
from app.jobs.queries import reading
from app.jobs.rules.orders import OrderNotValid
from app.places import queries as places
from app.places.models import Territory

Found = TypeVar("Found")


class Known:
    """What many orders share: look-ups by what orders call things, and free job numbers.

    A look-up raises ``OrderNotValid``, naming the field, when there is no such thing.

    Attributes:
        to_review: Jobs whose release is looked at once for all, at the end; ``None``: at once.
    """

    def __init__(self, *, numbers: int = 4, defers_review: bool = False) -> None:
        self.to_review: set[UUID] | None = set() if defers_review else None
        self._memo: dict[Any, Any] = {}
        self._numbers: list[str] = []
        self._reserve = numbers

    def number(self) -> str:
        """Return a job number that nobody has."""
        if not self._numbers:
            self._numbers = reading.free_numbers(self._reserve)
        return self._numbers.pop()

    def brand(self, code: str) -> Brand:
        return self._named("brand", code, lambda: catalogue.brand_by_code(code), code)

    def category(self, code: str) -> Category:
        return self._named("category", code, lambda: catalogue.category_by_code(code), code)

    def model(self, brand: Brand, code: str) -> ProductModel:
        key = (brand.id, code)
        return self._named("model", key, lambda: catalogue.model_by_code(brand.id, code), code)

    def territory(self, code: str | None) -> Territory:
        if code is None:
            return self._once(("territory", None), _only_territory)
        return self._named("territory", code, lambda: places.territory_by_code(code), code)

    def spec(
        self, job_type: JobType, *, model_id: UUID | None, category_id: UUID | None
    ) -> WorkSpec | None:
        return self._once(
            ("spec", job_type, model_id, category_id),
            lambda: catalogue.spec_for(job_type, model_id=model_id, category_id=category_id),
        )

    def _named(self, field: str, key: Any, find: Callable[[], Found], code: str) -> Found:
        try:
            return self._once((field, key), find)
        except NotFound as error:
            raise not_known(field, error.title(), code) from error

    def _once(self, key: Any, find: Callable[[], Found]) -> Found:
        if key not in self._memo:
            self._memo[key] = find()
        found: Found = self._memo[key]
        return found


def not_known(field: str, message: str, code: str) -> OrderNotValid:
    """Return the refusal of a code: alike whether it is unknown or somebody else's."""
    remedy = "check the spelling, or import it first"
    return OrderNotValid(errors=[problem_of(field, message, value=code, remedy=remedy)])


def _only_territory() -> Territory:
    found = list(db.session.scalars(sa.select(Territory).limit(2)))
    if len(found) != 1:
        remedy = "name the territory by its code" if found else "import a territory first"
        raise OrderNotValid(errors=[problem_of("territory", "is missing", remedy=remedy)])
    return found[0]
