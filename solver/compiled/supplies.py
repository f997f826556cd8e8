"""Tools and parts, compiled: which stop lacks something by then."""

from solver.compiled.blocks import kernel
from solver.compiled.state import State
from solver.compiled.tables import PART, WHO, Tables


@kernel
def lacks_tools(t: Tables, node: int, who: int) -> bool:
    for word in range(t.kit.shape[1]):
        if t.kit[node, word] & ~t.bag[who, word]:
            return True
    return False


@kernel
def first_lacking(t: Tables, s: State, row: int, count: int) -> int:
    """Position of the first stop on the desk that lacks tools or parts; -1 when none."""
    seats, who = t.option.shape[0], t.row[row, WHO]
    parts = t.stock.shape[1]
    for k in range(parts):
        s.stock[k] = t.stock[who, k]
    for p in range(count):
        node = s.stop[p]
        if node >= seats:
            return -1
        if t.node[node, PART] == 0:
            continue
        if lacks_tools(t, node, who):
            return p
        for k in range(t.part_first[node], t.part_first[node + 1]):
            s.stock[t.part[k, 0]] -= t.part[k, 1]
            if s.stock[t.part[k, 0]] < 0:
                return p
    return -1


@kernel
def write_left(t: Tables, s: State, row: int) -> None:
    """What a row has left of each part before its depot stop, or at its end."""
    who, seats = t.row[row, WHO], t.option.shape[0]
    for k in range(t.stock.shape[1]):
        s.left[row, k] = t.stock[who, k]
    for p in range(s.length[row]):
        node = s.route[row, p]
        if node >= seats:
            return
        for k in range(t.part_first[node], t.part_first[node + 1]):
            s.left[row, t.part[k, 0]] -= t.part[k, 1]


@kernel
def is_short(t: Tables, s: State, node: int, row: int) -> bool:
    """Whether the node before the row's depot stop would lack something."""
    if lacks_tools(t, node, t.row[row, WHO]):
        return True
    for k in range(t.part_first[node], t.part_first[node + 1]):
        if s.left[row, t.part[k, 0]] < t.part[k, 1]:
            return True
    return False
