"""The one thread that computes answers, and a queue in front of it.

All forward passes of the server run on one thread, one after the other: an interactive request's tokens alone, or a few batch rows that
share a prefix (inference.py). So an answer does not hang on what else is asked, or in which order. Interactive requests go before batch
rows; generation takes its turn token by token, so that a long answer does not block a short one.
"""

import itertools
import queue
import threading
from concurrent.futures import Future
from typing import Any, Callable

INTERACTIVE, BACKGROUND = 0, 1


class Engine:
    def __init__(self):
        self._queue: queue.PriorityQueue = queue.PriorityQueue()
        self._order = itertools.count()
        self._thread = threading.Thread(target=self._loop, name="engine", daemon=True)
        self._thread.start()

    def run(self, work: Callable[[], Any], priority: int = INTERACTIVE) -> Any:
        """Does `work` on the engine's thread and returns what it returns."""
        if threading.current_thread() is self._thread:
            return work()
        future: Future = Future()
        self._queue.put((priority, next(self._order), work, future))
        return future.result()

    def _loop(self) -> None:
        import torch

        from . import device

        device.prepare()
        with torch.inference_mode():
            while True:
                _, _, work, future = self._queue.get()
                try:
                    future.set_result(work())
                except BaseException as error:
                    future.set_exception(error)
