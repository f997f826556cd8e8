"""What is due leaves once, after the commit; what fails is tried for three days and is visible."""

import json
import os
from datetime import UTC, datetime, timedelta
from email import message_from_string

import pytest
from standardwebhooks import Webhook

from app.core import clock, egress, outbox, settings
from app.core.db import db, unit_of_work
from app.core.egress import Answer, NoAnswer
from app.core.outbox import MessageState, OutboxMessage
from app.core.personal import Person
from app.notifications import gateways, queries, service, tasks
from app.notifications.gateways import DeliveryRefused, Folder, Hook, Mail
from app.notifications.tasks import Drained
from tests.factories import MONDAY_8AM, TEST, make_customer

PAYLOAD = {
    "job": "J000017",
    "job_type": "install",
    "brand": "Nordhem",
    "brand_zh": "北居",
    "zone": "Asia/Shanghai",
    "technicians": ["李明"],
    "link": "https://shifu.example/s/rate_very-secret",
    "expires_at": "2026-04-01T00:00:00+00:00",
}


class Recorded:
    """A gateway that keeps what it is handed, and fails as often as it is told to."""

    def __init__(self, *failures):
        self.failures, self.letters = list(failures), []

    def send(self, letter):
        if self.failures:
            raise self.failures.pop(0)
        self.letters.append(letter)


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def wang():
    return make_customer(name="王芳", phone="+8613800138000")


def enqueue(customer, topic="rate-visit", **payload):
    with unit_of_work():
        return outbox.enqueue(
            topic,
            about="visit:1",
            recipient=f"customer:{customer.id}",
            payload=PAYLOAD | payload,
        )


def fresh(message):
    return db.session.get(OutboxMessage, message.id, populate_existing=True)


def deliver(gateway, after=timedelta(0)):
    with clock.frozen(MONDAY_8AM + after):
        return tasks.deliver(gateway)


def test_what_is_due_leaves_once(wang):
    message, gateway = enqueue(wang), Recorded()

    assert deliver(gateway) == Drained(sent=1)
    assert deliver(gateway) == Drained()

    (letter,) = gateway.letters
    assert letter.id == message.id
    assert letter.to.phone == "+8613800138000"
    assert "rate_very-secret" in letter.wording.text
    assert fresh(message).state is MessageState.SENT


def test_nothing_leaves_before_the_commit(wang):
    gateway, seen = Recorded(), []

    def change():
        with unit_of_work():
            outbox.enqueue(
                "rate-visit", about="visit:1", recipient=f"customer:{wang.id}", payload=PAYLOAD
            )
            seen.append(list(gateway.letters))
            raise LookupError

    with pytest.raises(LookupError):
        change()

    deliver(gateway)
    assert seen == [[]]
    assert gateway.letters == []


def test_after_delivery_the_link_and_the_names_are_gone(wang):
    message = enqueue(wang)

    deliver(Recorded())

    left = fresh(message).payload
    assert "link" not in left
    assert "technicians" not in left
    assert "very-secret" not in json.dumps(left)
    assert left["to_masked"].endswith("8000")
    assert "00138000" not in left["to_masked"]


def test_the_consumers_language_is_used(app):
    chinese = make_customer()
    with unit_of_work():
        chinese.locale = "zh"
        db.session.add(chinese)
    enqueue(chinese)
    gateway = Recorded()

    deliver(gateway)

    assert gateway.letters[0].wording.subject.startswith("北居")


def test_a_failure_is_recorded_and_tried_again_later(wang):
    message, gateway = enqueue(wang), Recorded(NoAnswer(purpose="notification"))

    assert deliver(gateway) == Drained(failed=1)

    assert fresh(message).state is MessageState.PENDING
    assert fresh(message).error == NoAnswer.title()
    assert deliver(gateway, timedelta(seconds=10)) == Drained()
    assert deliver(gateway, timedelta(seconds=31)) == Drained(sent=1)
    assert fresh(message).error is None


def test_after_three_days_of_failures_it_is_given_up_and_stays_visible(wang):
    message, after, tries = enqueue(wang), timedelta(0), 0
    gateway = Recorded(*[NoAnswer(purpose="notification")] * 99)
    while fresh(message).state is not MessageState.FAILED:
        tries += deliver(gateway, after).failed
        after += timedelta(minutes=30)

    assert timedelta(days=2.5) < after < timedelta(days=4)
    assert 5 < tries < 15
    assert [entry.id for entry in db.session.scalars(queries.messages(TEST))] == [message.id]


def test_what_is_refused_is_not_tried_again(wang):
    message = enqueue(wang)

    deliver(Recorded(DeliveryRefused(why="no such number")))

    assert fresh(message).state is MessageState.FAILED
    assert fresh(message).error == "no such number"


def test_one_message_that_cannot_be_worded_does_not_stop_the_others(wang):
    broken = enqueue(wang, topic="nobody-wrote-this")
    fine, gateway = enqueue(wang), Recorded()

    assert deliver(gateway) == Drained(sent=1, failed=1)

    assert fresh(broken).state is MessageState.FAILED
    assert fresh(fine).state is MessageState.SENT


def test_an_unforeseen_failure_does_not_stop_the_others(wang):
    enqueue(wang)
    enqueue(wang)

    assert deliver(Recorded(KeyError("x"))) == Drained(sent=1, failed=1)


