"""`POST /v1/chat/completions`: what a request may say, and the answer in OpenAI's shape.

Three ways to answer. An enumerated `response_format` (`{"type": "string", "enum": […]}`) gives all values' probabilities (trie.py) and answers with the likeliest;
a classifier (kind classical or embedding) answers with its likeliest label, or with a JSON array of those that are likelier than not where it was
trained on such; anything else is generated. Scores are log-probabilities
normalised over the values, and stand in `logprobs.content[0].top_logprobs`, all of them.
"""

import json
import math
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from . import bases, classical, embeddings
from .artifacts import WEIGHTS
from .dataset import last_user
from .engine import BACKGROUND, INTERACTIVE, Engine
from .errors import bad_request
from .registry import Models
from .store import now

if TYPE_CHECKING:  # torch is imported when the first answer is wanted, so that the port opens at once
    from .inference import Inference
    from .replicas import Replicas
    from .vllm import Vllm

MAX_VALUES = 2000
VALUES_IN_A_PASS = 8  # enough for the matrix products to run at full speed, few enough that an interactive request does not wait long
ROWS_IN_FLIGHT = 64  # of a batch at vLLM, which puts together by itself what it computes
PATIENCE = {INTERACTIVE: 0, BACKGROUND: 600}  # seconds that a request waits where no replica is well
TEXTS_TOGETHER = 64  # they step in the slots of company.py, and an interactive request waits for one step


@dataclass
class Asked:
    model: str
    messages: list[dict]
    values: tuple[str, ...] | None
    sampling: object
    n: int = 1
    logprobs: bool = False
    stream: bool = False
    usage_in_stream: bool = False


@dataclass
class Choice:
    text: str
    finish: str
    logprobs: list[dict] | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    scores: dict[str, float] = field(default_factory=dict)


