"""Every setting of the installation, with its value and what it means."""

from dataclasses import Field, fields
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from app.core.settings import PREFIX, Settings, current

SECRET = {"secret_key", "geocoder_key", "delivery_webhook_secret"}


@click.command("settings")
@click.option("--markdown", is_flag=True, help="Write the page of the documentation.")
def show(*, markdown: bool) -> None:
    """Show every setting, its value and what it means."""
    if markdown:
        click.echo(page(), nl=False)
        return
    table = Table("Variable", "Value", "Meaning")
    for setting in fields(Settings):
        value = getattr(current(), setting.name)
        shown = "(set)" if setting.name in SECRET and value else str(value)
        table.add_row(_variable(setting.name), shown, _about(setting))
    Console().print(table)


def page() -> str:
    """Return docs/settings.md."""
    rows = [
        f"| `{_variable(s.name)}` | `{s.default}` | {_about(s)} |"
        if s.default != ""
        else f"| `{_variable(s.name)}` | | {_about(s)} |"
        for s in fields(Settings)
    ]
    head = [
        "# Settings",
        "",
        "Environment variables, read once at the start; an unknown one stops it. This page is",
        "written by `shifu settings --markdown`; `shifu settings` shows the values in force.",
        "",
        "| variable | default | meaning |",
        "| --- | --- | --- |",
    ]
    return "\n".join([*head, *rows, ""])


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def _about(setting: Field[Any]) -> str:
    about = str(setting.metadata["about"])
    choices = setting.metadata["choices"]
    return about + (f" One of {', '.join(choices)}." if choices else "")
