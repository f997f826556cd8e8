"""Partners keep their own people's shifts and see how they stand; nobody else's."""

from app.core.db import db
from app.technicians.models import Shift

DAY = {"day": "2026-03-03", "start": "08:00", "end": "17:00"}


def shifts():
    db.session.rollback()
    return list(db.session.scalars(db.select(Shift)))


def test_only_the_partners_own_people_are_listed_and_masked(world, partner, team):
    hers = world.technician(partner_id=partner.id, name="司马相如")
    other = world.technician()

    page = team.get("/partner/technicians").text

    assert hers.code in page
    assert other.code not in page
    assert "司马相如" not in page


def test_another_partners_technician_is_not_there(world, partner, rival):
    hers = world.technician(partner_id=partner.id)
    where = f"/partner/technicians/{hers.id}"

    assert rival.get(where).status_code == 404
    assert rival.post(f"{where}/shifts", data=DAY).status_code == 404
    assert len(shifts()) == 1


def test_a_shift_is_added_in_the_territorys_time_and_taken_away(world, partner, team):
    hers = world.technician(partner_id=partner.id, works=False)
    where = f"/partner/technicians/{hers.id}"

    assert team.post(f"{where}/shifts", data=DAY).status_code == 303

    [shift] = shifts()
    assert shift.starts_at.isoformat() == "2026-03-03T00:00:00+00:00"
    assert team.post(f"{where}/shifts/{shift.id}/remove").status_code == 303
    assert shifts() == []


def test_a_shift_that_does_not_fit_is_refused_with_the_reason(world, partner, team):
    hers = world.technician(partner_id=partner.id, works=False)
    where = f"/partner/technicians/{hers.id}/shifts"

    answer = team.post(where, data=DAY | {"end": "07:00"})

    assert answer.status_code == 422
    assert "ends_at" in answer.text
    assert shifts() == []
