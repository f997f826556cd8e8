"""A plan being made, as arrays that kernels change.

A row's stops stand in ``route`` with their ``hours``; ``desk`` arrays are where one route
is timed before it is kept. Whatever changes is written to the journal first, so that any
moment can be returned to.
"""

from typing import Any, NamedTuple

# columns of ``hours``
BEGIN, END, DRIVE, GAP = range(4)
# columns of ``sums``
LEAVE, BACK, EARLY, LATE_RESTS, FREE, BUSY, METRES, DRIVEN, WORST, HELD_STOPS, DEPOT, SEATED = (
    range(12)
)
SUMS = 12
# columns of ``seg``: both segments of a position, and what lies there now
(PRE_E, PRE_D, PRE_L, SUF_E, SUF_D, SUF_L, PREV, NEXT, PAUSE, LEG, FAR, START) = range(12)
# entries of ``count``
(
    ROW_LOG,
    LOWER_LOG,
    PLANNED_LOG,
    ABSENT,
    TOKEN,
    GONE,
    POOLED,
    QUEUED,
    MEMBERS,
    DESK,
) = range(10)
# entries of ``cost``
ROUTES, PENALTIES, BEST = range(3)

LONGEST_POOLED = 32
MOST_GONE = 256


class State(NamedTuple):
    """Routes and all that belongs to them; one for each thread.

    Attributes:
        upper: Latest start of each node, where others hold it from outside.
        called: Jobs that were left out before this round.
        left: By row, what is left of each part before a depot stop.
        active: Rows that may be changed, and ``open_job`` jobs that may be planned.
    """

    route: Any
    length: Any
    hours: Any
    sums: Any
    cost_of: Any
    seg: Any
    late: Any
    stale: Any
    where: Any
    time: Any
    lower: Any
    upper: Any
    planned: Any
    left: Any
    absent: Any
    absent_at: Any
    active: Any
    open_job: Any
    cost: Any
    count: Any
    seed: Any
    # the desk
    stop: Any
    bare: Any
    low: Any
    desk: Any
    sum: Any
    label: Any
    mark: Any
    queue: Any
    members: Any
    gone: Any
    called: Any
    key: Any
    stock: Any
    barred: Any
    spots: Any
    spot_cost: Any
    party: Any
    party_cost: Any
    # the journal
    log_row: Any
    log_route: Any
    log_hours: Any
    log_sums: Any
    log_cost: Any
    log_left: Any
    log_lower: Any
    log_planned: Any
    # the best so far, and routes met
    best_route: Any
    best_length: Any
    best_time: Any
    pool_route: Any
    pool_row: Any
    pool_cost: Any
    pool_table: Any
    pool_hash: Any
    hash: Any
