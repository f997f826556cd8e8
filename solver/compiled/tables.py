"""The problem as arrays, for kernels: what each array and each column of it holds.

Nodes, rows and modes are numbered as in ``insertion.model``; times are its seconds,
rates are cost for one second or one metre.
"""

from typing import Any, NamedTuple

# columns of ``node``; DUE and TOLD are far away where there is none
PLACE, SETUP, JOB, SEAT, DUE, TOLD, TOLD_AT, DURATION, HELD, PART = range(10)
# columns of ``node_rate``
LATE, MOVED = range(2)
# columns of ``job``
FIRST, SEATS, REQUIRED, MOVABLE, COUPLED, SUPPLIED = range(6)
# columns of ``row``
(
    WHO,
    MODE,
    HOME,
    GOAL,
    OPENS,
    CLOSES,
    LATEST,
    MAX_JOBS,
    MAX_METRES,
    MAX_TRAVEL,
    REST,
    RESTS,
    CLASH,
    CLASHES,
) = range(14)
# columns of ``rate``
SHIFT, TIME, TRAVEL, METRE, OVER = range(5)
# columns of ``mode``
TABLED, FACTORED, METRED = range(3)
# columns of ``link``; LEADS is 1 where the other job leads
OTHER, LEADS, MIN_GAP, MAX_GAP, OF_FINISH, TECHNICIAN = range(6)
ANY, SAME, DIFFERENT = range(3)
# columns of ``clash``: a row and whether it comes before
CLASH_ROW, CLASH_BEFORE = range(2)


class Tables(NamedTuple):
    """One problem, for kernels; nothing in it changes with the plan.

    Attributes:
        option: By seat and technician: the set of starts with setup, the next one without;
            -1 where it may never be.
        set_first: Where each set's spans begin in ``span``.
        kit: By seat, the tools it needs, a bit each; ``bag`` likewise what is carried.
        part_first: Where each seat's (part, count) begin in ``part``.
        hope: By job, the worth of all that is linked after it.
        near: By job, the nearest jobs, nearest first; ``homes`` the rows that begin nearest.
        back: ``seconds`` with the end before the beginning, so that one end is read in one piece.
        width: By job, seconds inside its windows; ``opening`` when the first one opens.
        extremes: Rate of the largest lateness and of the longest shift; 1 where anything
            couples routes, else 0.
    """

    node: Any
    node_rate: Any
    job: Any
    worth: Any
    hope: Any
    row: Any
    rate: Any
    rest: Any
    pace: Any
    seconds: Any
    back: Any
    metres: Any
    factor: Any
    mode: Any
    point: Any
    speed: Any
    option: Any
    set_first: Any
    span: Any
    seat_cost: Any
    row_first: Any
    row_of: Any
    kit: Any
    bag: Any
    part_first: Any
    part: Any
    stock: Any
    link_first: Any
    link: Any
    clash: Any
    near: Any
    homes: Any
    width: Any
    opening: Any
    extremes: Any
