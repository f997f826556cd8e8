"""The chain of audit entries tells of every change that was made to it afterwards."""

import json
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import audit, clock, sealing, settings
from app.core import checkpoint as outside
from app.core.audit import AuditEntry
from app.core.checkpoint import End
from app.core.db import db, unit_of_work
from app.core.failpoints import armed
from app.core.sealing import AuditChain, CheckpointRefused
from tests.factories import TEST
from tests.racing import race


@pytest.fixture(autouse=True)
def checkpoint(app):
    """The checkpoint's file, absent before and after."""
    path = settings.current().instance / "audit-checkpoint.json"
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def wrote(count=1):
    for number in range(count):
        with unit_of_work():
            audit.note("look", "things", number, actor=TEST)


def tamper(statement):
    with unit_of_work():
        db.session.execute(statement)
    db.session.expunge_all()


def at(position):
    return AuditEntry.position == position


def found():
    return [(fault.position, fault.what) for fault in sealing.verify().faults]


def test_sealing_numbers_what_is_committed_without_a_gap():
    wrote(3)

    assert sealing.seal() == 3

    wrote(2)
    assert sealing.seal() == 2
    assert list(
        db.session.scalars(sa.select(AuditEntry.position).order_by(AuditEntry.position))
    ) == [
        1,
        2,
        3,
        4,
        5,
    ]


def test_an_entry_that_commits_late_is_sealed_next_and_never_skipped(app):
    begun, go_on = threading.Event(), threading.Event()

    def slow():
        with app.app_context(), unit_of_work():
            audit.note("slow", "things", 1, actor=TEST)
            db.session.flush()
            begun.set()
            go_on.wait(10)

    late = threading.Thread(target=slow)
    late.start()
    begun.wait(10)
    if db.engine.dialect.name == "postgresql":
        wrote()
        sealing.seal()
    go_on.set()
    late.join()

    sealing.seal()

    assert sealing.verify().waiting == 0
    assert found() == []


def test_sealing_at_once_from_many_places_seals_each_entry_once(app):
    wrote(40)
    with unit_of_work():
        db.session.add(AuditChain(id=1, position=0, digest=sealing.BEGINNING))

    ends = race(app, *[sealing.seal] * 6)

    assert not [end for end in ends if isinstance(end, Exception)]
    db.session.rollback()
    assert sealing.verify().sealed == 40
    assert found() == []


def test_an_untouched_chain_holds_and_ends_at_the_checkpoint():
    wrote(4)
    sealing.seal()

    verdict = sealing.verify()

    assert (verdict.sealed, verdict.waiting, verdict.faults) == (4, 0, ())
    assert verdict.checkpoint.position == 4


@pytest.mark.parametrize(
    "change",
    [{"actor": "somebody"}, {"action": "other"}, {"reason": "x"}, {"after": {"a": 1}}],
)
def test_an_altered_entry_is_found(change):
    wrote(3)
    sealing.seal()

    tamper(sa.update(AuditEntry).where(at(2)).values(**change))

    assert found() == [(2, "altered")]


def test_a_deleted_entry_is_found():
    wrote(3)
    sealing.seal()

    tamper(sa.delete(AuditEntry).where(at(2)))

    assert (2, "missing") in found()


def test_entries_that_changed_places_are_found():
    wrote(3)
    sealing.seal()

    for before, after in ((1, 99), (2, 1), (99, 2)):
        tamper(sa.update(AuditEntry).where(at(before)).values(position=after))

    assert (1, "altered") in found()


def test_cutting_off_the_end_is_found_by_the_checkpoint():
    wrote(5)
    sealing.seal()

    tamper(sa.delete(AuditEntry).where(AuditEntry.position > 3))

    assert (4, "cut off") in found()


def test_a_chain_written_anew_is_found_by_the_checkpoint():
    wrote(3)
    sealing.seal()
    tamper(sa.update(AuditEntry).where(at(2)).values(actor="somebody", position=None))
    tamper(sa.update(AuditEntry).values(position=None, digest=None))
    tamper(sa.update(AuditChain).values(position=0, digest=sealing.BEGINNING))

    with unit_of_work():
        sealing._seal_batch()

    assert found() == [(3, "not what the checkpoint says")]


