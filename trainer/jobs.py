"""Fine-tuning jobs: the table, the queue, and the child process that does the work.

    validating_files ─→ queued ─→ running ─→ succeeded | failed | cancelled
                          ↑          └─→ paused ─┐
                          └──────────────────────┘

One child trains at a time. It holds the job's lock file for as long as it lives and exits when its standard input closes, which the
operating system does when the server dies by whatever means; so a job never has two writers. A child that dies leaves its last
checkpoint, and the job goes on from there. After a restart of the server so do all jobs that were running.
"""

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path

from . import bases, dataset, graders, hyperparameters, registry
from .errors import ApiError, bad_request
from .files import Files
from .store import Store, new_id, now

KIND, EVENT, CHECKPOINT = "fine_tuning.job", "fine_tuning.job.event", "fine_tuning.job.checkpoint"
ENDED = ("succeeded", "failed", "cancelled")
MICRO_TOKENS = 4096  # training.py's, without importing torch
DEATHS_ALLOWED = 3  # of the child, without a new checkpoint between them
log = logging.getLogger("trainer.jobs")


def add_event(store: Store, job: str, message: str, level: str = "info", type: str = "message", data: dict | None = None) -> None:
    store.insert(EVENT, {"id": new_id("ftevent"), "object": EVENT, "created_at": now(), "level": level, "message": message, "type": type, "data": data or {}}, parent=job)


def finish(store: Store, job: str, status: str, message: str, **fields) -> bool:
    """Ends a job unless it has ended; says whether it did."""
    ended = False

    def change(body: dict) -> dict | None:
        nonlocal ended
        if body["status"] in ENDED:
            return None
        ended = True
        return {**body, "status": status, "finished_at": now(), "estimated_finish": None, **fields}

    with store.transaction():
        store.update(KIND, job, change)
        if ended:
            add_event(store, job, message, "error" if status == "failed" else "info")
    return ended


def fail(store: Store, job: str, code: str, message: str, param: str | None = None) -> bool:
    return finish(store, job, "failed", f"The job failed: {message}", error={"code": code, "message": message, "param": param})


def read_method(body: dict) -> dict:
    """`{"type", type: {"hyperparameters", …}}` with what was given and is allowed."""
    given = body.get("method") or {"type": "supervised"}
    kind = given["type"]
    own = given.get(kind) or {}
    for name in own:
        if name not in ("hyperparameters", *(("grader",) if kind == "reinforcement" else ())):
            raise bad_request(f"Unrecognized request argument supplied: method.{kind}.{name}", f"method.{kind}.{name}", "unknown_parameter")
    checked = {"hyperparameters": hyperparameters.check(own.get("hyperparameters") or body.get("hyperparameters") or {}, kind)}
    return {"type": kind, kind: {**checked, "grader": graders.check(own.get("grader"))} if kind == "reinforcement" else checked}


def refuse_four_bit(method: str) -> None:
    """QLoRA needs what it needs; better told now than when the job starts."""
    import importlib.util

    import torch

    if not torch.cuda.is_available() or importlib.util.find_spec("bitsandbytes") is None:
        lacks = "has no CUDA GPU" if not torch.cuda.is_available() else "lacks the package bitsandbytes"
        raise bad_request(f"QLoRA holds the base in 4-bit NF4 by bitsandbytes on a CUDA GPU, and this machine {lacks}. Take tuning \"lora\", which trains the same adapter.",
                          f"method.{method}.hyperparameters.tuning", "unsupported_hardware")


