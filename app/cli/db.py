"""The database: bring its schema up to date."""

from pathlib import Path

import click
import flask_migrate

MIGRATIONS = str(Path(__file__).parents[2] / "migrations")


@click.group("db")
def group() -> None:
    """Keep the database's schema."""


@group.command("upgrade")
def upgrade() -> None:
    """Create the database, or bring it to this version's schema."""
    flask_migrate.upgrade(directory=MIGRATIONS)
    click.echo("The database is up to date.")


@group.command("downgrade")
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Go back to an earlier REVISION; one step by default."""
    flask_migrate.downgrade(directory=MIGRATIONS, revision=revision)


@group.command("current")
def current() -> None:
    """Show which revision the database is at."""
    flask_migrate.current(directory=MIGRATIONS)
