"""Partners hand certificates in; the brand whose goods they are for approves or revokes them."""

from app.core.db import db
from app.technicians.models import Certificate, CertificateState
from tests.factories import make_brand

HANDED_IN = {"job_type": "install", "level": "2", "valid_from": "2026-03-01", "evidence": "N-77"}


def hand_in(team, world, technician, **given):
    sent = HANDED_IN | {"brand": world.brand.code, "category": world.category.code} | given
    return team.post(f"/partner/technicians/{technician.id}/certificates", data=sent)


def only():
    db.session.rollback()
    return db.session.scalars(db.select(Certificate)).one()


def test_what_a_partner_hands_in_waits_for_the_brand(world, partner, team, brand):
    hers = world.technician(certified=False, partner_id=partner.id)

    assert hand_in(team, world, hers).status_code == 303

    assert only().state is CertificateState.PENDING
    assert "N-77" in brand.get("/partner/certificates").text


def test_the_brand_approves_it(world, partner, team, brand):
    hand_in(team, world, world.technician(certified=False, partner_id=partner.id))

    brand.post(f"/partner/certificates/{only().id}", data={"decision": "approve"})

    assert only().state is CertificateState.APPROVED


def test_revoking_needs_a_reason(world, brand):
    held = world.certificate(world.technician(certified=False))
    where = f"/partner/certificates/{held.id}"

    assert brand.post(where, data={"decision": "revoke"}).status_code == 422
    assert only().state is CertificateState.APPROVED
    brand.post(where, data={"decision": "revoke", "reason": "forged"})
    assert only().state is CertificateState.REVOKED


def test_a_certificate_for_another_brand_is_not_there(world, brand):
    technician = world.technician(certified=False)
    held = world.certificate(technician, brand_id=make_brand().id, evidence="X-9")

    answer = brand.post(f"/partner/certificates/{held.id}", data={"decision": "approve"})

    assert answer.status_code == 404
    assert "X-9" not in brand.get("/partner/certificates?state=approved").text


def test_a_partner_approves_nothing(world, partner, team):
    held = world.certificate(world.technician(certified=False, partner_id=partner.id))

    answer = team.post(f"/partner/certificates/{held.id}", data={"decision": "approve"})

    assert answer.status_code == 403


def test_what_cannot_be_read_is_told_beside_the_form(world, partner, team):
    hers = world.technician(certified=False, partner_id=partner.id)

    for fault in ({"level": "x"}, {"valid_from": ""}, {"brand": "nobody"}, {"evidence": " "}):
        answer = hand_in(team, world, hers, **fault)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert list(db.session.scalars(db.select(Certificate))) == []
