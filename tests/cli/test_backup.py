"""What is backed up is restored whole, into an empty place and on either database."""

import json
import threading
import time
import zipfile
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.cli import backup as commands
from app.core import audit, backup, checkpoint, erasures, keys, links, outbox, sealing, settings
from app.core.audit import AuditEntry
from app.core.backup import (
    BackupNotReadable,
    BackupOfOtherVersion,
    DatabaseNotEmpty,
    OtherMasterKey,
)
from app.core.db import Base, db, unit_of_work
from app.core.failpoints import armed
from app.core.outbox import MessageState, OutboxMessage
from app.core.personal import FORGOTTEN, Person
from app.core.policies import Role
from app.customers import service as customers
from app.customers.models import Customer
from app.jobs.models import JobState, Order
from app.persons import service as persons
from app.places.models import TravelPoint
from tests.conftest import empty_database
from tests.factories import (
    MONDAY_8AM,
    TEST,
    make_category,
    make_job,
    make_spec,
    make_technician,
    make_user,
    number,
)


@pytest.fixture(autouse=True)
def alone(app):
    for path in (checkpoint.path(), erasures.path()):
        path.unlink(missing_ok=True)
    yield
    for path in (checkpoint.path(), erasures.path()):
        path.unlink(missing_ok=True)


@pytest.fixture
def world(app):
    """Rows of many kinds, those included that refer to rows of their own table."""
    parent = make_category("furniture")
    make_category("wardrobes", parent)
    make_spec(category_id=parent.id)
    make_technician()
    make_user(Role.DISPATCHER)
    with unit_of_work():
        customer = customers.find_or_create("王小明", "+8613800138000", actor=TEST)
    job = make_job(customer=customer, state=JobState.DONE)
    for reference, content in (("known", '{"jobs": []}'), ("unknown", None)):
        order = Order(person=customer.person, customer_id=customer.id, brand_id=job.brand_id)
        order.reference, order.fingerprint, order.received_at = reference, "0", MONDAY_8AM
        order.content = content
        made_order(order)
    with unit_of_work():
        outbox.enqueue("t", about="a:1", recipient="b:2", payload={"to": "王小明"})
        _, link = links.mint(links.Purpose.JOB, job.id)
        db.session.add(link)
    sealing.seal()
    (settings.current().instance / "evidence").mkdir(exist_ok=True)
    (settings.current().instance / "evidence" / "photo.jpg").write_bytes(b"\xff\xd8 door")
    return job.person_id


def rows_of(table):
    chosen = sa.select(table).order_by(*table.primary_key)
    return [tuple(row) for row in db.session.execute(chosen)]


def made_order(order):
    with unit_of_work():
        db.session.add(order)


def contents():
    """Return every row of every table, in order."""
    db.session.rollback()
    db.session.expunge_all()
    return {table.name: rows_of(table) for table in Base.metadata.sorted_tables}


def emptied():
    db.session.remove()
    with unit_of_work():
        empty_database()
    db.session.remove()


def test_what_is_restored_is_what_was_backed_up(world, tmp_path):
    before = contents()
    assert sum(map(len, before.values())) > 15
    manifest = backup.write(tmp_path / "b.zip")
    emptied()
    photo = settings.current().instance / "evidence" / "photo.jpg"
    photo.unlink()

    backup.restore(tmp_path / "b.zip")

    assert contents() == before
    assert manifest.rows == {name: len(rows) for name, rows in before.items()}
    assert photo.read_bytes() == b"\xff\xd8 door"
    assert sealing.verify().faults == ()


def test_a_backup_holds_no_key_and_nothing_readable_that_was_sealed(world, tmp_path):
    backup.write(tmp_path / "b.zip")

    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names)

    files = [name for name in names if name.startswith("files/")]
    assert files == ["files/evidence/photo.jpg"]
    assert keys.master_key_path().read_bytes() not in everything
    for text in ("王小明", "13800138000", "体育西路"):
        assert text.encode() not in everything
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0


