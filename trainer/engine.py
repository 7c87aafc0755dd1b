"""The one thread that computes answers, and a queue in front of it.

All forward passes of the server run on one thread, one after the other: a prompt alone, a few batch rows that share a prefix, or one token
of each answer that is being written (inference.py). So an answer does not hang on what else is asked, or in which order. Interactive
requests go before batch rows; generation takes its turn token by token, so that a long answer does not block a short one.

Work of one kind that waits at the same time is done in one go. Whoever will bring such work again and again says so (`taking_part`), and
the thread waits a moment for all of them instead of running ahead with the first:

    request 1   token ──┐           ┌─ sample, token ──┐
    request 2   token ──┼─ one pass ┼─ sample, token ──┼─ one pass …
    request 3   token ──┘           └─ sample, token ──┘
"""

import heapq
import itertools
import threading
import time
from collections import Counter
from collections.abc import Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Callable

INTERACTIVE, BACKGROUND = 0, 1
MOST_TOGETHER = 32
LONGEST_WAIT = 0.01  # seconds; sampling a token takes about one thousandth


@dataclass(order=True)
class Waiting:
    priority: int
    order: int
    work: Callable = field(compare=False)
    future: Future = field(compare=False)
    kind: Hashable | None = field(compare=False, default=None)
    item: Any = field(compare=False, default=None)


class Engine:
    def __init__(self):
        self._waiting: list[Waiting] = []
        self._changed = threading.Condition()
        self._order = itertools.count()
        self._parts: Counter = Counter()
        self._thread = threading.Thread(target=self._loop, name="engine", daemon=True)
        self._thread.start()

    def run(self, work: Callable[[], Any], priority: int = INTERACTIVE) -> Any:
        """Does `work` on the engine's thread and returns what it returns."""
        if threading.current_thread() is self._thread:
            return work()
        return self._put(Waiting(priority, next(self._order), work, Future()))

    def run_together(self, kind: Hashable, item: Any, work: Callable[[list], list], priority: int = INTERACTIVE) -> Any:
        """This item's share of `work(items)`, done with the items of the same kind that wait at the same time."""
        return self._put(Waiting(priority, next(self._order), work, Future(), kind, item))

    @contextmanager
    def taking_part(self, kind: Hashable) -> Iterator[None]:
        """While it lasts the caller brings one item of this kind after the other."""
        with self._changed:
            self._parts[kind] += 1
        try:
            yield
        finally:
            with self._changed:
                self._parts[kind] -= 1
                self._changed.notify_all()

    def _put(self, waiting: Waiting) -> Any:
        with self._changed:
            heapq.heappush(self._waiting, waiting)
            self._changed.notify_all()
        return waiting.future.result()

    def _take(self) -> list[Waiting]:
        """The next piece of work, with all that is done in one go with it."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting)
            first = self._waiting[0]
            if first.kind is None:
                return [heapq.heappop(self._waiting)]
            alike = lambda: sorted(w for w in self._waiting if w.kind == first.kind)[:MOST_TOGETHER]
            until = time.monotonic() + LONGEST_WAIT
            while len(alike()) < min(MOST_TOGETHER, self._parts[first.kind]) and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            taken = alike()
            self._waiting = [w for w in self._waiting if not any(w is t for t in taken)]
            heapq.heapify(self._waiting)
            return taken

    def _loop(self) -> None:
        import torch

        from . import device

        device.prepare()
        with torch.inference_mode():
            while True:
                self._do(self._take())

    def _do(self, taken: list[Waiting]) -> None:
        """Does a piece of work. Where several in one go fail each is done again by itself: one's fault must not be its neighbours'."""
        try:
            results = [taken[0].work()] if taken[0].kind is None else taken[0].work([w.item for w in taken])
        except BaseException as error:
            if len(taken) == 1:
                taken[0].future.set_exception(error)
            else:
                for w in taken:
                    self._do([w])
            return
        for w, result in zip(taken, results):
            w.future.set_result(result)
