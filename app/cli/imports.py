"""Import files from the command line."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app.core import imports, tabular
from app.core.db import unit_of_work
from app.core.imports import Context, Outcome, Report
from app.core.policies import system
from app.jobs import queries

ACTOR = system("cli")
SHOWN = 200


@click.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Report what would happen; change nothing.")
@click.option("--update", is_flag=True, help="Apply what differs from what is there.")
@click.option("--source", help="Whose file it is: its kept column mapping is used.")
@click.option(
    "--encoding",
    type=click.Choice(tabular.ENCODINGS),
    help="Of a CSV; found out when left out.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def import_command(  # noqa: PLR0913  one argument for each option
    kind: str,
    file: Path,
    *,
    dry_run: bool,
    update: bool,
    source: str | None,
    encoding: str | None,
    as_json: bool,
) -> None:
    """Read a CSV or XLSX FILE of a KIND: orders, brands, shifts and so on.

    Every line is applied or refused on its own; those refused are listed with the field and the
    reason, and the command then ends with status 1. Headers may be English or Chinese.

    \b
    shifu template orders > orders.csv             a file to fill in
    shifu import orders orders.csv --dry-run       what would happen
    shifu import orders orders.csv
    shifu import orders orders.csv --update        apply what the sender changed
    """
    imports.get(kind)
    table = tabular.read(file.read_bytes(), encoding=encoding)
    context = Context(ACTOR, update=update, source=source or "")
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as bar:
        task = bar.add_task(f"{kind} from {file.name}", total=len(table.lines))
        with unit_of_work():
            report = imports.run(
                kind,
                table,
                context,
                dry_run=dry_run,
                mapping=queries.columns_of(source, kind),
                progress=lambda done, _: bar.update(task, completed=done),
            )
    if as_json:
        click.echo(json.dumps(_plain(report), ensure_ascii=False, indent=2, default=str))
    else:
        _tell(report)
    if report.has_faults:
        raise SystemExit(1)


def _plain(report: Report) -> dict[str, object]:
    return {**asdict(report), "counts": report.counts}


def _tell(report: Report) -> None:
    console = Console()
    faulty = [row for row in report.rows if row.errors]
    if faulty:
        grid = Table("line", "key", "field", "value", "what is wrong", "what helps")
        for row in faulty[:SHOWN]:
            for fault in row.errors:
                value = "" if fault["value"] is None else str(fault["value"])[:60]
                told = (fault["field"], value, fault["message"], fault["remedy"])
                grid.add_row(str(row.line), row.key, *told)
        console.print(grid)
    if len(faulty) > SHOWN:
        console.print(f"... and {len(faulty) - SHOWN} lines more; --json lists all.")
    if report.ignored_columns:
        console.print(f"Columns that fill nothing: {', '.join(report.ignored_columns)}")
    counts = [f"{report.counts[one.value]} {one.value}" for one in Outcome]
    console.print(("Dry run, nothing kept: " if report.dry_run else "") + ", ".join(counts) + ".")


@click.command("template")
@click.argument("kind", required=False)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Write a workbook.")
def template(kind: str | None, lang: str, xlsx: Path | None) -> None:
    """Write a file of a KIND to fill in: its headers and a line that shows how.

    Without a KIND the kinds are listed. The workbook explains every column on a second sheet.

    \b
    shifu template orders > orders.csv
    shifu template orders --lang zh --xlsx 订单.xlsx
    """
    if kind is None:
        click.echo("\n".join(imports.kinds()))
    elif xlsx is not None:
        xlsx.write_bytes(imports.template(kind, locale=lang, form="xlsx"))
        click.echo(f"Wrote {xlsx}.")
    else:
        click.echo(imports.template(kind, locale=lang).decode("utf-8-sig"), nl=False)
