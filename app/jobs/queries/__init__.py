"""Reading orders and jobs."""

from app.jobs.queries.changes import Change, Changes, ChangesCursorNotValid, changes
from app.jobs.queries.charges import (
    ChangeTerms,
    ChargeNotFound,
    change_terms,
    charge,
    charges,
    price,
)
from app.jobs.queries.mappings import columns_of, mappings_select
from app.jobs.queries.reading import (
    JobFilters,
    JobNotFound,
    OrderNotFound,
    ParcelNotFound,
    by_number,
    get,
    get_order,
    search,
    search_orders,
    visible,
    visible_orders,
)
from app.jobs.queries.release import plannable
from app.jobs.queries.views import (
    UNCONFIRMED,
    JobView,
    OrderView,
    Waiting,
    blocked,
    order_views,
    together,
    unconfirmed,
    view,
    views,
    waiting,
)
from app.jobs.queries.vocabulary import vocabulary

__all__ = [
    "UNCONFIRMED",
    "Change",
    "ChangeTerms",
    "Changes",
    "ChangesCursorNotValid",
    "ChargeNotFound",
    "JobFilters",
    "JobNotFound",
    "JobView",
    "OrderNotFound",
    "OrderView",
    "ParcelNotFound",
    "Waiting",
    "blocked",
    "by_number",
    "change_terms",
    "changes",
    "charge",
    "charges",
    "columns_of",
    "get",
    "get_order",
    "mappings_select",
    "order_views",
    "plannable",
    "price",
    "search",
    "search_orders",
    "together",
    "unconfirmed",
    "view",
    "views",
    "visible",
    "visible_orders",
    "vocabulary",
    "waiting",
]
