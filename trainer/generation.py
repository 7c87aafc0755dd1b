"""Writing an answer: sampling, stop strings, log-probabilities, and JSON schemas by a grammar.

At each step the grammar (llguidance) names the tokens that keep the answer valid; the rest get probability 0 before sampling. Where only
one text can follow, as a JSON object's next key, its tokens are written down without asking the model. A greedy answer (temperature 0) is
a function of the request alone, a sampled one of request and seed. `company.py` writes several greedy answers side by side.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import torch

from . import chat, label_sets
from .engine import Engine
from .errors import bad_request
from .inference import Inference, Served, Step


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


class Writing:
    """One answer in the making. Whoever computes the logits behind `fresh`, the tokens that it has added last, hands them to `take`."""

    def __init__(self, s: Served, p: chat.Prompt, messages: list[dict], sampling: Sampling):
        self.tokenizer, self.sampling, self.prompt = s.tokenizer, sampling, p
        self.ends = {*chat.end_tokens(s.tokenizer, messages), s.tokenizer.eos_token_id}
        self.limit = min(sampling.max_tokens, s.context - len(p.tokens))
        self.generator = torch.Generator().manual_seed(sampling.seed) if sampling.seed is not None else None
        self.matcher = grammar(s.tokenizer, sampling.grammar, s.model.get_output_embeddings().weight.shape[0]) if sampling.grammar else None
        self.tokens: list[int] = []
        self.fresh: list[int] = []
        self.finish: str | None = None
        self.text, self.said, self.waiting = "", 0, []

    @property
    def at(self) -> int:
        """The position of the first fresh token."""
        return len(self.prompt.tokens) + len(self.tokens) - len(self.fresh)

    def take(self, logits: torch.Tensor) -> float:
        """Adds the next token, and those that the grammar makes follow. Returns by how much the token was ahead of the second best."""
        self.fresh, gap = [], torch.inf
        self._add_forced()
        if not self.fresh and self.finish is None:
            token, chances, gap = choose(logits, self.sampling, self.generator, self.matcher)
            if token in self.ends:
                self.finish = "stop"
                return gap
            self._add(token, chances)
            self._add_forced()
        if self.finish is None and len(self.tokens) >= self.limit:
            self.finish = "length"
        return gap

    def _add_forced(self) -> None:
        if self.matcher is None or self.finish:
            return
        for token in self.matcher.compute_ff_tokens():
            if self.finish or len(self.tokens) >= self.limit:
                return
            self.matcher.consume_token(token)
            self._add(token, None)

    def _add(self, token: int, chances: torch.Tensor | None) -> None:
        self.tokens.append(token)
        self.fresh.append(token)
        if self.sampling.top_logprobs is not None:
            self.waiting.append(logprob(self.tokenizer, token, chances, self.sampling.top_logprobs))
        self.text = self.tokenizer.decode(self.tokens)
        if (cut := first_stop(self.text, self.sampling.stop)) is not None:
            self.text, self.finish = self.text[:cut], "stop"
        elif self.matcher is not None and self.matcher.is_stopped():
            self.finish = "stop"

    def piece(self) -> Piece | None:
        """What has become certain since the last piece; at the end all of it."""
        if self.finish:
            ended = len(self.tokens) + (self.finish == "stop")
            return Piece(self.text[self.said:], self.waiting, self.finish, len(self.prompt.tokens), ended)
        certain = len(self.text) - held_back(self.text, self.sampling.stop)
        if certain <= self.said:
            return None
        piece = Piece(self.text[self.said: certain], self.waiting)
        self.said, self.waiting = certain, []
        return piece


def generate(engine: Engine, inference: Inference, name: str, messages: list[dict], sampling: Sampling, priority: int = 0) -> Iterator[Piece]:
    """Yields the answer as it grows; the last piece says why it ended. Closing the iterator ends the work."""
    def begin():
        s = inference.serve(name)
        p = inference.prompt(s, messages)
        return s, Writing(s, p, messages, sampling), *inference.start(s, p)

    s, writing, logits, past = engine.run(begin, priority)
    with engine.taking_part(id(s.model)):
        while True:
            writing.take(logits)
            if piece := writing.piece():
                yield piece
            if writing.finish:
                return
            step = Step(s, writing.fresh, writing.at, past)
            if writing.matcher is None:
                logits, past = engine.run_together(id(s.model), step, inference.steps, priority)
            else:  # whether a step is a near tie shows only under the grammar, so it keeps no company
                logits, past = engine.run(lambda: inference.steps([step])[0], priority)


def choose(logits: torch.Tensor, sampling: Sampling, generator, matcher) -> tuple[int, torch.Tensor, float]:
    """The next token, the log-probabilities that it was drawn from (before temperature), and the gap between the two best of them."""
    logits = logits.cpu()
    if matcher is not None:
        import llguidance.torch as masks

        bitmask = masks.allocate_token_bitmask(1, len(logits))
        masks.fill_next_token_bitmask(matcher, bitmask, 0)
        bits = (bitmask[0].unsqueeze(-1) >> torch.arange(32)) & 1
        logits = logits.masked_fill(bits.flatten()[: len(logits)] == 0, float("-inf"))
    best, second = logits.topk(2).values.tolist()
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
    return token, chances, best - second


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


def logprob(tokenizer, token: int, chances: torch.Tensor | None, top: int) -> dict:
    """OpenAI's entry for one token; without chances the grammar let nothing else follow, and it was certain."""
    def entry(t: int) -> dict:
        text = tokenizer.decode([t])
        return {"token": text, "logprob": 0.0 if chances is None else max(float(chances[t]), -9999.0), "bytes": list(text.encode())}

    best = [] if not top else [token] if chances is None else chances.topk(top).indices.tolist()
    return {**entry(token), "top_logprobs": [entry(t) for t in best]}


@lru_cache(maxsize=4)
def _grammar_tokenizer(tokenizer, size: int):
    import llguidance.hf

    return llguidance.hf.from_tokenizer(tokenizer, n_vocab=size)


def compact_schema(schema: str) -> dict:
    """The schema with llguidance's own key that leaves no spaces between the tokens of JSON."""
    return {"x-guidance": {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}, **json.loads(schema)}


def grammar(tokenizer, schema: str, vocabulary: int):
    """A matcher for JSON of this schema; a schema that cannot be enforced is refused."""
    import llguidance

    values = label_sets.values_of(json.loads(schema))
    rules = llguidance.LLMatcher.grammar_from_lark(label_sets.rules(values)) if values else llguidance.LLMatcher.grammar_from_json_schema(json.dumps(compact_schema(schema)))
    matcher = llguidance.LLMatcher(_grammar_tokenizer(tokenizer, vocabulary), rules)
    if matcher.is_error():
        raise bad_request(f"The JSON schema cannot be enforced: {matcher.get_error()}", "response_format", "invalid_schema")
    return matcher
