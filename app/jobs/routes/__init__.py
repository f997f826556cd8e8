"""REST resources of orders, jobs, parcels, imports and drafts."""

from app.jobs.routes import (  # noqa: F401  they add views
    changes,
    drafts,
    files,
    jobs,
    orders,
    parcels,
)
from app.jobs.routes.mounting import blueprint

__all__ = ["blueprint"]
