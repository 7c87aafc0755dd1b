"""vLLM servers that answer for this trainer: which there are, which are well, and which adapters each has.

    TRAINER_VLLM="smollm2-135m-instruct=http://a:8000,http://b:8000;other-base=http://c:8000"

A base that is named there, and every adapter on it, is answered by these replicas and by nothing else, so that what was evaluated is what is
served. An adapter is loaded on each of them as `<model id>@<sha256 of its weights>`, a name that can never come to mean other weights. One
thread a replica looks every few seconds whether it is well and loads what it lacks: after a training, after a registration, after a restart
in which it forgot everything. A request that meets a replica before that loads what it needs and asks again once.

A request goes to the least loaded of the replicas that are well. It is asked of another where one does not answer or fails; answers
have no side effects, so asking twice is safe.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TypeVar
from urllib.parse import urlsplit

import openai

from .errors import ApiError, bad_request
from .registry import KIND, Models

SECONDS_BETWEEN_LOOKS = 5
LOOK_SECONDS = 10
REQUEST_IS_WRONG = (400, 413, 422)
Answer = TypeVar("Answer")
log = logging.getLogger("trainer.replicas")


class Unfit(Exception):
    """A server that answers but does not serve what it should."""


def configured(text: str) -> dict[str, list[str]]:
    """Base → URLs of its replicas; ValueError with what is wrong."""
    found: dict[str, list[str]] = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        base, _, urls = part.partition("=")
        found[base.strip()] = [url.strip().rstrip("/") for url in urls.split(",") if url.strip()]
        if not base.strip() or not found[base.strip()]:
            raise ValueError(f'TRAINER_VLLM: "{part}" is not BASE=URL,URL')
        for url in found[base.strip()]:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.password or parts.path:
                raise ValueError(f"TRAINER_VLLM: {parts.hostname or url!r} must be http://HOST:PORT without a path; a key goes into TRAINER_VLLM_KEY")
    return found


def served_name(model: dict) -> str:
    """A model's name on its replicas: a base's own, an adapter's with the hash of its weights."""
    return model["id"] if model["kind"] == "base" else f"{model['id']}@{model['sha256']}"


@dataclass
class Replica:
    url: str
    base: str
    client: openai.OpenAI
    in_flight: int = 0
    wrong: str | None = None  # why it is left out
    context: int | None = None  # tokens of prompt and answer; None until it was looked at
    loaded: set[str] = field(default_factory=set)
    loading: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def busy(self) -> Iterator[None]:
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    def look(self) -> None:
        """Asks how it is and what it serves; raises where it is not well."""
        quick = self.client.with_options(timeout=LOOK_SECONDS)
        quick.get(f"{self.url}/health", cast_to=str)
        cards = {card.id: card for card in quick.models.list().data}
        if self.base not in cards:
            raise Unfit(f"it serves {sorted(cards)[:5]}; start it with --served-model-name {self.base}")
        self.context = getattr(cards[self.base], "max_model_len", None)
        self.loaded = set(cards)

    def load(self, name: str, folder: str) -> None:
        with self.loading:
            try:
                self.client.post("/load_lora_adapter", body={"lora_name": name, "lora_path": folder}, cast_to=str)
            except openai.BadRequestError as error:
                if "already been loaded" not in str(error):
                    raise
            self.loaded.add(name)

    def unload(self, name: str) -> None:
        self.client.post("/unload_lora_adapter", body={"lora_name": name}, cast_to=str)
        self.loaded.discard(name)


