"""The database handle, the model base class and the unit of work."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.orm.exc import StaleDataError

from app.core import events
from app.core.errors import Conflict
from app.core.failpoints import fail

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An instant: aware on the way in, aware UTC on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """Say what values are, which decorated types do not by themselves."""
        return datetime

    def process_bind_param(self, value: datetime | None, _: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A stored instant needs a timezone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: sa.Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


STORED_ENUM = sa.Enum(
    StrEnum,
    native_enum=False,
    length=32,
    values_callable=lambda kind: [member.value for member in kind],
)
Json = dict[str, Any]
JsonList = list[Any]


class Base(DeclarativeBase):
    """The ancestor of every model: naming convention and column types."""

    # A registry, not a bare ``type_annotation_map``: Flask-SQLAlchemy rebuilds
    # this class, and SQLAlchemy refuses a rebuilt base that carries both.
    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime(),
            StrEnum: STORED_ENUM,
            Json: sa.JSON(),
            JsonList: sa.JSON(),
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base  # mypy cannot follow the class that the extension builds
else:
    Model = db.Model


class Versioned:
    """A row that several people edit: the loser of a race is told, and ETags come from it."""

    version: Mapped[int] = mapped_column(nullable=False)

    @sa.orm.declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class StaleVersion(Conflict):
    """Somebody else changed this between your read and your write."""

    code = "stale-version"


_writing: ContextVar[bool] = ContextVar("writing", default=False)


def is_writing() -> bool:
    """Tell whether a unit of work is open in this context."""
    return _writing.get()


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit the block's changes together, or none of them.

    Any read transaction ends first, so that what the block reads is current. Subscribers to
    recorded events run inside the same transaction: what they write is committed, or lost, with
    the change that caused it. Outside a unit of work the database refuses every write.

    Raises:
        StaleVersion: a row was changed by somebody else meanwhile.
        RuntimeError: another unit of work is open.
    """
    if _writing.get():
        raise RuntimeError("a unit of work is already open")
    db.session.rollback()
    token = _writing.set(True)
    try:
        with events.collected() as recorded:
            yield
            db.session.flush()
            events.deliver(recorded)
        db.session.flush()
        fail("unit_of_work.before_commit")
        db.session.commit()
    except StaleDataError as error:
        db.session.rollback()
        raise StaleVersion from error
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)


@contextmanager
def changing_schema() -> Iterator[None]:
    """Let the block's transactions write without a unit of work; for migrations alone."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


RETRYABLE = {"40001", "40P01"}
Result = TypeVar("Result")


def transact(work: Callable[[], Result], *, attempts: int = 3) -> Result:
    """Run ``work`` in a unit of work, again when the database asks for it.

    Serialisation failures and deadlocks (SQLSTATE 40001, 40P01) and a busy SQLite are retried
    with jitter; ``work`` must therefore have no effect outside the database.
    """
    for attempt in range(1, attempts + 1):
        try:
            with unit_of_work():
                return work()
        except DBAPIError as error:
            if attempt == attempts or not is_retryable(error):
                raise
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311  jitter, not a secret
    raise AssertionError("unreachable")


def is_retryable(error: DBAPIError) -> bool:
    """Tell whether the same statement may succeed when tried again."""
    if isinstance(error, IntegrityError):
        return False
    return getattr(error.orig, "sqlstate", None) in RETRYABLE or "database is locked" in str(error)


def one_snapshot() -> None:
    """Let all that is read next be of one moment; SQLite's transactions always are."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


@contextmanager
def savepoint() -> Iterator[None]:
    """Undo the block alone when it fails, such as one bad row of an import."""
    with db.session.begin_nested():
        yield


Row = TypeVar("Row", bound=Base)


def lock(kind: type[Row], ids: "list[UUID] | set[UUID]") -> dict[UUID, Row]:
    """Lock rows by id, in ascending order, and read them afresh.

    The order of kinds is the same everywhere: jobs, technician-days, visits.
    """
    key: Any = sa.inspect(kind).primary_key[0]
    chosen = (
        sa.select(kind)
        .where(key.in_(sorted(ids)))
        .order_by(key)
        .with_for_update(of=kind)
        .execution_options(populate_existing=True)
    )
    return {getattr(row, key.key): row for row in db.session.scalars(chosen)}


def engine_options(url: str) -> dict[str, Any]:
    """Return how to connect: a fixed SQLite where the system's is at risk, pooled PostgreSQL."""
    if not url.startswith("sqlite"):
        return {"pool_pre_ping": True, "pool_size": 20, "max_overflow": 20}
    options: dict[str, Any] = {"connect_args": {"timeout": 30, "check_same_thread": False}}
    module = _bundled_sqlite()
    return options | ({"module": module} if module else {})


def _bundled_sqlite() -> Any:
    """Prefer the bundled SQLite: Debian 12's 3.40 may corrupt a database when its log resets."""
    try:
        import pysqlite3  # noqa: PLC0415  absent where the system's SQLite is new enough
    except ImportError:
        return None
    return pysqlite3


def listen(engine: sa.Engine) -> None:
    """Make every transaction of this engine read-only unless a unit of work is open."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    writing = _writing.get()
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _begin_postgresql(connection: sa.Connection) -> None:
    if not _writing.get():
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
