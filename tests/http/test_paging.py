"""Lists page by page."""

import pytest
import sqlalchemy as sa

from app.accounts.models import Partner
from app.http.paging import CursorNotValid, paginate
from tests.factories import make_partner

pytestmark = pytest.mark.usefixtures("app")


def page(cursor=None, **more):
    return paginate(
        sa.select(Partner), order=Partner.name, key=Partner.id, cursor=cursor, limit=2, **more
    )


@pytest.mark.parametrize("descending", [False, True])
def test_the_pages_together_are_the_list_in_order(descending):
    for name in ("d", "a", "c", "b", "c"):
        make_partner(name=name)

    names, cursor = [], None
    while True:
        found = page(cursor, descending=descending)
        names += [row.name for row in found.items]
        cursor = found.next
        if cursor is None:
            break

    assert names == sorted("dacbc", reverse=descending)


def test_rows_added_before_the_cursor_do_not_shift_the_next_page():
    for name in ("b", "c", "d"):
        make_partner(name=name)
    first = page()

    make_partner(name="a")

    assert [row.name for row in page(first.next).items] == ["d"]


@pytest.mark.parametrize("cursor", ["nonsense", "WyJhIiwiYiJd.forged"])
def test_a_cursor_somebody_built_is_refused(cursor):
    with pytest.raises(CursorNotValid):
        page(cursor)
