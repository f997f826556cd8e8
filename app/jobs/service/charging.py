"""What a consumer pays beside the visit."""

from app.catalogue.models import Price
from app.core import audit, clock
from app.core.db import db
from app.core.policies import Actor
from app.jobs.models import Charge, ChargeState, Job


def charge_late_change(job: Job, fee: Price, *, actor: Actor) -> Charge:
    """Write down the fee of a late change, which its consumer was shown before they made it."""
    charge = _charge(job, fee, 1, actor)
    charge.state, charge.decided_at = ChargeState.AGREED, clock.now()
    audit.change("charge-late-change", charge, actor=actor)
    db.session.flush()
    return charge


def _charge(job: Job, price: Price, quantity: int, actor: Actor) -> Charge:
    charge = Charge(
        job_id=job.id,
        code=price.code,
        name=price.name,
        name_zh=price.name_zh,
        quantity=quantity,
        amount_minor=price.amount_minor * quantity,
        currency=price.currency,
        state=ChargeState.PROPOSED,
        created_at=clock.now(),
        created_by=actor.identity[:120],
    )
    db.session.add(charge)
    return charge
