"""Every gap of every route as a row of flat arrays, so that a question is arithmetic on them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from solver.insertion.draft import Draft
from solver.insertion.model import DAY, FOREVER, Model, Row
from solver.slots.chances import Chances
from solver.slots.labels import Ways, rests

FAR = 2**60
GAP = ("row", "who", "at", "before", "after", "is_stop", "leg", "metres", "sample")
ENTRY = ("gap", "free", "pause", "until", "rest", "rest_until", "rest_latest", "target", "bare")


@dataclass
class Block:
    """One route's rows: gaps, the ways to lay breaks about a new stop there, and samples."""

    gaps: list[tuple[int, ...]] = field(default_factory=list)
    entries: list[tuple[int, ...]] = field(default_factory=list)
    samples: list[Any] = field(default_factory=list)


def block(draft: Draft, row: Row, chances: Chances) -> Block:
    """Everything about one route that a question needs.

    ``target`` and ``bare`` of an entry are the latest start of the stop that follows, when it
    is set up and when it is not.
    """
    model, route, found = draft.model, draft.routes[row.index], Block()
    ways = Ways(draft, row)
    nodes = route.nodes if route else ()
    found.samples = chances.gaps(model, route) if route else [np.full(1, float(ways.opens))]
    metres = model.legs(row.mode).metres
    latest = ways.backward()
    for at, labels in enumerate(ways.forward()):
        before, after = ways.places[at], ways.places[at + 1]
        leg = model.legs(row.mode).seconds[before][after] if route else 0
        driven = metres[before][after] if metres and route else 0
        gap = (row.index, row.who, at, before, after, int(at > 0), leg, driven, at)
        following = latest[at]
        for entry in _entries(row, labels, following, is_nowhere=_is_nowhere(model, row, at)):
            found.entries.append((len(found.gaps), *entry))
        found.gaps.append(gap)
    assert len(nodes) + 1 == len(found.gaps)  # noqa: S101  one gap more than stops
    return found


def _is_nowhere(model: Model, row: Row, at: int) -> bool:
    return at == 0 and row.home == model.nowhere


def _entries(
    row: Row,
    labels: dict[int, int],
    following: tuple[dict[int, int], dict[int, int]],
    *,
    is_nowhere: bool,
) -> Iterator[tuple[int, ...]]:
    """Each way to take breaks before and after a stop put into a gap."""
    count = len(row.breaks)
    for taken, free in labels.items():
        for then in range(taken, count + 1):
            pause = rests(row.breaks[taken:then])
            if pause is None or free > pause.latest:
                continue
            over = max(free + pause.seconds, pause.until) if then > taken else free
            if is_nowhere and then > taken and over > row.closes:
                continue
            for last in range(then, count + 1):
                rest = rests(row.breaks[then:last])
                if rest is None or last not in following[0]:
                    continue
                yield (
                    *(free, pause.seconds, over),
                    *(rest.seconds, rest.until if last > then else -FAR),
                    *(rest.latest if last > then else FAR, following[0][last]),
                    following[1].get(last, -FAR),
                )


@dataclass
class Table:
    """All blocks as columns, the routes in order of their shifts' start."""

    gap: dict[str, Any]
    entry: dict[str, Any]
    samples: Any

    @classmethod
    def of(cls, blocks: list[Block], width: int) -> "Table":
        gaps: list[tuple[int, ...]] = []
        entries: list[tuple[int, ...]] = []
        samples: list[Any] = []
        for one in blocks:
            shift, drawn = len(gaps), len(samples)
            gaps += [(*gap[:-1], drawn + gap[-1]) for gap in one.gaps]
            entries += [(shift + entry[0], *entry[1:]) for entry in one.entries]
            samples += [np.broadcast_to(sample, width) for sample in one.samples]
        return cls(
            _columns(GAP, gaps),
            _columns(ENTRY, entries),
            np.array(samples, dtype=np.float32).reshape(len(samples), width),
        )


def _columns(names: tuple[str, ...], rows: list[tuple[int, ...]]) -> dict[str, Any]:
    values = np.array(rows, dtype=np.int64).reshape(len(rows), len(names))
    return {name: np.ascontiguousarray(values[:, at]) for at, name in enumerate(names)}


class Roads:
    """Travel from and to one place, for all places at once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        used = sorted({row.mode for row in model.rows})
        self.seconds = {mode: np.array(model.legs(mode).seconds, dtype=np.int64) for mode in used}
        self.metres = {
            mode: np.array(legs, dtype=np.int64)
            for mode in used
            if (legs := model.legs(mode).metres) is not None
        }
        self.factor = {
            mode: np.array(factor, dtype=float)
            for mode in used
            if (factor := model.legs(mode).factor) is not None
        }

    def to(self, mode: int, place: int, origins: Any, leaving: Any) -> Any:
        return self._timed(mode, self.seconds[mode][origins, place], leaving)

    def off(self, mode: int, place: int, goals: Any, leaving: Any) -> Any:
        return self._timed(mode, self.seconds[mode][place, goals], leaving)

    def latest(self, mode: int, place: int, goals: Any, target: Any) -> Any:
        """The latest seconds of setting off so as to arrive by the targets."""
        free = target - self.off(mode, place, goals, target)
        if mode not in self.factor:
            return free
        for _ in range(20):
            over = free + self.off(mode, place, goals, free) - target
            if not (over > 0).any():
                return free
            free = np.where(over > 0, free - over, free)
        return np.where(over > 0, -FOREVER, free)

    def further(self, mode: int, place: int, ends: tuple[Any, Any]) -> Any:
        """Metres by way of the place, from the first to the second of the ends."""
        if mode not in self.metres:
            return np.zeros(len(ends[0]), dtype=np.int64)
        return self.metres[mode][ends[0], place] + self.metres[mode][place, ends[1]]

    def _timed(self, mode: int, seconds: Any, leaving: Any) -> Any:
        if mode not in self.factor:
            return seconds
        factor = self.factor[mode][leaving % DAY]
        return np.floor(seconds * factor + 0.500000001).astype(np.int64)