def test_a_forgotten_person_is_sent_nothing(wang):
    message, gateway = enqueue(wang), Recorded()
    with unit_of_work():
        db.session.get(Person, wang.person_id).wrapped_key = None

    deliver(gateway)

    assert gateway.letters == []
    assert fresh(message).state is MessageState.FAILED


def test_a_privacy_number_that_ran_out_is_not_called(wang):
    with unit_of_work():
        db.session.merge(wang).phone_expires_at = MONDAY_8AM - timedelta(days=1)
    message, gateway = enqueue(wang), Recorded()

    deliver(gateway)

    assert gateway.letters == []
    assert fresh(message).error == queries.RecipientNotReachable.title()


def test_a_sender_that_died_is_replaced_and_cannot_record_any_more(wang):
    message = enqueue(wang)
    with unit_of_work():
        (claimed,) = service.claim(10)
        late = service.Attempt(claimed.id, claimed.attempts)
    gateway = Recorded()

    assert deliver(gateway, timedelta(seconds=31)) == Drained(sent=1)

    with unit_of_work():
        assert not service.not_delivered(late, "too late", again=True)
    assert fresh(message).state is MessageState.SENT


def test_a_message_withdrawn_before_it_left_never_leaves(wang):
    enqueue(wang)
    with unit_of_work():
        outbox.withdraw("visit:1")
    gateway = Recorded()

    deliver(gateway)

    assert gateway.letters == []


def test_a_failed_message_is_sent_again_on_request(wang):
    message = enqueue(wang)
    deliver(Recorded(DeliveryRefused(why="mailbox full")))

    with unit_of_work():
        service.resend(message.id, actor=TEST)

    assert deliver(Recorded()) == Drained(sent=1)
    with pytest.raises(service.MessageNotResendable), unit_of_work():
        service.resend(message.id, actor=TEST)


def test_old_messages_are_emptied(wang):
    message = enqueue(wang)
    deliver(Recorded())
    with clock.frozen(MONDAY_8AM + timedelta(days=91)), unit_of_work():
        assert service.prune() == 1

    assert fresh(message).payload_sealed is None
    assert queries.log_entry(fresh(message), locale="en").text == ""


def letter(email=None):
    reach = queries.Reach("王芳", "+8613800138000", email, "zh")
    return gateways.Letter(
        Person.new().id, "rate-visit", reach, gateways.Wording("主题", "正文\n"), MONDAY_8AM
    )


def test_the_file_gateway_writes_a_line_for_programs_and_text_for_people(tmp_path):
    sent = letter()

    Folder(tmp_path / "outbox").send(sent)
    Folder(tmp_path / "outbox").send(sent)

    lines = (tmp_path / "outbox" / "messages.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [str(sent.id)] * 2
    assert "主题" in (tmp_path / "outbox" / "messages.txt").read_text()
    mode = os.stat(tmp_path / "outbox" / "messages.jsonl").st_mode  # noqa: PTH116
    assert mode & 0o077 == 0


def test_mail_carries_the_messages_id_so_that_a_repeat_is_known(monkeypatch):
    seen = []
    monkeypatch.setattr(egress, "send_mail", lambda mail, **_: seen.append(mail.as_string()))
    sent = letter(email="wang@example.org")

    Mail("shifu@example.com").send(sent)

    mail = message_from_string(seen[0])
    assert mail["To"] == "wang@example.org"
    assert mail["Message-ID"] == f"<{sent.id}@example.com>"


def test_mail_to_somebody_without_an_address_is_refused():
    with pytest.raises(DeliveryRefused):
        Mail("shifu@example.com").send(letter())


SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def answering(monkeypatch, status):
    seen = []

    def request(method, url, *, headers, body, purpose):
        seen.append((headers, body))
        return Answer(status, {}, b"")

    monkeypatch.setattr(egress, "request", request)
    return seen


def test_the_webhook_is_signed_so_that_the_gateway_can_verify_it(monkeypatch):
    seen = answering(monkeypatch, 204)
    with clock.frozen(datetime.now(UTC)):
        sent = gateways.Letter(**{**vars(letter()), "at": clock.now()})
        Hook("https://gateway.example/in", SECRET).send(sent)

    headers, body = seen[0]
    assert Webhook(SECRET).verify(body, headers)["id"] == str(sent.id)
    assert headers["webhook-id"] == str(sent.id)


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_a_gateway_in_trouble_is_tried_again(monkeypatch, status):
    answering(monkeypatch, status)

    with pytest.raises(gateways.DeliveryFailed):
        Hook("https://gateway.example/in", SECRET).send(letter())


@pytest.mark.parametrize("status", [301, 400, 401, 404])
def test_a_gateway_that_says_no_is_not_tried_again(monkeypatch, status):
    answering(monkeypatch, status)

    with pytest.raises(DeliveryRefused):
        Hook("https://gateway.example/in", SECRET).send(letter())


def test_the_setting_chooses_the_way_out(tmp_path):
    kinds = {"file": Folder, "smtp": Mail, "none": gateways.Nowhere}
    for name, kind in kinds.items():
        settings.use(settings.Settings(delivery=name, instance_dir=str(tmp_path)))
        assert isinstance(gateways.chosen(), kind)


def test_a_webhook_without_its_secret_is_refused_with_what_is_missing():
    settings.use(settings.Settings(delivery="webhook", delivery_webhook="https://g.example/"))

    with pytest.raises(ValueError, match="SHIFU_DELIVERY_WEBHOOK_SECRET"):
        gateways.chosen()
