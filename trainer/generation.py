"""Writing an answer token by token: sampling, stop strings, log-probabilities, and JSON schemas by a grammar.

At each step the grammar (llguidance) names the tokens that keep the answer valid; the rest get probability 0 before sampling. A greedy
answer (temperature 0) is a function of the request alone, a sampled one of request and seed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import torch

from . import chat
from .engine import Engine
from .errors import bad_request
from .inference import Inference


@dataclass
class Sampling:
    max_tokens: int = 512
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int | None = None
    stop: list[str] = field(default_factory=list)
    top_logprobs: int | None = None
    grammar: str | None = None  # a JSON schema, as text


@dataclass
class Piece:
    """Newly certain text, with the log-probabilities of its tokens if wanted."""

    text: str
    logprobs: list[dict]
    finish: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0


def generate(engine: Engine, inference: Inference, name: str, messages: list[dict], sampling: Sampling, priority: int = 0) -> Iterator[Piece]:
    """Yields the answer as it grows; the last piece says why it ended. Closing the iterator ends the work."""
    def begin():
        s = inference.serve(name)
        p = inference.prompt(s, messages)
        return s, p, set(chat.end_tokens(s.tokenizer, messages)) | {s.tokenizer.eos_token_id}, *inference.start(s, p)

    s, p, ends, logits, past = engine.run(begin, priority)
    generator = torch.Generator().manual_seed(sampling.seed) if sampling.seed is not None else None
    matcher = grammar(s.tokenizer, sampling.grammar, len(logits)) if sampling.grammar else None
    limit = min(sampling.max_tokens, s.context - len(p.tokens))
    tokens: list[int] = []
    said, waiting, finish = 0, [], "length"
    text = ""
    while len(tokens) < limit:
        token, chances = choose(logits.clone(), sampling, generator, matcher)
        if token in ends:
            finish = "stop"
            break
        tokens.append(token)
        if sampling.top_logprobs is not None:
            waiting.append(logprob(s.tokenizer, token, chances, sampling.top_logprobs))
        text = s.tokenizer.decode(tokens)
        if (cut := first_stop(text, sampling.stop)) is not None:
            text, finish = text[:cut], "stop"
            break
        if matcher and matcher.is_stopped():
            finish = "stop"
            break
        certain = len(text) - held_back(text, sampling.stop)
        if certain > said:
            yield Piece(text[said:certain], waiting)
            said, waiting = certain, []
        if len(tokens) < limit:
            at = len(p.tokens) + len(tokens) - 1
            logits, past = engine.run(lambda: inference.step(s, token, at, past), priority)
    yield Piece(text[said:], waiting, finish, len(p.tokens), len(tokens) + (finish == "stop"))


def choose(logits: torch.Tensor, sampling: Sampling, generator, matcher) -> tuple[int, torch.Tensor]:
    """The next token and the log-probabilities that it was drawn from (before temperature)."""
    logits = logits.cpu()
    if matcher is not None:
        import llguidance.torch as masks

        bitmask = masks.allocate_token_bitmask(1, len(logits))
        masks.fill_next_token_bitmask(matcher, bitmask, 0)
        bits = (bitmask[0].unsqueeze(-1) >> torch.arange(32)) & 1
        logits = logits.masked_fill(bits.flatten()[: len(logits)] == 0, float("-inf"))
    chances = logits.log_softmax(-1)
    if sampling.temperature == 0:
        token = int(logits.argmax())
    else:
        p = (logits / sampling.temperature).softmax(-1)
        if sampling.top_p < 1:
            ordered, index = p.sort(descending=True)
            p = torch.zeros_like(p).scatter(0, index, ordered * (ordered.cumsum(0) - ordered < sampling.top_p))
        token = int(torch.multinomial(p, 1, generator=generator))
    if matcher is not None:
        matcher.consume_token(token)
    return token, chances


def held_back(text: str, stop: list[str]) -> int:
    """How many characters at the end may still change: half a UTF-8 character, or the beginning of a stop string."""
    held = len(text) - len(text.rstrip("\ufffd"))
    for s in stop:
        for n in range(min(len(s) - 1, len(text)), 0, -1):
            if text.endswith(s[:n]):
                held = max(held, n)
                break
    return held


def first_stop(text: str, stop: list[str]) -> int | None:
    return min((at for at in (text.find(s) for s in stop) if at >= 0), default=None)


def logprob(tokenizer, token: int, chances: torch.Tensor, top: int) -> dict:
    def entry(t: int) -> dict:
        text = tokenizer.decode([t])
        return {"token": text, "logprob": max(float(chances[t]), -9999.0), "bytes": list(text.encode())}

    best = chances.topk(top).indices.tolist() if top else []
    return {**entry(token), "top_logprobs": [entry(t) for t in best]}


@lru_cache(maxsize=4)
def _grammar_tokenizer(tokenizer, size: int):
    import llguidance.hf

    return llguidance.hf.from_tokenizer(tokenizer, n_vocab=size)


def grammar(tokenizer, schema: str, vocabulary: int):
    """A matcher for JSON of this schema; a schema that cannot be enforced is refused."""
    import llguidance

    compact = json.loads(schema)
    compact.setdefault("x-guidance", {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "})
    matcher = llguidance.LLMatcher(_grammar_tokenizer(tokenizer, vocabulary), llguidance.LLMatcher.grammar_from_json_schema(json.dumps(compact)))
    if matcher.is_error():
        raise bad_request(f"The JSON schema cannot be enforced: {matcher.get_error()}", "response_format", "invalid_schema")
    return matcher
