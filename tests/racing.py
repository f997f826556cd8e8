"""Start many threads at one moment and collect how each ended."""

import threading
from collections.abc import Callable

from app.core.db import db


def race(app, *works: Callable[[], object]) -> list[object]:
    """Run every work in a thread of its own, all at once; return results and exceptions in order.

    What the caller's session holds leaves it first, as it is loaded now: a row that a thread has
    to read again would use the caller's connection from several threads.
    """
    ready = threading.Barrier(len(works))
    ends: list[object] = [None] * len(works)

    def start(number: int, work: Callable[[], object]) -> None:
        with app.app_context():
            ready.wait()
            try:
                ends[number] = work()
            except Exception as error:
                ends[number] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=start, args=one) for one in enumerate(works)]
    db.session.commit()
    db.session.expunge_all()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends
