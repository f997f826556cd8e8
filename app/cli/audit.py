"""The audit from the command line: what happened to one thing, and whether the chain holds."""

import json
import sys
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from app.core import audit, sealing
from app.core.audit import AuditEntry
from app.core.policies import system


@click.group("audit")
def group() -> None:
    """Who did what, and proof that nobody changed the record.

    \b
    shifu audit verify
    shifu audit history jobs 0b6c...
    """


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify(*, as_json: bool) -> None:
    """Read the whole chain of entries and tell every place where it was touched.

    Ends with status 1 when something was. Entries of the last second may not be sealed yet; for
    those nothing is claimed.
    """
    verdict = sealing.verify()
    if as_json:
        click.echo(json.dumps(_plain(verdict), indent=2))
    else:
        _tell(verdict)
    if verdict.faults:
        sys.exit(1)


def _plain(verdict: sealing.Verdict) -> dict[str, Any]:
    return {
        "sealed": verdict.sealed,
        "waiting": verdict.waiting,
        "checkpoint": verdict.checkpoint.position if verdict.checkpoint else None,
        "faults": [{"position": fault.position, "what": fault.what} for fault in verdict.faults],
    }


def _tell(verdict: sealing.Verdict) -> None:
    for fault in verdict.faults:
        click.secho(f"entry {fault.position}: {fault.what}", fg="red")
    kept = verdict.checkpoint
    outside = f"the checkpoint is entry {kept.position}" if kept else "there is no checkpoint"
    click.echo(f"{verdict.sealed} entries sealed, {verdict.waiting} waiting; {outside}.")
    if not verdict.faults:
        click.secho("The chain holds.", fg="green")


@group.command("renew-checkpoint")
@click.option("--reason", required=True, help="Why: which backup was restored, what was lost.")
def renew_checkpoint(*, reason: str) -> None:
    """Take the chain as the database has it for the truth, after a restore.

    What the checkpoint said before, and the reason, become an entry of the chain.
    """
    end = sealing.renew_checkpoint(actor=system("cli"), reason=reason)
    click.echo(f"The checkpoint is entry {end.position}.")


@group.command("history")
@click.argument("kind")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def history(kind: str, key: str, *, as_json: bool) -> None:
    """Tell what happened to one row: KIND is its table, KEY its id.

    \b
    shifu audit history jobs 0b6cf0a2-...
    """
    rows = [_row(entry) for entry in audit.history(kind, key)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif not rows:
        click.echo(f"Nothing is recorded of {kind} {key}.")
    else:
        table = Table("when", "who", "what", "before", "after", "why")
        for row in rows:
            before, after = (json.dumps(row[k], ensure_ascii=False) for k in ("before", "after"))
            table.add_row(
                row["at"], row["actor"], row["action"], before, after, row["reason"] or ""
            )
        Console().print(table)


def _row(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(timespec="seconds"),
        "actor": entry.actor,
        "action": entry.action,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "position": entry.position,
    }