class Jobs:
    def __init__(self, store: Store, files: Files, data: Path):
        self.store, self.files, self.data = store, files, data
        self.wake, self.wake_validation = threading.Event(), threading.Event()
        self.child: subprocess.Popen | None = None
        self.child_job: str | None = None
        self.closing = False
        self.deaths: dict[str, tuple[int, int]] = {}
        self.thread = threading.Thread(target=self._loop, args=(self._next, self.wake), name="jobs", daemon=True)
        self.validation = threading.Thread(target=self._loop, args=(self._validate_next, self.wake_validation), name="validation", daemon=True)

    def start(self) -> None:
        self.thread.start()
        self.validation.start()

    def stop(self) -> None:
        """Lets the child write a checkpoint. Its job stays `running`, and goes on at the next start."""
        self.closing = True
        self._tell("pause")
        self.wake.set()
        self.wake_validation.set()
        self.thread.join(timeout=8)
        self._kill()
        self.thread.join(timeout=10)

    # What the API calls

    def create(self, body: dict, key: str | None) -> dict:
        """Creates a job, or returns the one that was created with this key before, whatever became of it."""
        if key and (known := self.store.by_key(KIND, key)):
            return known
        method = read_method(body)
        given = method[method["type"]]["hyperparameters"]
        if given.get("tuning") == "qlora":
            refuse_four_bit(method["type"])
        found = self.store.find(registry.KIND, body["model"])
        if found and found["kind"] in bases.HEADS:
            raise bad_request(f"'{body['model']}' is a {found['kind']} classifier; train a new one on '{found['kind']}'.", "model", "unsupported_model")
        if not found and not bases.exists(body["model"]):
            raise bases.unknown(body["model"])
        if method["type"] != "supervised" and body["model"] in bases.HEADS:
            raise bad_request(f"'{body['model']}' is trained with method \"supervised\" only.", "method.type", "unsupported_method")
        if given.get("multi_label") and body["model"] not in bases.HEADS:
            raise bad_request(f"multi_label belongs to {' and '.join(bases.HEADS)}: a language model learns the form of its answers from the rows.",
                              "method.supervised.hyperparameters.multi_label", "invalid_value")
        for param in ("training_file", "validation_file"):
            if body.get(param):
                try:
                    self.files.get(body[param])
                except ApiError:
                    raise bad_request(f"The file '{body[param]}' does not exist. Upload it first, with purpose \"fine-tune\".", param, "file_not_found")
        job = {
            "id": new_id("ftjob"), "object": KIND, "model": body["model"], "created_at": now(), "finished_at": None, "fine_tuned_model": None,
            "organization_id": "local", "result_files": [], "status": "validating_files", "validation_file": body.get("validation_file"),
            "training_file": body["training_file"], "trained_tokens": None, "error": None, "user_provided_suffix": body.get("suffix"),
            "seed": body["seed"] if body.get("seed") is not None else 0, "estimated_finish": None, "integrations": [], "metadata": body.get("metadata") or {},
            "hyperparameters": given, "method": method, "environment": None,
        }
        with self.store.transaction():
            if key and (known := self.store.by_key(KIND, key)):
                return known
            self.store.insert(KIND, job, key=key)
            add_event(self.store, job["id"], f"Created fine-tuning job: {job['id']}")
        self.wake_validation.set()
        return job

    def cancel(self, id: str) -> dict:
        return self._leave(id, "cancelled", ("validating_files", "queued", "running", "paused"))

    def pause(self, id: str) -> dict:
        return self._leave(id, "paused", ("queued", "running"))

    def resume(self, id: str) -> dict:
        job = self._move(id, "queued", ("paused",))
        add_event(self.store, id, "The job was resumed.")
        self.wake.set()
        return job

    def _leave(self, id: str, status: str, allowed: tuple[str, ...]) -> dict:
        job = self._move(id, status, allowed)
        add_event(self.store, id, f"The job was {status}.")
        if self.child_job == id:
            if status == "paused":
                self._tell("pause")  # the child writes a checkpoint at the next micro-batch, then exits
            else:
                self._kill()
        return job

    def _move(self, id: str, status: str, allowed: tuple[str, ...]) -> dict:
        def change(body: dict) -> dict | None:
            if body["status"] == status:
                return None
            if body["status"] not in allowed:
                raise bad_request(f"Job {id} is {body['status']}; only a job that is {' or '.join(allowed)} can become {status}.", "fine_tuning_job_id", "invalid_state")
            return {**body, "status": status, "finished_at": now() if status in ENDED else None, "estimated_finish": None}

        return self.store.update(KIND, id, change)

    # The queue

    def _loop(self, work, wake: threading.Event) -> None:
        while not self.closing:
            try:
                if not work():
                    wake.wait()
                    wake.clear()
            except Exception:  # the queue outlives any one job
                log.exception("the job queue stumbled")
                wake.wait(1)

    def _validate_next(self) -> bool:
        """Validates the oldest new job's files, while another job may be training. False when there is none."""
        job = next((j for j in self.store.all(KIND) if j["status"] == "validating_files"), None)
        if job:
            self._validate(job)
            self.wake.set()
        return job is not None

    def _next(self) -> bool:
        """Runs the oldest job that wants to, one that a restart interrupted first. False when there is none."""
        jobs = self.store.all(KIND)
        ready = [j for j in jobs if j["status"] == "running"] + [j for j in jobs if j["status"] == "queued"]
        if not ready:
            return False
        self._run(ready[0]["id"])
        return True

    def _validate(self, job: dict) -> None:
        try:
            for param in ("training_file", "validation_file"):
                if job[param]:
                    name = self.files.get(job[param])["filename"]
                    check = dataset.check_chat if job["model"] in bases.HEADS else dataset.CHECKS[job["method"]["type"]]
                    rows = sum(1 for _ in dataset.read(self.files.path(job[param]), name, check))
                    add_event(self.store, job["id"], f"{name}: {rows} rows are well-formed.")
        except dataset.DatasetError as error:
            fail(self.store, job["id"], "invalid_training_file", str(error), param)
        except ApiError as error:
            fail(self.store, job["id"], "file_not_found", error.message, param)
        else:
            self.store.update(KIND, job["id"], lambda b: {**b, "status": "queued"} if b["status"] == "validating_files" else None)

    def _run(self, id: str) -> None:
        """Starts the child and waits for its end."""
        started = self.store.update(KIND, id, lambda b: {**b, "status": "running"} if b["status"] in ("queued", "running") else None)
        if started["status"] != "running":
            return
        folder = self.data / "jobs" / id
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "log.txt", "ab") as out:
            self.child = subprocess.Popen(
                [sys.executable, "-m", f"{__package__}.job_process", "--data", str(self.data), "--job", id],
                stdin=subprocess.PIPE, stdout=out, stderr=out, cwd=Path(__file__).parent.parent, start_new_session=True)
        self.child_job = id
        if self.closing or self.store.get(KIND, id)["status"] != "running":
            self._kill()  # the cancel came between
        code = self.child.wait()
        self.child, self.child_job = None, None
        if self.closing or self.store.get(KIND, id)["status"] != "running":
            return
        self._died(id, code, folder)

    def _died(self, id: str, code: int, folder: Path) -> None:
        """The child ended and the job did not: go on from the checkpoint, unless it keeps dying at the same place."""
        from .checkpoints import latest

        at = latest(folder)
        step = int(at.name.split("-")[1]) if at else 0
        count, where = self.deaths.get(id, (0, step))
        count = count + 1 if where == step else 1
        self.deaths[id] = (count, step)
        if count == DEATHS_ALLOWED - 1:
            self._halve(id)
        if count >= DEATHS_ALLOWED:
            tail = (folder / "log.txt").read_text(errors="replace").strip().splitlines()[-1:]
            fail(self.store, id, "training_process_died", f"its process ended {count} times (exit {code}) without progress at step {step}; last words: {' '.join(tail)}")
        else:
            add_event(self.store, id, f"The training process ended unexpectedly (exit {code}); going on from step {step}.", "warn")

    def _halve(self, id: str) -> None:
        """A process that dies again and again without an exception was probably killed for its memory."""
        def change(body: dict) -> dict:
            known = body["environment"] or {}
            return {**body, "environment": {**known, "micro_tokens": max(64, known.get("micro_tokens", MICRO_TOKENS) // 2)}}

        self.store.update(KIND, id, change)
        add_event(self.store, id, "Going on with micro-batches of half the size, in case the memory did not suffice.", "warn")

    def _tell(self, word: str) -> None:
        child = self.child
        try:
            if child and child.stdin:
                child.stdin.write((json.dumps(word) + "\n").encode())
                child.stdin.flush()
        except OSError:
            pass  # it has just ended

    def _kill(self) -> None:
        child = self.child
        if child and child.poll() is None:
            child.kill()