def test_a_checkpoint_that_nobody_with_the_key_wrote_is_refused(checkpoint):
    wrote(3)
    sealing.seal()
    forged = json.loads(checkpoint.read_text()) | {"position": 1}
    checkpoint.write_text(json.dumps(forged))

    assert found() == [(0, "The checkpoint's signature does not fit.")]


def die():
    raise SystemExit


def test_a_sealer_that_dies_before_the_checkpoint_leaves_it_to_the_next_turn(checkpoint):
    wrote(2)
    sealing.seal()
    wrote(2)
    with armed("checkpoint.before_write", die), pytest.raises(SystemExit):
        sealing.seal()
    assert outside.read().position == 2

    assert sealing.seal() == 0

    assert outside.read().position == 4
    assert found() == []


def test_the_first_batch_is_protected_though_its_sealer_dies_at_once(checkpoint):
    wrote(3)
    sealing._begin()
    with unit_of_work():
        sealing._seal_batch()
    tamper(sa.delete(AuditEntry))

    assert (0, "not where the chain says that it ends") in found()


def test_an_absent_checkpoint_is_a_fault_once_anything_is_sealed(checkpoint):
    assert found() == []
    wrote(2)
    sealing.seal()

    checkpoint.unlink()

    assert found() == [(0, "the checkpoint is absent")]
    assert sealing.troubles() == ["audit-checkpoint-absent"]


def test_nobody_but_an_operator_writes_a_checkpoint_that_is_gone(checkpoint):
    wrote(2)
    sealing.seal()
    checkpoint.unlink()
    wrote()

    with pytest.raises(CheckpointRefused):
        sealing.seal()
    assert not checkpoint.exists()

    sealing.renew_checkpoint(actor=TEST, reason="the disk was lost")

    assert found() == []
    assert outside.read().position == 4
    assert audit.history("audit_chain", 1)[-1].reason == "the disk was lost"


def test_without_its_entries_a_chain_whose_checkpoint_is_gone_does_not_begin_anew(checkpoint):
    wrote(2)
    sealing.seal()
    checkpoint.unlink()
    tamper(sa.update(AuditChain).values(position=0, digest=sealing.BEGINNING))

    with pytest.raises(CheckpointRefused):
        sealing.seal()
    assert (0, "the checkpoint is absent") in found()


def test_the_checkpoint_never_moves_back(app):
    outside.renew(End(5, "5" * 64))

    race(app, *[lambda n=n: outside.move(End(n, f"{n}" * 64)) for n in (9, 3, 7, 1, 8, 2)])

    assert outside.read().position == 9


def test_a_chain_that_was_written_anew_does_not_move_the_checkpoint(checkpoint):
    """Otherwise writing the chain anew, and waiting for it to outgrow the file, would hide it."""
    wrote(3)
    sealing.seal()
    tamper(sa.delete(AuditEntry).where(AuditEntry.position > 1))
    first = db.session.scalar(sa.select(AuditEntry.digest))
    tamper(sa.update(AuditChain).values(position=1, digest=first))
    wrote(6)

    with pytest.raises(CheckpointRefused):
        sealing.seal()

    assert outside.read().position == 3
    assert (3, "not what the checkpoint says") in found()
    assert (0, "the checkpoint is absent") not in found()


def test_an_entry_put_at_the_end_is_found_by_where_the_chain_ends():
    wrote(3)
    sealing.seal()
    with unit_of_work():
        audit.note("look", "things", 9, actor=TEST)
    db.session.rollback()
    entry = db.session.scalar(sa.select(AuditEntry).where(AuditEntry.position.is_(None)))
    last = db.session.scalar(sa.select(AuditEntry.digest).where(at(3)))
    entry.position = 4
    values = {"position": 4, "digest": sealing.digest_of(entry, last)}
    key = entry.id
    db.session.rollback()
    tamper(sa.update(AuditEntry).where(AuditEntry.id == key).values(**values))

    assert found() == [(4, "not where the chain says that it ends")]


def test_what_cannot_be_protected_is_told_by_the_health_answer(client, checkpoint):
    assert client.get("/health").json == {"status": "ok", "troubles": []}
    wrote(2)
    sealing.seal()
    wrote()
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        assert client.get("/health").json["troubles"] == ["audit-not-sealed"]
    checkpoint.write_text("{}")

    assert client.get("/health").json == {
        "status": "degraded",
        "troubles": ["audit-checkpoint-damaged"],
    }
