"""The first plan: every job in turn where it is cheapest, the hardest to place first."""

from collections.abc import Callable, Sequence

from solver.insertion.draft import Draft
from solver.insertion.model import FOREVER
from solver.insertion.placing import ANYWHERE, THOROUGH, Placer, Wish

Stop = Callable[[], bool]


def construct(placer: Placer, stop: Stop) -> None:
    """Plan every job that pays; what must be planned is planned already."""
    jobs = by_hardness(placer, range(len(placer.model.jobs)))
    insert(placer, left(placer, jobs), stop)
    insert(placer, left(placer, jobs), stop)
    finish(placer, stop)


def construct_required(placer: Placer) -> None:
    """Plan the pinned jobs and all that they are linked after, however long it takes."""
    jobs = by_hardness(placer, sorted(placer.model.required))
    insert(placer, jobs, _never)
    insert(placer, left(placer, jobs), _never, THOROUGH)


def finish(placer: Placer, stop: Stop) -> None:
    """Leave nothing undone that a last look finds: jobs that fit, jobs that do not pay."""
    draft = placer.draft
    draft.relax()
    if stop():
        return
    insert(placer, by_hardness(placer, left(placer, range(len(draft.planned)))), stop, THOROUGH)
    prune(draft, stop)


def by_hardness(placer: Placer, jobs: Sequence[int]) -> list[int]:
    return sorted(jobs, key=lambda job: hardness(placer, job))


def left(placer: Placer, jobs: Sequence[int]) -> list[int]:
    return [job for job in jobs if not placer.draft.planned[job]]


def _never() -> bool:
    return False


def hardness(placer: Placer, job: int) -> tuple[float, float, int]:
    """Sorts jobs by how little choice they leave: shifts, then time."""
    model = placer.model
    choice = 0.0
    for node in model.nodes_of[job]:
        options = placer.table.options(node)
        choice += sum(len(one.rows) for one in options)
    windows = model.jobs[job].windows
    width = sum(max(0, b - a) for a, b in windows) if windows else FOREVER
    return choice / len(model.nodes_of[job]) ** 2, min(width, 90_000) / 1800, job


def insert(placer: Placer, jobs: Sequence[int], stop: Stop, wish: Wish = ANYWHERE) -> None:
    """Put these jobs in, in this order, but each behind those that it is linked after."""
    wanted, tried = set(jobs), set[int]()
    for job in jobs:
        chain = [job]
        while chain and not stop():
            last = chain[-1]
            pending = [
                leader
                for leader in placer.model.leaders[last]
                if leader in wanted and leader not in tried and leader not in chain
            ]
            if pending:
                chain.append(pending[0])
                continue
            chain.pop()
            if last not in tried:
                tried.add(last)
                placer.place(last, wish)
    complete(placer.draft)


def complete(draft: Draft) -> None:
    """Leave out what is linked after jobs that were left out."""
    model = draft.model
    lonely = [
        job
        for job, planned in enumerate(draft.planned)
        if planned and not all(draft.planned[leader] for leader in model.leaders[job])
    ]
    if lonely:
        draft.remove(lonely)


def prune(draft: Draft, stop: Stop) -> None:
    """Leave out every job that costs more than its penalty, now that all is planned."""
    for job, planned in enumerate(list(draft.planned)):
        if stop():
            return
        if not planned or not draft.planned[job] or job in draft.model.required:
            continue
        before = draft.total
        draft.mark()
        if not draft.remove([job]) or draft.total >= before - 1e-6:
            draft.undo()
