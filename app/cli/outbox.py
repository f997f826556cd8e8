"""The outbox from the command line."""

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from app.core.db import db
from app.core.outbox import MessageState, OutboxMessage
from app.core.policies import system
from app.notifications import queries, tasks

ACTOR = system("cli")
STATES = click.Choice([state.value for state in MessageState])


@click.group("outbox")
def group() -> None:
    """Messages that leave, or did."""


@group.command("list")
@click.option("--state", type=STATES, help="Only messages in this state.")
@click.option("--topic", help="Only messages of this topic, such as rate-visit.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show(state: str | None, topic: str | None, limit: int, *, as_json: bool) -> None:
    """List messages, newest first; names, addresses and links are masked.

    \b
    shifu outbox list --state failed          what could not be delivered, and why
    shifu outbox list --topic rate-visit
    """
    chosen = queries.messages(ACTOR, state=MessageState(state) if state else None, topic=topic)
    newest = chosen.order_by(OutboxMessage.created_at.desc()).limit(limit)
    entries = [queries.log_entry(message, locale="en") for message in db.session.scalars(newest)]
    rows = [queries.as_plain(entry) for entry in entries]
    if as_json:
        click.echo(json.dumps(rows, default=str, ensure_ascii=False, indent=2))
    else:
        Console().print(_table(rows))


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table("when", "state", "topic", "to", "subject", "tries", "what went wrong")
    for row in rows:
        when = f"{row['created_at']:%Y-%m-%d %H:%M}"
        shown = (row["state"].value, row["topic"], row["to"], row["subject"])
        table.add_row(when, *shown, str(row["attempts"]), row["error"] or "")
    return table


@group.command("drain")
def drain() -> None:
    """Send everything that is due now; the worker does this every second.

    \b
    shifu outbox drain
    """
    sent = failed = 0
    while (drained := tasks.deliver()) != tasks.Drained():
        sent, failed = sent + drained.sent, failed + drained.failed
    click.echo(f"{sent} sent, {failed} not delivered.")