def test_new_rows_are_numbered_after_those_restored(app, tmp_path):
    with unit_of_work():
        db.session.add_all([TravelPoint(lat_e5=n, lon_e5=n) for n in range(3)])
    backup.write(tmp_path / "b.zip")
    emptied()
    backup.restore(tmp_path / "b.zip")

    with unit_of_work():
        db.session.add(TravelPoint(lat_e5=9, lon_e5=9))

    assert len(set(db.session.scalars(sa.select(TravelPoint.id)))) == 4


def test_the_commands_restore_and_forget_again_hold_back_and_renew(world, app, tmp_path):
    run = app.test_cli_runner().invoke
    file = str(tmp_path / "b.zip")
    assert run(commands.backup, [file]).exit_code == 0
    assert "Whole" in run(commands.restore, ["--check", file]).output
    with unit_of_work():
        persons.forget(world, actor=TEST, reason="asked by letter")
    for _ in range(3):
        with unit_of_work():
            audit.note("look", "things", 1, actor=TEST)
    sealing.seal()
    emptied()

    told = run(commands.restore, [file], catch_exceptions=False)

    assert told.exit_code == 0, told.output
    assert "1 persons forgotten again, 1 messages held back" in told.output
    db.session.expunge_all()
    assert db.session.scalar(sa.select(Customer)).name == FORGOTTEN
    assert db.session.scalar(sa.select(OutboxMessage)).state is MessageState.FAILED
    assert sealing.verify().faults == ()
    assert audit.history("audit_chain", 1)[-1].action == "renew-checkpoint"


@pytest.mark.parametrize("damage", ["cut", "altered", "not-a-zip"])
def test_a_damaged_backup_is_refused_before_anything_is_written(world, tmp_path, damage):
    file = tmp_path / "b.zip"
    backup.write(file)
    whole = file.read_bytes()
    if damage == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif damage == "not-a-zip":
        file.write_text("hello")
    else:
        with zipfile.ZipFile(file) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        members["tables/persons.jsonl"] += b"[]\n"
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
    emptied()

    with pytest.raises(BackupNotReadable):
        backup.restore(file)

    assert sum(map(len, contents().values())) == 0


def test_a_restore_that_fails_in_the_middle_leaves_an_empty_database(world, tmp_path):
    backup.write(tmp_path / "b.zip")
    emptied()

    with armed("restore.before_commit", lambda: 1 / 0), pytest.raises(ZeroDivisionError):
        backup.restore(tmp_path / "b.zip")

    assert sum(map(len, contents().values())) == 0


def test_a_backup_that_fails_leaves_the_one_before(world, tmp_path):
    backup.write(tmp_path / "b.zip")
    before = (tmp_path / "b.zip").read_bytes()

    with armed("backup.before_rename", lambda: 1 / 0), pytest.raises(ZeroDivisionError):
        backup.write(tmp_path / "b.zip")

    assert (tmp_path / "b.zip").read_bytes() == before


def test_nothing_is_restored_over_what_is_there(world, tmp_path):
    backup.write(tmp_path / "b.zip")
    before = contents()

    with pytest.raises(DatabaseNotEmpty):
        backup.restore(tmp_path / "b.zip")

    assert contents() == before


def test_a_backup_of_another_key_or_version_is_refused(world, tmp_path):
    file = tmp_path / "b.zip"
    with keys.using(b"x" * 32):
        backup.write(file)
    emptied()
    with pytest.raises(OtherMasterKey):
        backup.restore(file)

    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["manifest.json"] = json.dumps(
        json.loads(members["manifest.json"]) | {"revision": "20200101_0000"}
    ).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(BackupOfOtherVersion):
        backup.restore(file)


def write_pairs(app, stop, written):
    """Write two rows in every change, as fast as fifty a second."""
    with app.app_context():
        while not stop.is_set():
            with unit_of_work():
                person = Person.new()
                db.session.add(person)
                audit.note("pair", "persons", person.id, actor=TEST)
            written.append(person.id)
            time.sleep(0.02)
        db.session.remove()


