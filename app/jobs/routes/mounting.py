"""The blueprint of the resources of orders and jobs, and who reaches them."""

from app.core.policies import Role
from app.http.blueprint import Blueprint

blueprint = Blueprint("jobs", __name__, description="Orders, jobs, parcels and imports")
READERS = (Role.ADMINISTRATOR, Role.DISPATCHER, Role.BRAND)
DISPATCHERS = (Role.ADMINISTRATOR, Role.DISPATCHER)
EVERYBODY = (*READERS, Role.CONSUMER)