class Replicas:
    """`data_there` is the trainer's data folder as the replicas see it."""

    def __init__(self, models: Models, bases: dict[str, list[str]], key: str | None, data_there: str | None, timeout: float):
        self.models, self.data_there = models, Path(data_there or models.data)
        self.all = [Replica(url, base, openai.OpenAI(base_url=f"{url}/v1", api_key=key or "none", max_retries=0, timeout=timeout))
                    for base, urls in bases.items() for url in urls]
        self.bases = set(bases)
        self.closing = False
        self.news = threading.Condition()

    @classmethod
    def from_environment(cls, models: Models) -> "Replicas":
        return cls(models, configured(os.environ["TRAINER_VLLM"]), os.environ.get("TRAINER_VLLM_KEY"), os.environ.get("TRAINER_VLLM_DATA"), float(os.environ.get("TRAINER_VLLM_TIMEOUT", 120)))

    def start(self) -> None:
        for replica in self.all:
            threading.Thread(target=self._mind, args=(replica,), name=f"replica {replica.url}", daemon=True).start()

    def stop(self) -> None:
        self.closing = True
        self.wake()

    def wake(self) -> None:
        """There is a new model: no need to wait for the next look."""
        with self.news:
            self.news.notify_all()

    def answer_for(self, model: dict) -> bool:
        """Whether a model is answered by replicas. vLLM knows no DoRA; such an adapter stays with our own engine."""
        if model["kind"] == "lora":
            return model["base"] in self.bases and not self.models.adapter(model).dora
        return model["kind"] == "base" and model["id"] in self.bases

    def describe(self) -> list[dict]:
        return [{"url": r.url, "base": r.base, "status": "out" if r.wrong else "ok" if r.context else "unknown", "error": r.wrong, "in_flight": r.in_flight,
                 "adapters": len(r.loaded - {r.base})} for r in self.all]

    # Minding

    def _mind(self, replica: Replica) -> None:
        while not self.closing:
            if self._look(replica):
                for model in self._wanted(replica):
                    try:
                        self._load(replica, model)
                    except openai.OpenAIError as error:  # whoever asks for this model is told
                        log.warning("%s does not load %s: %s", replica.url, served_name(model), error)
            with self.news:
                self.news.notify_all()  # who waits for a replica may find one now
                self.news.wait(SECONDS_BETWEEN_LOOKS)

    def _look(self, replica: Replica) -> bool:
        """Whether it is well."""
        try:
            replica.look()
        except (openai.OpenAIError, Unfit) as error:
            self._leave_out(replica, error)
        else:
            replica.wrong = None
        return replica.wrong is None

    def _leave_out(self, replica: Replica, error: Exception) -> None:
        if replica.wrong is None:
            log.warning("%s is left out: %s", replica.url, error)
        replica.wrong = str(error)

    def _wanted(self, replica: Replica) -> list[dict]:
        """Adapters that are to be there before they are asked for. Checkpoints come when somebody asks."""
        return [m for m in self.models.store.all(KIND) if m["base"] == replica.base and m["kind"] == "lora" and ":ckpt-step-" not in m["id"] and self.answer_for(m)]

    def _load(self, replica: Replica, model: dict) -> None:
        if served_name(model) not in replica.loaded:
            replica.load(served_name(model), str(self.data_there / "models" / model["folder"]))

    def unload(self, model: dict) -> None:
        """A deleted model leaves the replicas that are there; its name will not be asked for again."""
        for replica in self.all:
            if replica.base == model["base"] and served_name(model) in replica.loaded:
                try:
                    replica.unload(served_name(model))
                except openai.OpenAIError as error:
                    log.warning("%s keeps %s: %s", replica.url, served_name(model), error)

    # Asking

    def ask(self, model: dict, send: Callable[[Replica, str], Answer], patience: float = 0) -> Answer:
        """What `send(replica, name)` returns, from the first replica that answers. `patience`: seconds to wait where none is well."""
        base, until, failed = model["base"] or model["id"], monotonic() + patience, {}
        ours = [r for r in self.all if r.base == base]
        while True:
            while replica := min((r for r in ours if not r.wrong and r.url not in failed), key=lambda r: r.in_flight, default=None):
                if replica.context is None and not self._look(replica):
                    continue
                try:
                    with replica.busy():
                        return self._ask(replica, model, send)
                except openai.APIConnectionError as error:  # refused, cut off, timed out
                    self._leave_out(replica, error)
                except openai.APIStatusError as error:
                    if error.status_code in REQUEST_IS_WRONG:
                        raise bad_request(f"vLLM refuses the request: {said(error)}") from error
                    failed[replica.url] = said(error)
            if failed:
                raise ApiError(502, f"vLLM could not answer for '{model['id']}': {'; '.join(f'{url}: {why}' for url, why in failed.items())}", code="replica_failed")
            if (left := until - monotonic()) <= 0:
                wrong = "; ".join(f"{r.url}: {r.wrong}" for r in ours)
                raise ApiError(503, f"No vLLM replica of '{base}' is well ({wrong}). '{model['id']}' is served by them alone; start one and ask again.", code="no_replica")
            with self.news:
                self.news.wait(min(left, 1))

    def _ask(self, replica: Replica, model: dict, send: Callable[[Replica, str], Answer]) -> Answer:
        try:
            return send(replica, served_name(model))
        except openai.NotFoundError:
            if model["kind"] == "base":
                raise
        replica.loaded.discard(served_name(model))  # a checkpoint, a new model, or it was restarted and has forgotten
        self._load(replica, model)
        return send(replica, served_name(model))


def said(error: openai.APIStatusError) -> str:
    """What vLLM says, without the client's own words around it."""
    body = error.body if isinstance(error.body, dict) else {}
    return f"{error.status_code} {body.get('message') or error.message}"
