"""When a stop could be put between two others, whatever breaks fall where.

Forward, the earliest moment of being free after each stop, by how many breaks are taken by
then; backward, the latest start of each stop from which the rest of the route can still be
driven. Stops that others hang on by crews and links stay at their start.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from solver.insertion.draft import Draft
from solver.insertion.model import FOREVER, Intervals, Legs, Model, Row
from solver.insertion.timing import first_start, pauses

Breaks = Sequence[tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Rests:
    """Some breaks in a row, taken as early as they may be.

    Attributes:
        seconds: How long they last together.
        until: No earlier are they over.
        latest: No later may the first of them be waited for.
    """

    seconds: int
    until: int
    latest: int


def rests(breaks: Breaks) -> Rests | None:
    """What these breaks demand; ``None`` when they cannot follow one another."""
    seconds, until, latest = 0, -FOREVER, FOREVER
    for earliest, last, duration, _ in breaks:
        latest = min(latest, last - seconds)
        begin = max(until, earliest)
        if begin > last:
            return None
        until = begin + duration
        seconds += duration
    return Rests(seconds, until, latest)


class Ways:
    """One route's labels in both directions."""

    def __init__(self, draft: Draft, row: Row) -> None:
        self.model: Model = draft.model
        self.draft = draft
        self.row = row
        self.legs: Legs = self.model.legs(row.mode)
        route = draft.routes[row.index]
        self.nodes = route.nodes if route else ()
        self.opens, self.until = _bounds(draft, row)
        places = [self.model.node_place[node] for node in self.nodes]
        self.places = [row.home, *places, row.goal]

    def forward(self) -> list[dict[int, int]]:
        """For each gap: by the number of breaks taken, the earliest second of being free."""
        labels, found = {0: self.opens}, []
        for at, node in enumerate(self.nodes):
            found.append(labels)
            labels = self._after(at, node, labels)
        return [*found, labels]

    def _after(self, at: int, node: int, labels: dict[int, int]) -> dict[int, int]:
        here, place = self.places[at], self.places[at + 1]
        length, starts = self._service(node, is_set_up=self.needs_setup(at))
        low = self.draft.start[node] if self.model.is_held(node) else -FOREVER
        until = self.row.closes if at == 0 and here == self.model.nowhere else None
        found: dict[int, int] = {}
        for taken, free in labels.items():
            seconds = self.legs.leg(here, place, free)
            for more, ready in pauses(self.row.breaks, taken, free, seconds, until):
                start = first_start(starts, max(ready, low))
                if start is not None:
                    found[more] = min(start + length, found.get(more, FOREVER))
        return found

    def needs_setup(self, at: int) -> bool:
        """Whether the stop at this position is set up as the route is now."""
        return at == 0 or self.places[at] != self.places[at + 1]

    def _service(self, node: int, *, is_set_up: bool) -> tuple[int, Intervals]:
        setup = self.model.node_setup[node] if is_set_up else 0
        starts = self.model.starts(node, self.row.who, with_setup=setup > 0)
        return self.model.work_of(node, self.row.who) + setup, starts

    def backward(self) -> list[tuple[dict[int, int], dict[int, int]]]:
        """For each stop and the return: by the breaks taken, the latest start.

        With setup, and without.
        """
        back = self._return()
        found = [(back, back)]
        following = back
        for at in range(len(self.nodes) - 1, -1, -1):
            node = self.nodes[at]
            with_setup = self._latest(at, following, is_set_up=True)
            without = self._latest(at, following, is_set_up=False)
            if self.model.is_held(node):
                with_setup, without = self._fixed(node, with_setup), self._fixed(node, without)
            found.append((with_setup, without))
            following = with_setup if self.needs_setup(at) else without
        return found[::-1]

    def _fixed(self, node: int, latest: dict[int, int]) -> dict[int, int]:
        start = self.draft.start[node]
        return {taken: start for taken, moment in latest.items() if moment >= start}

    def _return(self) -> dict[int, int]:
        """The latest return by the breaks taken before it; the others follow it."""
        found = {}
        for taken in range(len(self.row.breaks) + 1):
            left = rests(self.row.breaks[taken:])
            if left is None:
                continue
            latest = min(self.row.latest_back, self.until)
            if left.seconds or taken < len(self.row.breaks):
                over = min(self.row.closes, self.until)
                if left.until > over:
                    continue
                latest = min(latest, left.latest, over - left.seconds)
            found[taken] = latest
        return found

    def _latest(self, at: int, following: dict[int, int], *, is_set_up: bool) -> dict[int, int]:
        length, starts = self._service(self.nodes[at], is_set_up=is_set_up)
        ends = (self.places[at + 1], self.places[at + 2])
        found: dict[int, int] = {}
        for taken in range(len(self.row.breaks) + 1):
            best = -FOREVER
            for more, target in following.items():
                if more >= taken:
                    best = max(best, self._latest_free(ends, taken, more, target))
            last = _no_later(starts, best - length)
            if last is not None:
                found[taken] = last
        return found

    def _latest_free(self, ends: tuple[int, int], taken: int, more: int, target: int) -> int:
        """The latest second of setting off so as to be ready by the target."""
        pause = rests(self.row.breaks[taken:more])
        if pause is None or (pause.seconds and pause.until > target):
            return -FOREVER
        return min(pause.latest, set_off(self.legs, ends, target - pause.seconds))


def set_off(legs: Legs, ends: tuple[int, int], target: int) -> int:
    """The latest second of setting off so as to arrive by the target, or a little earlier."""
    free = target - legs.leg(*ends, target)
    for _ in range(20):
        over = free + legs.leg(*ends, free) - target
        if over <= 0:
            return free
        free -= over
    return -FOREVER


def _no_later(starts: Intervals, moment: int) -> int | None:
    """The latest start no later than the moment."""
    return max((min(b, moment) for a, b in starts if a <= moment), default=None)


def _bounds(draft: Draft, row: Row) -> tuple[int, int]:
    """When the technician is free for this shift between other shifts that overlap it."""
    opens, until = row.opens, FOREVER
    for earlier in row.before:
        if (route := draft.routes[earlier]) is not None:
            opens = max(opens, route.span[1])
    for later in row.after:
        if (route := draft.routes[later]) is not None:
            until = min(until, route.span[0])
    return opens, until
