"""Users, tokens and keys from the command line."""

import click

from app.accounts import queries, service
from app.catalogue import queries as catalogue
from app.core.db import unit_of_work
from app.core.policies import Role, system
from app.places import queries as places

ACTOR = system("cli")


@click.group("users")
def users() -> None:
    """Who may sign in."""


@users.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", "roles", multiple=True, type=click.Choice([r.value for r in Role]))
@click.option("--territory", "territories", multiple=True, help="Territory code of a dispatcher.")
@click.password_option(help="At least 15 characters; asked for when left out.")
def add(
    login: str, name: str, roles: tuple[str, ...], territories: tuple[str, ...], password: str
) -> None:
    """Add a user, such as the first administrator.

    \b
    shifu users add li.ming --name "Li Ming" --role administrator
    """
    with unit_of_work():
        where = frozenset(places.territory_by_code(code).id for code in territories)
        new = service.NewUser(
            login=login,
            name=name,
            roles=frozenset(Role(role) for role in roles),
            password=password,
            territory_ids=where,
        )
        service.create_user(new, actor=ACTOR)
    click.echo(f"{login} may sign in.")


@users.command("password")
@click.argument("login")
@click.password_option()
def change_password(login: str, password: str) -> None:
    """Give a user a new password and end their sessions."""
    with unit_of_work():
        service.set_password(login, password, actor=ACTOR)
    click.echo(f"{login} has a new password.")


@users.command("disable")
@click.argument("login")
@click.option("--reason", required=True)
def disable(login: str, reason: str) -> None:
    """Shut a user out at once."""
    with unit_of_work():
        service.disable_user(login, reason=reason, actor=ACTOR)
    click.echo(f"{login} is shut out.")


@click.group("keys")
def keys() -> None:
    """Tokens of users and keys of brands, for the API."""


@keys.command("issue")
@click.argument("name")
@click.option("--user", "login", help="Login of the user it acts for.")
@click.option("--brand", help="Code of the brand whose systems use it.")
@click.option("--read-only", is_flag=True, help="It may not change anything.")
def issue(name: str, login: str | None, brand: str | None, *, read_only: bool) -> None:
    """Issue a token or key and show its secret, this once.

    \b
    shifu keys issue "shop system" --brand NORDHEM
    shifu keys issue "my script" --user li.ming --read-only
    """
    with unit_of_work():
        user = queries.named(login) if login else None
        _, secret = service.issue_key(
            name,
            actor=ACTOR,
            user_id=user.id if user else None,
            brand_id=catalogue.brand_by_code(brand).id if brand else None,
            scopes=("read",) if read_only else service.SCOPES,
        )
    click.echo(secret)
