"""Who may read a customer. Pure functions."""

from app.core.policies import Actor, Role
from app.customers.models import Customer


def can_see(actor: Actor, customer: Customer) -> bool:
    """Dispatchers see every customer, consumers themselves; brands see them through their jobs."""
    return actor.has(Role.ADMINISTRATOR, Role.DISPATCHER) or actor.customer_id == customer.id