class Completions:
    def __init__(self, models: Models, engine: Engine, replicas: "Replicas | None" = None):
        self.models, self.engine, self.replicas = models, engine, replicas
        self._inference: "Inference | None" = None
        self._classifiers: dict[str, classical.Classifier] = {}

    @property
    def inference(self) -> "Inference":
        def make():
            from .inference import Inference

            return self._inference or Inference(self.models)

        if self._inference is None:
            self._inference = self.engine.run(make)
        return self._inference

    @cached_property
    def vllm(self) -> "Vllm":
        from .vllm import Vllm

        return Vllm(self.replicas)

    def on_replicas(self, name: str) -> dict | None:
        """The record of a model that vLLM answers for; None: our own engine does."""
        if self.replicas is None:
            return None
        model = self.models.get(name)
        return model if self.replicas.answer_for(model) else None

    def warm(self, name: str) -> None:
        if self.on_replicas(name):
            return
        self.engine.run(lambda: self.inference.serve(name))

    def forget(self, name: str) -> None:
        self._classifiers.pop(name, None)
        if self._inference:
            self.engine.run(lambda: self._inference.forget(name))

    def complete(self, asked: Asked, priority: int = INTERACTIVE) -> dict:
        return answer(asked, [self._choice(asked, i, priority) for i in range(asked.n)])

    def complete_together(self, all: list[Asked], priority: int) -> Iterator[tuple[int, dict]]:
        """(index, answer) of requests that `together` gave the same key, in the order in which they are done."""
        if self.on_replicas(all[0].model):
            with ThreadPoolExecutor(len(all)) as pool:
                yield from enumerate(pool.map(lambda asked: self.complete(asked, priority), all))
            return
        if all[0].values is not None:
            yield from ((i, answer(asked, [choice] * asked.n)) for i, (asked, choice) in enumerate(zip(all, self._enumerated(all, priority))))
            return
        from .company import generate_together

        for i, pieces in generate_together(self.engine, self.inference, all[0].model, all, priority):
            yield i, answer(all[i], [written(pieces)] * all[i].n)

    def together(self, asked: Asked) -> tuple[tuple, int] | None:
        """A key whose requests may share passes, and how many at most; None: answered by itself."""
        if asked.model in bases.HEADS or asked.stream or self.models.get(asked.model)["kind"] in bases.HEADS:
            return None
        if self.on_replicas(asked.model):
            return (asked.model,), ROWS_IN_FLIGHT
        if asked.values is not None:
            return (asked.model, asked.values), VALUES_IN_A_PASS
        return None if asked.sampling.temperature or asked.logprobs else ((asked.model,), TEXTS_TOGETHER)

    def stream(self, asked: Asked) -> Iterator[dict]:
        """The answer's chunks. The first is computed before this returns, so that an error is still an HTTP error."""
        id, created = f"chatcmpl-{secrets.token_hex(12)}", now()

        def chunk(choices: list, **more) -> dict:
            return {"id": id, "object": "chat.completion.chunk", "created": created, "model": asked.model, "system_fingerprint": None, "choices": choices, **more}

        def choice(i: int, delta: dict, finish: str | None = None, logprobs: list | None = None) -> dict:
            return {"index": i, "delta": delta, "finish_reason": finish, "logprobs": {"content": logprobs, "refusal": None} if asked.logprobs and logprobs else None}

        def chunks() -> Iterator[dict]:
            done = []
            for i in range(asked.n):
                for piece in self._pieces(asked, i):
                    if piece is None:
                        yield chunk([choice(i, {"role": "assistant", "content": ""})])
                        continue
                    if piece.text or piece.logprobs:
                        yield chunk([choice(i, {"content": piece.text}, None, piece.logprobs)])
                    if piece.finish:
                        yield chunk([choice(i, {}, piece.finish)])
                        done.append(piece)
            if asked.usage_in_stream:
                yield chunk([], usage=usage(done))

        running = chunks()
        first = next(running)

        def all() -> Iterator[dict]:
            yield first
            yield from running

        return all()

    def _pieces(self, asked: Asked, i: int):
        from .generation import Piece

        if self._scored(asked):
            c = self._choice(asked, i, INTERACTIVE)
            yield None
            yield Piece(c.text, c.logprobs or [], c.finish, c.prompt_tokens, c.completion_tokens)
            return
        pieces = self._generate(asked, i, INTERACTIVE)
        first = next(pieces)
        yield None
        yield first
        yield from pieces

    def _scored(self, asked: Asked) -> bool:
        return asked.values is not None or self.models.get(asked.model)["kind"] in bases.HEADS

    def _choice(self, asked: Asked, i: int, priority: int) -> Choice:
        record = self.models.get(asked.model)
        if asked.model in bases.HEADS:
            raise bad_request(f"'{asked.model}' is a kind of classifier that has to be trained first; use the model that a job on it made.", "model")
        if record["kind"] in bases.HEADS:
            return self._classified(record, asked, priority)
        if asked.values is not None:
            return self._enumerated([asked], priority)[0]
        return written(list(self._generate(asked, i, priority)))

    def _generate(self, asked: Asked, i: int, priority: int):
        from dataclasses import replace

        from .generation import generate

        sampling = asked.sampling if asked.sampling.seed is None else replace(asked.sampling, seed=asked.sampling.seed + i)
        if model := self.on_replicas(asked.model):
            return self.vllm.generate(model, asked.messages, sampling, PATIENCE[priority], asked.stream)
        return generate(self.engine, self.inference, asked.model, asked.messages, sampling, priority)

    def _enumerated(self, all: list[Asked], priority: int) -> list[Choice]:
        values = tuple(sorted(all[0].values))  # the tree, and so every rounding, is the same in whatever order they are named
        if model := self.on_replicas(all[0].model):
            found = [self.vllm.score(model, asked.messages, values, PATIENCE[priority]) for asked in all]
        else:
            inference = self.inference
            found = self.engine.run(lambda: inference.score(all[0].model, [asked.messages for asked in all], values), priority)
        choices = [chosen(values, scored.scores, json_encoded=True) for scored in found]
        for choice, scored in zip(choices, found):
            choice.prompt_tokens, choice.completion_tokens = scored.prompt_tokens, scored.lengths[max(range(len(values)), key=lambda j: scored.scores[j])]
        return choices

    def _classified(self, record: dict, asked: Asked, priority: int) -> Choice:
        if record["id"] not in self._classifiers:
            self._classifiers[record["id"]] = classical.load(self.models.folder(record) / WEIGHTS[record["kind"]])
        c, text = self._classifiers[record["id"]], last_user(asked.messages)
        if c.kind == "embedding":
            x, tokens = self.engine.run(lambda: embeddings.embed(bases.MINILM, text), priority)
        else:
            x, tokens = c.features(text), len(text.split())
        if c.one_vs_rest:
            if asked.values:
                raise bad_request("This classifier answers with any number of labels; ask for one value of an enumeration elsewhere.", "response_format")
            said = [label for label, p in zip(c.labels, c.probabilities(x)) if p >= 0.5]
            return Choice(json.dumps(said, ensure_ascii=False, separators=(",", ":")), "stop", None, tokens, len(said) + 1)
        p = dict(zip(c.labels, c.probabilities(x).tolist()))
        values = tuple(sorted(asked.values)) if asked.values else tuple(c.labels)
        choice = chosen(values, [math.log(p[v]) if p.get(v) else -math.inf for v in values], json_encoded=asked.values is not None)
        choice.prompt_tokens, choice.completion_tokens = tokens, 1
        return choice


def written(pieces: list) -> Choice:
    """All pieces of one generated answer."""
    last = pieces[-1]
    return Choice("".join(p.text for p in pieces), last.finish, [e for p in pieces for e in p.logprobs], last.prompt_tokens, last.completion_tokens)


def chosen(values: tuple[str, ...], scores: list[float], json_encoded: bool) -> Choice:
    """The likeliest value, with all values' log-probabilities normalised over the enumeration, best first."""
    top = max(scores)
    if top == -math.inf:
        raise bad_request("None of the values is a label that this classifier knows.", "response_format")
    total = top + math.log(sum(math.exp(s - top) for s in scores))
    ranked = sorted(zip(values, scores), key=lambda vs: -vs[1])
    entries = [{"token": v, "logprob": max(s - total, -9999.0), "bytes": list(v.encode())} for v, s in ranked]
    answer = ranked[0][0]
    return Choice(json.dumps(answer, ensure_ascii=False) if json_encoded else answer, "stop", [{**entries[0], "top_logprobs": entries}])


