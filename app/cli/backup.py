"""Backing up, restoring, and changing the master key."""

from datetime import datetime
from pathlib import Path

import click
import flask_migrate

from app.accounts import service as accounts
from app.cli.db import MIGRATIONS
from app.core import backup as backups
from app.core import outbox, sealing
from app.core.db import unit_of_work
from app.core.policies import system
from app.persons import service as persons

ACTOR = system("cli")


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(*, file: Path) -> None:
    """Write the database and the instance's files to FILE, while everything goes on working.

    The master key, the audit's checkpoint and the erasure list are not in it: keep copies of
    them elsewhere. What was made on SQLite restores into PostgreSQL and the other way round.

    \b
    shifu backup /backups/shifu-2026-11-27.zip
    """
    manifest = backups.write(file)
    rows = sum(manifest.rows.values())
    size = file.stat().st_size / 1_000_000
    click.echo(f"{rows} rows of {len(manifest.rows)} tables, {size:.1f} MB: {file}")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--check", is_flag=True, help="Read it to its end and compare; change nothing.")
def restore(*, file: Path, check: bool) -> None:
    """Put a backup into the empty database that the settings name.

    Put the master key in its place first, and the erasure list, so that whoever was forgotten
    since is forgotten again. Messages that were waiting are shown as failed, because they may
    have left after the backup was made; nobody stays signed in.

    \b
    shifu restore --check /backups/shifu-2026-11-27.zip
    shifu restore /backups/shifu-2026-11-27.zip
    """
    manifest = backups.check(file)
    rows = sum(manifest.rows.values())
    made = f"{datetime.fromisoformat(manifest.made_at):%Y-%m-%d %H:%M:%S} UTC"
    if check:
        click.echo(f"Whole: {rows} rows of {len(manifest.rows)} tables, made {made}.")
        return
    if not backups.revision():
        flask_migrate.upgrade(directory=MIGRATIONS)
    backups.restore(file)
    with unit_of_work():
        held = outbox.hold_back("restored from a backup: it may have left already")
        accounts.end_all_sessions()
    forgotten = persons.replay(actor=ACTOR)
    sealing.renew_checkpoint(actor=ACTOR, reason=f"restored the backup of {made}")
    click.echo(f"{rows} rows restored, as they were at {made}.")
    click.echo(f"{forgotten} persons forgotten again, {held} messages held back.")


@click.group("master-key")
def master_key() -> None:
    """The key that protects personal data."""


@master_key.command("rotate")
@click.confirmation_option(prompt="Is everything stopped, and is there a backup?")
def rotate() -> None:
    """Seal all personal data under a new master key; stop `shifu serve` first.

    Backups made before need the old key, which is kept beside the new one: move it away.
    """
    kept = persons.rotate(actor=ACTOR)
    click.echo(f"The master key is new. The old one is in {kept}: move it to a safe place.")
