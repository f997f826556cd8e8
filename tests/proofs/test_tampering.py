"""However a sealed record is touched, reading the chain finds it."""

import random
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.core import audit, clock, sealing, settings
from app.core.audit import AuditEntry
from app.core.db import db, unit_of_work
from app.core.sealing import AuditChain
from tests.factories import TEST

pytestmark = pytest.mark.proof
ENTRIES, TAMPERS = 60, 200


@pytest.fixture
def kept(app):
    """A sealed chain, and the rows to put back after each touch."""
    (settings.current().instance / "audit-checkpoint.json").unlink(missing_ok=True)
    for number in range(ENTRIES):
        with unit_of_work():
            audit.note("look", "things", number, actor=TEST, reason="because", seen=number)
    sealing.seal()
    chosen = sa.select(AuditEntry.__table__).order_by(AuditEntry.position)
    return [dict(row) for row in db.session.execute(chosen).mappings()]


def put_back(rows):
    with unit_of_work():
        db.session.execute(sa.delete(AuditEntry))
        db.session.execute(sa.insert(AuditEntry), rows)
        end = {"position": rows[-1]["position"], "digest": rows[-1]["digest"]}
        db.session.execute(sa.update(AuditChain).values(end))
    db.session.expunge_all()


def alter(chance, table, position):
    column = chance.choice(["actor", "action", "subject_kind", "subject_id", "reason", "digest"])
    values = {column: f"{chance.getrandbits(64):x}"}
    return [sa.update(table).where(table.c.position == position).values(values)]


def alter_content(chance, table, position):
    column = chance.choice(["before", "after"])
    values = {column: {"x": chance.random()}}
    return [sa.update(table).where(table.c.position == position).values(values)]


def remove(_, table, position):
    return [sa.delete(table).where(table.c.position == position)]


def cut_off(_, table, position):
    return [sa.delete(table).where(table.c.position >= position)]


def unseal(_, table, position):
    return [sa.update(table).where(table.c.position == position).values(position=None)]


def swap(chance, table, position):
    other = chance.choice([p for p in range(1, ENTRIES + 1) if p != position])
    return [
        sa.update(table).where(table.c.position == before).values(position=after)
        for before, after in ((position, 9999), (other, position), (9999, other))
    ]


def move_on(_, table, position):
    """Make room in the chain, as for an entry put in between."""
    up = sa.update(table).where(table.c.position == ENTRIES - position + 1)
    return [up.values(position=ENTRIES + 5)]


def forged(table, position, previous):
    """An entry that never was, as somebody writes it who can compute a digest."""
    entry = AuditEntry(id=uuid4(), at=clock.now(), actor="session:x", action="look")
    entry.subject_kind, entry.subject_id, entry.before, entry.after = "things", "1", {}, {}
    entry.position = position
    values = {column.name: getattr(entry, column.name) for column in table.c}
    return sa.insert(table).values(values | {"digest": sealing.digest_of(entry, previous)})


def digest_at(table, position):
    chosen = sa.select(table.c.digest).where(table.c.position == position)
    return db.session.scalar(chosen) or sealing.BEGINNING


def insert_at_the_end(_, table, __):
    return [forged(table, ENTRIES + 1, digest_at(table, ENTRIES))]


def insert_beyond(chance, table, _):
    return [forged(table, ENTRIES + chance.randint(2, 9), digest_at(table, ENTRIES))]


def insert_before(_, table, __):
    return [forged(table, 0, sealing.BEGINNING)]


def insert_between(_, table, position):
    """Push up what follows, and put one into the gap with the digest that fits there."""
    moved = [
        sa.update(table).where(table.c.position == old).values(position=old + 1)
        for old in range(ENTRIES, position - 1, -1)
    ]
    return [*moved, forged(table, position, digest_at(table, position - 1))]


def replace_one(_, table, position):
    return [
        sa.delete(table).where(table.c.position == position),
        forged(table, position, digest_at(table, position - 1)),
    ]


def move_the_end(chance, _, position):
    """Leave the entries, and say that the chain ends elsewhere."""
    values = (
        {"position": position - 1} if chance.random() < 0.5 else {"digest": f"{position:064x}"}
    )
    return [sa.update(AuditChain).values(values)]


WAYS = [
    alter,
    alter_content,
    remove,
    cut_off,
    unseal,
    swap,
    move_on,
    insert_at_the_end,
    insert_beyond,
    insert_before,
    insert_between,
    replace_one,
    move_the_end,
]


def touched(kept, seed):
    chance = random.Random(seed)  # noqa: S311  touches, not secrets
    way = chance.choice(WAYS)
    with unit_of_work():
        for statement in way(chance, AuditEntry.__table__, chance.randint(1, ENTRIES)):
            db.session.execute(statement)
    db.session.expunge_all()
    faults = sealing.verify().faults
    put_back(kept)
    return way.__name__, bool(faults)


def test_two_hundred_of_two_hundred_touches_are_found(kept):
    outcomes = [touched(kept, seed) for seed in range(TAMPERS)]

    assert [way for way, was_found in outcomes if not was_found] == []
    assert {way for way, _ in outcomes} == {way.__name__ for way in WAYS}
    assert sealing.verify().faults == ()


def test_without_the_digests_altered_entries_pass(kept, monkeypatch):
    """The red control: a chain of positions alone knows nothing of content."""
    monkeypatch.setattr(sealing, "digest_of", lambda entry, _: entry.digest)
    found = [
        was_found for way, was_found in (touched(kept, s) for s in range(60)) if "alter" in way
    ]

    assert found
    assert not all(found)


def test_without_the_checkpoint_cutting_off_the_end_passes(kept, monkeypatch):
    monkeypatch.setattr(sealing.checkpoint, "read", lambda: sealing.NOTHING)
    half = kept[ENTRIES // 2 - 1]
    with unit_of_work():
        db.session.execute(sa.delete(AuditEntry).where(AuditEntry.position > half["position"]))
        end = {"position": half["position"], "digest": half["digest"]}
        db.session.execute(sa.update(AuditChain).values(end))

    assert sealing.verify().faults == ()


def test_without_the_chains_end_an_entry_put_there_passes(kept, monkeypatch):
    table = AuditEntry.__table__
    with unit_of_work():
        db.session.execute(forged(table, ENTRIES + 1, digest_at(table, ENTRIES)))
    db.session.expunge_all()
    assert sealing.verify().faults

    end = sealing.End(ENTRIES + 1, digest_at(table, ENTRIES + 1))
    monkeypatch.setattr(sealing, "_end", lambda: end)

    assert sealing.verify().faults == ()
