"""The ``shifu`` command line: one module for each command group."""

import sys
from importlib import import_module

import click

from app.core.errors import DomainError

COMMANDS = {
    "audit": ("app.cli.audit:group", "Who did what, and proof that the record is whole."),
    "backup": ("app.cli.backup:backup", "Write everything to one file."),
    "catalogue": ("app.cli.catalogue:group", "Brands, categories, models, work, prices."),
    "db": ("app.cli.db:group", "Keep the database's schema."),
    "demo": ("app.cli.demo:group", "The Guangzhou demo: load it, see its sign-ins."),
    "geo": ("app.cli.geo:group", "Places, pins and the geocoder."),
    "import": ("app.cli.imports:import_command", "Read a CSV or XLSX file of any kind."),
    "jobs": ("app.cli.jobs:group", "What has been asked for, and what waits."),
    "keys": ("app.cli.accounts:keys", "Tokens of users and keys of brands."),
    "master-key": ("app.cli.backup:master_key", "The key that protects personal data."),
    "outbox": ("app.cli.outbox:group", "Messages that leave, or did."),
    "paste": ("app.cli.jobs:paste", "Read a chat or shop message into a draft."),
    "person": ("app.cli.persons:group", "What is held of somebody, who saw it, forgetting."),
    "plan": ("app.cli.plans:group", "Plan days, compare and publish."),
    "problems": ("app.cli.problems:show", "Every code with which something is refused."),
    "ratings": ("app.cli.ratings:group", "What consumers say."),
    "restore": ("app.cli.backup:restore", "Put a backup into an empty database."),
    "serve": ("app.cli.serve:serve", "Run the pages, the API and the worker."),
    "settings": ("app.cli.settings:show", "Every setting, its value and what it means."),
    "technicians": ("app.cli.technicians:group", "Who works, certified for what."),
    "template": ("app.cli.imports:template", "Write an empty import file to fill in."),
    "users": ("app.cli.accounts:users", "Who may sign in."),
    "visits": ("app.cli.visits:group", "The technicians' day."),
}


class ShifuGroup(click.Group):
    """Loads each command when it is called, and tells refusals as people need them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return sorted(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  click's signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002  click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in sorted(COMMANDS.items())])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DomainError as error:
            _tell(error)
            sys.exit(2)


def _tell(error: DomainError) -> None:
    click.secho(error.title(), fg="red", err=True)
    details = dict(error.details)
    for fault in details.pop("errors", []):
        value = f" (got {fault['value']!r})" if fault.get("value") is not None else ""
        remedy = f" — {fault['remedy']}" if fault.get("remedy") else ""
        click.echo(f"  {fault['field']}: {fault['message']}{value}{remedy}", err=True)
    for name, value in details.items():
        click.echo(f"  {name}: {value}", err=True)


@click.group(cls=ShifuGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shifu-dispatch")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Shifu plans the day of installers and repair technicians, and keeps the proof.

    \b
    A first session:
      shifu demo load                 the Guangzhou demo
      shifu plan make GZ              plan tomorrow and print it
      shifu serve                     pages and API at http://127.0.0.1:8000
      shifu jobs waiting              what cannot be planned yet, and the fix
    """
    if ctx.resilient_parsing or {"-h", "--help"} & set(sys.argv[1:]):
        return
    ctx.with_resource(ctx.obj().app_context())
