"""Importing partners and users."""

from app.accounts import queries, service
from app.accounts.models import Partner
from app.catalogue.queries import brand_by_code
from app.core import cells, imports
from app.core.columns import Column, Row
from app.core.db import db
from app.core.errors import Conflict
from app.core.imports import Context, Importer, Outcome
from app.core.policies import Role
from app.core.saving import merge, save
from app.places.queries import territory_by_code


class UserExists(Conflict):
    """A user with this login is there already; change them one by one."""

    code = "user-exists"


def roles(cell: str) -> frozenset[Role]:
    """Read roles: ``dispatcher;technician``."""
    known = {role.value for role in Role}
    wanted = {word.lower() for word in cells.words(cell)}
    if unknown := wanted - known:
        raise ValueError(f"has unknown roles {', '.join(sorted(unknown))}")
    return frozenset(Role(word) for word in wanted)


def apply_partner(row: Row, context: Context) -> Outcome:
    """Create a partner, or bring the one with this code up to the line."""
    try:
        partner = queries.partner_by_code(row["code"])
    except queries.PartnerNotFound:
        service.save_partner(
            row["code"], name=row["name"], name_zh=row["name_zh"], actor=context.actor
        )
        return Outcome.CREATED
    given = {"name": row["name"], "name_zh": row["name_zh"]}

    def change(values: Row) -> bool:
        return save("save-partner", partner, values, actor=context.actor)

    return merge(partner, given, context, change)


def apply_user(row: Row, context: Context) -> Outcome:
    """Create a user; one who is there is never changed by a file.

    Raises:
        UserExists: the login is taken by somebody with other roles.
    """
    user = queries.user_by_login(row["login"])
    if user is not None:
        if set(user.roles) != {role.value for role in row["roles"]}:
            raise UserExists(login=row["login"])
        return Outcome.UNCHANGED
    partner: Partner | None = queries.partner_by_code(row["partner"]) if row["partner"] else None
    new = service.NewUser(
        login=row["login"],
        name=row["name"],
        roles=row["roles"],
        password=row["password"],
        territory_ids=frozenset(territory_by_code(code).id for code in row["territories"] or ()),
        brand_id=brand_by_code(row["brand"]).id if row["brand"] else None,
        partner_id=partner.id if partner else None,
        locale=row["locale"],
    )
    service.create_user(new, actor=context.actor)
    db.session.flush()
    return Outcome.CREATED


PARTNERS = Importer(
    kind="partners",
    columns=[
        Column("code", "Code", "编码", required=True, parse=cells.code, example="PEARL"),
        Column("name", "Name", "名称", required=True, example="Pearl River Fitters"),
        Column("name_zh", "Chinese name", "中文名称", example="珠江安装队"),
    ],
    apply=apply_partner,
)
USERS = Importer(
    kind="users",
    columns=[
        Column("login", "Login", "登录名", required=True, parse=cells.code, example="li.ming"),
        Column("name", "Name", "姓名", required=True, example="Li Ming"),
        Column("roles", "Roles", "角色", required=True, parse=roles, example="dispatcher"),
        Column("territories", "Territories", "区域", parse=cells.words, example="GZ"),
        Column("brand", "Brand", "品牌", parse=cells.code),
        Column("partner", "Partner", "服务商", parse=cells.code),
        Column("locale", "Language", "语言", example="zh"),
        Column("password", "Password", "密码", about="at least 15 characters"),
    ],
    apply=apply_user,
    key=("login",),
)


def register() -> None:
    """Make the area's files importable."""
    for importer in (PARTNERS, USERS):
        imports.register(importer)
