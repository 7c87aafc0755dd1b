"""`/v1/batches`: many requests from a file, answered in the background, behind interactive ones.

Each finished row is one appended line of `DATA/batches/<id>.jsonl`, so a batch that a restart interrupts goes on behind its last finished
row and never computes one twice. The first rows are answered one by one, as a caller's would be, and say beside OpenAI's fields how long
that took: `latency_ms`. Then rows that choose among the same values, or that are written greedily, share passes.
"""

import json
import logging
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from . import completions, embedding_requests
from .engine import BACKGROUND
from .errors import ApiError, bad_request
from .files import Files
from .store import Store, new_id, now

KIND = "batch"
ENDPOINTS = ("/v1/chat/completions", "/v1/embeddings")
MAX_REQUESTS = 50_000
TIMED_ROWS, TIMED_SECONDS = 20, 12.0
OPEN = ("validating", "in_progress", "finalizing")
log = logging.getLogger("trainer.batches")


class Batches:
    def __init__(self, store: Store, files: Files, data: Path, answers: completions.Completions):
        self.store, self.files, self.folder, self.answers = store, files, data / "batches", answers
        self.wake = threading.Event()
        self.closing = False
        self.live: dict[str, dict] = {}  # request counts of the batch at work
        self.thread = threading.Thread(target=self._loop, name="batches", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.closing = True
        self.wake.set()
        self.thread.join(timeout=10)

    def create(self, body: dict, key: str | None) -> dict:
        if key and (known := self.store.by_key(KIND, key)):
            return self.show(known)
        if body.get("endpoint") not in ENDPOINTS:
            raise bad_request(f"endpoint must be one of {list(ENDPOINTS)}.", "endpoint")
        try:
            self.files.get(body["input_file_id"])
        except ApiError:
            raise bad_request(f"The file '{body['input_file_id']}' does not exist. Upload it first, with purpose \"batch\".", "input_file_id", "file_not_found")
        batch = {
            "id": new_id("batch"), "object": "batch", "endpoint": body["endpoint"], "errors": None, "input_file_id": body["input_file_id"],
            "completion_window": body.get("completion_window") or "24h", "status": "validating", "output_file_id": None, "error_file_id": None, "created_at": now(),
            "in_progress_at": None, "expires_at": None, "finalizing_at": None, "completed_at": None, "failed_at": None, "expired_at": None, "cancelling_at": None,
            "cancelled_at": None, "request_counts": {"total": 0, "completed": 0, "failed": 0}, "metadata": body.get("metadata") or {},
        }
        with self.store.transaction():
            if key and (known := self.store.by_key(KIND, key)):
                return self.show(known)
            self.store.insert(KIND, batch, key=key)
        self.wake.set()
        return batch

    def show(self, batch: dict) -> dict:
        counts = self.live.get(batch["id"])
        return {**batch, "request_counts": dict(counts)} if counts and batch["status"] in OPEN else batch

    def cancel(self, id: str) -> dict:
        def change(b: dict) -> dict | None:
            if b["status"] in ("cancelling", "cancelled"):
                return None
            if b["status"] not in OPEN:
                raise bad_request(f"Batch {id} is {b['status']} and cannot be cancelled.", "batch_id", "invalid_state")
            return {**b, "status": "cancelling", "cancelling_at": now()}

        batch = self.store.update(KIND, id, change)
        self.wake.set()
        return self.show(batch)

    def _loop(self) -> None:
        while not self.closing:
            batch = next((b for b in self.store.all(KIND) if b["status"] in (*OPEN, "cancelling")), None)
            if batch is None:
                self.wake.wait()
                self.wake.clear()
                continue
            try:
                self._run(batch)
            except Exception as error:
                log.exception("batch %s failed", batch["id"])
                self._set(batch["id"], status="failed", failed_at=now(), errors=_errors([{"code": "server_error", "message": str(error), "param": None, "line": None}]))
            finally:
                self.live.pop(batch["id"], None)

    def _set(self, id: str, **fields) -> dict:
        """Changes an open batch; a cancel that came meanwhile stands."""
        def change(b: dict) -> dict:
            if b["status"] == "cancelling" and fields.get("status") in ("in_progress", "finalizing"):
                return {**b, **{k: v for k, v in fields.items() if k != "status"}}
            return {**b, **fields}

        return self.store.update(KIND, id, change)

    def _run(self, batch: dict) -> None:
        id = batch["id"]
        requests, errors = self._requests(batch)
        if errors:
            self._set(id, status="failed", failed_at=now(), errors=_errors(errors))
            return
        path = self.folder / f"{id}.jsonl"
        self.folder.mkdir(parents=True, exist_ok=True)
        done = _finished(path)
        counts = self.live[id] = {"total": len(requests), "completed": sum(ok for ok, _ in done.values()), "failed": sum(not ok for ok, _ in done.values())}
        self._set(id, status="in_progress", in_progress_at=batch["in_progress_at"] or now(), request_counts=counts)
        with open(path, "a", encoding="utf-8") as out:
            for line, ok in self._answers([r for r in requests if r["custom_id"] not in done], TIMED_ROWS - len(done)):
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
                out.flush()
                counts["completed" if ok else "failed"] += 1
                if self.closing:
                    return
                if self.store.get(KIND, id)["status"] == "cancelling":
                    break
        self._close(id, path, counts)

    def _close(self, id: str, path: Path, counts: dict) -> None:
        done = _finished(path)
        made = {}
        for field, wanted in (("output_file_id", True), ("error_file_id", False)):
            lines = [text for ok, text in done.values() if ok is wanted]
            if lines:
                made[field] = self.files.add("".join(lines).encode(), f"{id}_{field.split('_')[0]}.jsonl", "batch_output")["id"]

        def change(b: dict) -> dict:
            end = "cancelled" if b["status"] == "cancelling" else "completed"
            return {**b, **made, "status": end, f"{end}_at": now(), "finalizing_at": now(), "request_counts": dict(counts)}

        self.store.update(KIND, id, change)
        path.unlink(missing_ok=True)

    def _answers(self, requests: list[dict], timed: int) -> Iterator[tuple[dict, bool]]:
        """Each request's line and whether it succeeded, in the order in which they are done; some first ones one by one, to time them."""
        start, alone = time.monotonic(), 0
        while alone < min(timed, len(requests)) and time.monotonic() - start < TIMED_SECONDS:
            yield self._answer(requests[alone])
            alone += 1
        for few in self._passes(requests[alone:]):
            left = dict(enumerate(few))
            if len(few) > 1:
                try:
                    for i, body in self.answers.complete_together([completions.read(r["body"]) for r in few], BACKGROUND):
                        yield _line(left.pop(i), 200, body), True
                except Exception:  # one row's fault must not be its neighbours'
                    log.info("rows that share passes are answered one by one", exc_info=True)
            yield from map(self._answer, left.values())

    def _passes(self, requests: list[dict]) -> Iterator[list[dict]]:
        """Neighbours that may share passes."""
        few, shared, most = [], None, 1
        for request in requests:
            key, room = self._together(request) or (None, 1)
            if few and (key is None or key != shared or len(few) == most):
                yield few
                few = []
            few, shared, most = [*few, request], key, room
        if few:
            yield few

    def _together(self, request: dict) -> tuple[tuple, int] | None:
        if request["url"] == "/v1/embeddings":
            return None
        try:
            return self.answers.together(completions.read(request["body"]))
        except ApiError:
            return None  # to be told of by itself

    def _answer(self, request: dict) -> tuple[dict, bool]:
        start = time.perf_counter()
        try:
            if request["url"] == "/v1/embeddings":
                status, body = 200, embedding_requests.embed(self.answers.engine, request["body"], BACKGROUND)
            else:
                asked = completions.read(request["body"])
                if asked.stream:
                    raise bad_request("A batch request cannot stream.", "stream")
                status, body = 200, self.answers.complete(asked, BACKGROUND)
        except ApiError as error:
            status, body = error.status, error.body()
        except Exception as error:
            log.exception("a batch row failed")
            status, body = 500, ApiError(500, f"The answer could not be computed: {error}").body()
        return _line(request, status, body, latency_ms=round((time.perf_counter() - start) * 1000, 3)), status == 200

    def _requests(self, batch: dict) -> tuple[list[dict], list[dict]]:
        """The rows of the input file, or what is wrong with them, by line."""
        requests, errors, seen = [], [], set()
        with open(self.files.path(batch["input_file_id"]), "rb") as f:
            for line, raw in enumerate(f, 1):
                if not raw.strip():
                    continue
                try:
                    r = json.loads(raw)
                    if not isinstance(r, dict) or not isinstance(r.get("custom_id"), str) or not isinstance(r.get("body"), dict):
                        raise ValueError('a line must be {"custom_id", "method": "POST", "url", "body"}')
                    if r["custom_id"] in seen:
                        raise ValueError(f"custom_id '{r['custom_id']}' occurs twice")
                    if r.get("url") != batch["endpoint"] or r.get("method", "POST") != "POST":
                        raise ValueError(f"must be POST to the batch's endpoint, {batch['endpoint']}")
                except ValueError as error:
                    errors.append({"code": "invalid_request", "message": f"line {line}: {error}", "param": None, "line": line})
                    continue
                seen.add(r["custom_id"])
                requests.append(r)
        if not requests and not errors:
            errors.append({"code": "empty_file", "message": "The file has no requests.", "param": "input_file_id", "line": None})
        if len(requests) > MAX_REQUESTS:
            errors.append({"code": "too_many_requests", "message": f"A batch takes at most {MAX_REQUESTS} requests.", "param": "input_file_id", "line": None})
        return requests, errors[:100]


def _line(request: dict, status: int, body: dict, **more) -> dict:
    response = {"status_code": status, "request_id": f"req_{secrets.token_hex(12)}", "body": body, **more}
    return {"id": f"batch_req_{secrets.token_hex(12)}", "custom_id": request["custom_id"], "response": response, "error": None}


def _errors(data: list[dict]) -> dict:
    return {"object": "list", "data": data}


def _finished(path: Path) -> dict[str, tuple[bool, str]]:
    """custom_id → (succeeded, line) of the rows that are there in full; half a line at the end is cut off."""
    found: dict[str, tuple[bool, str]] = {}
    if not path.exists():
        return found
    good = 0
    with open(path, "rb") as f:
        for raw in f:
            if not raw.endswith(b"\n"):
                break
            line = json.loads(raw)
            found[line["custom_id"]] = (line["response"]["status_code"] == 200, raw.decode())
            good += len(raw)
    with open(path, "rb+") as f:
        f.truncate(good)
    return found
