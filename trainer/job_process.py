"""The child process of one job: `python -m trainer.job_process --data DIR --job ID`.

It exits at once when its standard input closes (the server is gone), after a checkpoint when it reads `"pause"`, and whenever the job is
no longer `running`. What it has made is published in one transaction at the end.
"""

import argparse
import errno
import json
import os
import sys
import threading
import time
import traceback
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait must not take time from the server's

from filelock import FileLock  # noqa: E402

from . import jobs  # noqa: E402
from .dataset import DatasetError  # noqa: E402
from .files import Files  # noqa: E402
from .store import Store, now  # noqa: E402

CHECKPOINT_SECONDS = float(os.environ.get("TRAINER_CHECKPOINT_SECONDS", 30))


class Orders:
    """What the server tells this process on its standard input."""

    def __init__(self):
        self.pause = False
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            if json.loads(line) == "pause":
                self.pause = True
        os._exit(75)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--job", required=True)
    a = parser.parse_args()
    orders = Orders()
    with FileLock(a.data / "jobs" / a.job / "lock"):  # an orphan of an earlier server is about to notice that it is one
        store = Store(a.data)
        job = store.get(jobs.KIND, a.job)
        if job["status"] != "running":
            return
        try:
            if hasattr(os, "nice"):
                os.nice(5)  # answers before training
            run(store, Files(store, a.data), a.data, job, orders)
        except DatasetError as error:
            jobs.fail(store, a.job, "invalid_training_file", str(error), "training_file")
        except Exception as error:
            if is_disk_full(error):
                store.make_room()
                jobs.fail(store, a.job, "storage_failed", "the disk is full; the last checkpoint is intact. Free some space and start a new job")
                return
            if not isinstance(error, ValueError):
                raise
            traceback.print_exc()
            jobs.fail(store, a.job, "invalid_value", str(error))


def is_disk_full(error: Exception) -> bool:
    """safetensors, SQLite and the file store tell of a full disk in words of their own."""
    return getattr(error, "errno", None) in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)) or getattr(error, "code", None) == "storage_failed" \
        or any(words in str(error) for words in ("StorageFull", "No space left", "disk is full"))


def run(store: Store, files: Files, data: Path, job: dict, orders: Orders) -> None:
    from . import job_heads, job_language

    (job_heads if job["model"] in job_heads.BASES else job_language).run(store, files, data, job, orders)


class Reporter:
    """Events and live figures of a job, and when the next checkpoint is due."""

    def __init__(self, store: Store, job: str):
        self.store, self.job = store, job
        told = [e["data"]["step"] for e in store.all(jobs.EVENT, job) if e["type"] == "metrics"]
        self.told = max(told, default=0)  # steps that a resumed job repeats were reported before
        self.saved, self.cost = time.monotonic(), 0.0

    def step(self, metrics: dict, trained_tokens: int) -> None:
        if metrics["step"] <= self.told:
            return
        total = metrics["total_steps"]
        if total > 2000 and metrics["step"] % (total // 1000) and "valid_loss" not in metrics and metrics["step"] != total:
            return
        message = f"Step {metrics['step']}/{total}: training loss={metrics['train_loss']:.4f}"
        if "valid_loss" in metrics:
            message += f", validation loss={metrics['valid_loss']:.4f}"
        with self.store.transaction():
            jobs.add_event(self.store, self.job, message, type="metrics", data=metrics)
            self.store.update(jobs.KIND, self.job, lambda b: {**b, "trained_tokens": trained_tokens, "estimated_finish": now() + int(metrics["eta"])}
                              if b["status"] == "running" else None)

    def due(self) -> bool:
        """At least every half minute, unless writing is so slow that it would take a tenth of the time."""
        return time.monotonic() - self.saved >= max(CHECKPOINT_SECONDS, 10 * self.cost)

    def saving(self, write) -> Path:
        start = time.monotonic()
        path = write()
        self.saved = time.monotonic()
        self.cost = self.saved - start
        return path


if __name__ == "__main__":
    main()
