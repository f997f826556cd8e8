"""Tools and parts: which stop lacks something, and where to fetch it on the way."""

from collections.abc import Iterator

from solver.insertion.model import Model, Row


def first_lacking(model: Model, row: Row, nodes: tuple[int, ...]) -> int | None:
    """Position of the first stop whose tools or parts the van does not have by then."""
    if not model.has_supplies:
        return None
    stock = dict(row.technician.stock)
    for position, node in enumerate(nodes):
        if node >= model.first_depot:
            return None
        job = model.supplied_job(node)
        if job is None:
            continue
        if not job.tools <= row.technician.tools:
            return position
        for part, count in job.parts.items():
            stock[part] = stock.get(part, 0) - count
            if stock[part] < 0:
                return position
    return None


def without_depots(model: Model, nodes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(node for node in nodes if node < model.first_depot)


def trimmed(model: Model, row: Row, nodes: tuple[int, ...]) -> tuple[int, ...]:
    """The stops without the depot stops that nothing needs."""
    bare = without_depots(model, nodes)
    if len(bare) == len(nodes) or not bare or first_lacking(model, row, bare) is None:
        return bare
    return nodes


def with_pickup(model: Model, row: Row, nodes: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Each way of putting one depot stop into the route so that nothing lacks.

    One is enough: after it the van has everything for the rest of the shift.
    """
    bare = without_depots(model, nodes)
    lacking = first_lacking(model, row, bare)
    if lacking is None:
        yield bare
        return
    for position in range(lacking, -1, -1):
        for depot in model.depot_nodes:
            yield (*bare[:position], depot, *bare[position:])