def backed_up_under_load(app, folder, count):
    stop, written = threading.Event(), []
    writer = threading.Thread(target=write_pairs, args=(app, stop, written))
    writer.start()
    try:
        while not written:
            time.sleep(0.01)
        made = []
        for number_ in range(count):
            least = len(written)
            backup.write(folder / f"{number_}.zip")
            made.append((folder / f"{number_}.zip", least))
            time.sleep(0.05)
    finally:
        stop.set()
        writer.join()
    return made


def check_whole(file, least):
    emptied()
    backup.restore(file)
    persons_ = set(map(str, db.session.scalars(sa.select(Person.id))))
    noted = db.session.scalars(sa.select(AuditEntry.subject_id).where(AuditEntry.action == "pair"))
    assert persons_ == set(noted)
    assert len(persons_) >= least


def test_backups_under_fifty_writes_a_second_restore_whole(app, tmp_path):
    for file, least in backed_up_under_load(app, tmp_path, 3):
        check_whole(file, least)


@pytest.mark.proof
def test_twenty_backups_under_fifty_writes_a_second_restore_whole(app, tmp_path):
    for file, least in backed_up_under_load(app, tmp_path, 20):
        check_whole(file, least)


@pytest.mark.proof
def test_without_one_moment_for_all_tables_a_backup_tears_changes_apart(
    app, tmp_path, monkeypatch
):
    """The red control: each table read by itself holds one half of some change."""

    def each_by_itself(archive, table, manifest, write=backup._write_table):
        db.session.rollback()
        time.sleep(0.03)
        write(archive, table, manifest)

    monkeypatch.setattr(backup, "_write_table", each_by_itself)

    def restore_every_one():
        for file, least in backed_up_under_load(app, tmp_path, 3):
            check_whole(file, least)

    with pytest.raises(AssertionError):
        restore_every_one()


# ── the master key ──


@pytest.fixture
def own_key(app, tmp_path):
    """A master key that only this test uses."""
    chosen = replace(settings.current(), master_key_file=str(tmp_path / "master.key"))
    settings.use(chosen)
    return tmp_path / "master.key"


def as_read():
    db.session.rollback()
    db.session.expunge_all()
    customer = db.session.scalar(sa.select(Customer))
    payload = db.session.scalar(sa.select(OutboxMessage)).payload
    with unit_of_work():
        again = customers.find_or_create("王小明", "+8613800138000", actor=TEST)
    return customer.name, payload, again.id == customer.id, sealing.verify().faults


READ = ("王小明", {"to": "王小明"}, True, ())


def test_after_a_rotation_everything_opens_and_the_old_key_opens_nothing(own_key, world):
    old = keys.master_key()
    assert as_read() == READ

    kept = persons.rotate(actor=TEST)

    assert as_read() == READ
    assert keys.master_key() != old
    assert keys.read_key(kept) == old
    with keys.using(old):
        assert not db.session.scalar(sa.select(Person)).opens()


def test_a_rotation_that_was_interrupted_is_carried_to_its_end(own_key, world):
    with armed("unit_of_work.before_commit", lambda: 1 / 0), pytest.raises(ZeroDivisionError):
        persons.rotate(actor=TEST)
    assert as_read() == READ

    with armed("rotate.before_files", lambda: 1 / 0), pytest.raises(ZeroDivisionError):
        persons.rotate(actor=TEST)
    persons.rotate(actor=TEST)

    assert as_read() == READ
    assert not own_key.with_name("master.key.next").exists()


def test_a_key_that_is_not_the_datas_is_not_rotated(own_key, world):
    keys.write_key(own_key, b"y" * 32)
    keys.forget_cached()

    with pytest.raises(persons.KeyUnderWay):
        persons.rotate(actor=TEST)


def test_a_rotation_of_an_empty_database_is_nothing_special(own_key, app):
    old = keys.master_key()

    persons.rotate(actor=TEST)

    assert keys.master_key() != old
    assert number()
