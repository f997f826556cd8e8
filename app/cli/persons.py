"""What is held of a person, from the command line."""

import json
from functools import partial
from uuid import UUID

import click

from app.core import clock, settings
from app.core.db import transact, unit_of_work
from app.core.policies import system
from app.persons import queries, service
from app.persons.schemas import PersonExportSchema, SightsSchema

ACTOR = system("cli")
person_argument = click.argument("person_id", metavar="PERSON", type=click.UUID)
why_option = click.option("--reason", required=True, help="Why, for the record.")


@click.group("person")
def group() -> None:
    """Answer what people ask of their data.

    \b
    shifu person find 13800138000
    shifu person seen 0b6cf0a2-...
    shifu person export 0b6cf0a2-... --reason "asked by letter"
    shifu person forget 0b6cf0a2-... --reason "asked by letter"
    shifu person expire
    """


@group.command("find")
@click.argument("phone_or_job")
def find(*, phone_or_job: str) -> None:
    """Print the ids of persons by PHONE number, or of a job's consumer by its number."""
    for person_id in queries.find(phone_or_job, actor=ACTOR):
        click.echo(person_id)


@group.command("seen")
@person_argument
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def seen(*, person_id: UUID, as_json: bool) -> None:
    """Tell who opened or exported this person's data, when and why."""
    told = SightsSchema().dump({"items": queries.seen(person_id, actor=ACTOR)})["items"]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for one in told:
        why = f"  {one['reason']}" if one["reason"] else ""
        click.echo(f"{one['at']}  {one['actor']}  {one['action']}  {one['of']} {one['id']}{why}")
    if not told:
        click.echo("Nobody opened it.")


@group.command("export")
@person_argument
@why_option
def export(*, person_id: UUID, reason: str) -> None:
    """Print everything that is held of a person, as JSON; that you did is recorded."""
    with unit_of_work():
        told = service.export(person_id, actor=ACTOR, reason=reason)
    click.echo(json.dumps(PersonExportSchema().dump(told), ensure_ascii=False, indent=2))


@group.command("forget")
@person_argument
@why_option
@click.confirmation_option(prompt="Nobody can undo this. Forget them?")
def forget(*, person_id: UUID, reason: str) -> None:
    """Destroy what is held of a person, for good; a restore forgets them again."""
    with unit_of_work():
        service.forget(person_id, actor=ACTOR, reason=reason)
    click.echo("Forgotten.")


@group.command("expire")
def expire() -> None:
    """Forget everybody whose time is over, also when they are more than a night dares."""
    due = service.expired()
    days = settings.current().keep_personal_days
    click.echo(f"Today is {clock.now():%d %B %Y}.")
    click.echo(f"{len(due)} persons were last dealt with more than {days} days ago.")
    if due:
        click.confirm("Nobody can undo this. Forget them?", abort=True)
    forgotten = sum(transact(partial(service.expire, one, actor=ACTOR)) for one in due)
    click.echo(f"{forgotten} forgotten.")


@group.command("replay")
def replay() -> None:
    """Forget again whoever is on the erasure list, after a restore made by other means."""
    click.echo(f"{service.replay(actor=ACTOR)} forgotten again.")