def answer(asked: Asked, choices: list[Choice]) -> dict:
    """OpenAI's chat completion object."""
    return {
        "id": f"chatcmpl-{secrets.token_hex(12)}", "object": "chat.completion", "created": now(), "model": asked.model, "system_fingerprint": None,
        "choices": [{"index": i, "message": {"role": "assistant", "content": c.text, "refusal": None}, "finish_reason": c.finish,
                     "logprobs": {"content": c.logprobs, "refusal": None} if asked.logprobs else None} for i, c in enumerate(choices)],
        "usage": usage(choices),
    }


def usage(choices: list) -> dict:
    prompt, completion = choices[0].prompt_tokens if choices else 0, sum(c.completion_tokens for c in choices)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def read(body: dict) -> Asked:
    """Checks a request body; anything that would be silently ignored and change the answer is refused."""
    from .generation import Sampling

    known = {"model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "n", "seed", "logprobs", "top_logprobs", "response_format",
             "stream", "stream_options", "user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key", "frequency_penalty", "presence_penalty"}
    for name in body:
        if name not in known:
            raise bad_request(f"Unrecognized request argument supplied: {name}", name, "unknown_parameter")
    for name in ("frequency_penalty", "presence_penalty"):
        if body.get(name):
            raise bad_request(f"{name} is not supported here; leave it out.", name, "unsupported_parameter")
    if not isinstance(body.get("model"), str) or not body["model"]:
        raise bad_request("you must provide a model parameter", "model")
    messages = _messages(body.get("messages"))

    def number(name: str, default, low, high, whole=False):
        value = body.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or not low <= value <= high:
            raise bad_request(f"{name} is {value!r}; it must be a{' whole' if whole else ''} number from {low} to {high}.", name, "invalid_value")
        return value

    stop = body.get("stop") or []
    stop = [stop] if isinstance(stop, str) else stop
    if not isinstance(stop, list) or len(stop) > 4 or not all(isinstance(s, str) and s for s in stop):
        raise bad_request("stop must be a string or a list of at most 4 strings.", "stop")
    values, grammar = _response_format(body.get("response_format"))
    top = number("top_logprobs", 0, 0, 20, whole=True)
    if top and not body.get("logprobs"):
        raise bad_request("top_logprobs needs logprobs to be true.", "top_logprobs")
    limit = number("max_completion_tokens", number("max_tokens", 512, 1, 1 << 20, whole=True), 1, 1 << 20, whole=True)
    sampling = Sampling(limit, number("temperature", 1.0, 0, 2), number("top_p", 1.0, 0, 1), number("seed", None, -(1 << 63), (1 << 63) - 1, whole=True), stop,
                        top if body.get("logprobs") else None, grammar)
    options = body.get("stream_options") or {}
    return Asked(body["model"], messages, values, sampling, number("n", 1, 1, 128, whole=True), bool(body.get("logprobs")), bool(body.get("stream")),
                 bool(options.get("include_usage")))


def _messages(messages) -> list[dict]:
    if not isinstance(messages, list) or not messages:
        raise bad_request("messages must be a list with at least one message.", "messages")
    plain = []
    for i, m in enumerate(messages):
        if not isinstance(m, dict) or m.get("role") not in ("system", "developer", "user", "assistant", "tool"):
            raise bad_request(f"messages[{i}].role must be one of system, developer, user, assistant, tool.", f"messages[{i}].role")
        content = m.get("content")
        if isinstance(content, list):
            if not all(isinstance(p, dict) and p.get("type") == "text" and isinstance(p.get("text"), str) for p in content):
                raise bad_request(f"messages[{i}].content may hold text parts only.", f"messages[{i}].content")
            content = "".join(p["text"] for p in content)
        if not isinstance(content, str):
            raise bad_request(f"messages[{i}].content must be a string.", f"messages[{i}].content")
        plain.append({"role": m["role"], "content": content})
    return plain


def _response_format(given) -> tuple[tuple[str, ...] | None, str | None]:
    """(values, None) for an enumeration, (None, schema) for other JSON, (None, None) for text."""
    kind = given.get("type") if isinstance(given, dict) else None
    if given is None or kind == "text":
        return None, None
    if kind == "json_object":
        return None, json.dumps({"type": "object"})
    schema = (given.get("json_schema") or {}).get("schema") if kind == "json_schema" else None
    if not isinstance(schema, dict):
        raise bad_request('response_format must be {"type": "text"}, {"type": "json_object"} or {"type": "json_schema", "json_schema": {"name", "schema"}}.',
                          "response_format")
    if "enum" in schema and schema.get("type", "string") == "string":
        values = schema["enum"]
        if not isinstance(values, list) or not 1 <= len(values) <= MAX_VALUES or not all(isinstance(v, str) for v in values) or len(set(values)) < len(values):
            raise bad_request(f"enum must be a list of 1 to {MAX_VALUES} different strings.", "response_format.json_schema.schema.enum", "invalid_schema")
        return tuple(values), None
    return None, json.dumps(schema)


