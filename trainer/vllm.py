"""Answers by vLLM, in the words of inference.py and generation.py.

Both ways of answering go through `/v1/completions` with the prompt as *tokens*, made by chat.py as in training, so no second chat template or
tokenizer comes between. What a folder's generation_config.json would add to a request is overridden by what was asked.

An enumeration is scored as trie.py scores it. vLLM has no call for that (its `choice` writes one value greedily and does not tell the others'
chances), so each choice on the way to the values becomes a prompt of its own, all in one request, for one token, whose log-probabilities are
wanted of the tokens that may follow there; vLLM computes their common beginning once:

    … assistant\\n          → card 12 %, exchange 88 %            log p(card_linking) = log 0.12 + log 0.70, each among the allowed tokens
    … assistant\\ncard_     → arrival 30 %, linking 70 %

Other JSON is kept to by `structured_outputs`. Written against vLLM 0.33.0 of 1 November 2026 (`vllm/entrypoints/openai/completion/protocol.py`,
`vllm/entrypoints/serve/lora`, `docs/features/lora.md`, `docs/features/structured_outputs.md`).
"""

import math
from collections.abc import Iterator
from itertools import chain

import torch

from . import bases, chat, trie
from .generation import Piece, Sampling, compact_schema
from .inference import Scored, too_long
from .replicas import Replica, Replicas

MOST_TOKENS = 128  # of which vLLM tells the log-probabilities in one request (MAX_LOGPROB_TOKEN_IDS)
NEUTRAL = {"top_k": 0, "min_p": 0.0, "repetition_penalty": 1.0}


class Vllm:
    """`patience`: seconds that a request waits where no replica is well."""

    def __init__(self, replicas: Replicas):
        self.replicas = replicas

    def score(self, model: dict, messages: list[dict], values: tuple[str, ...], patience: float) -> Scored:
        """Log-probabilities of the values as the answer."""
        tokenizer = bases.tokenizer(model["base"] or model["id"])
        tokens = chat.prompt(tokenizer, messages).tokens
        tree = trie.of_values(tokenizer, values, tuple(chat.end_tokens(tokenizer, messages)))
        ways = [tokens]
        for token, parent in zip(tree.tokens, tree.parents):
            ways.append([*ways[parent + 1], token])
        asked = [i for i, allowed in enumerate(tree.choices) if allowed]
        logits = torch.full((len(tree.choices), len(tree.vocabulary)), -math.inf)
        for start in range(0, len(tree.vocabulary) if asked else 0, MOST_TOKENS):
            some = tree.vocabulary[start: start + MOST_TOKENS]

            def send(replica: Replica, name: str):
                check_length(model, tokens, replica)
                return replica.client.completions.create(
                    model=name, prompt=[ways[i] for i in asked], max_tokens=1, temperature=0, logprobs=1,
                    extra_body={**NEUTRAL, "logprob_token_ids": some, "return_tokens_as_token_ids": True})

            for choice in self.replicas.ask(model, send, patience).choices:
                chances = choice.logprobs.top_logprobs[0]
                logits[asked[choice.index], start: start + len(some)] = torch.tensor([chances[f"token_id:{token}"] for token in some])
        return Scored(trie.scores(tree, logits), len(tokens), tree.lengths)

    def generate(self, model: dict, messages: list[dict], sampling: Sampling, patience: float, stream: bool) -> Iterator[Piece]:
        """Yields the answer, as it grows if `stream`; the last piece says why it ended."""
        tokenizer = bases.tokenizer(model["base"] or model["id"])
        tokens = chat.prompt(tokenizer, messages).tokens
        ends = {*chat.end_tokens(tokenizer, messages), tokenizer.eos_token_id}
        more = {**NEUTRAL, "stop_token_ids": sorted(ends), "return_tokens_as_token_ids": True}
        if sampling.grammar:
            more["structured_outputs"] = {"json": compact_schema(sampling.grammar)}

        def send(replica: Replica, name: str):
            room = check_length(model, tokens, replica)
            made = replica.client.completions.create(
                model=name, prompt=tokens, max_tokens=min(sampling.max_tokens, room), temperature=sampling.temperature, top_p=sampling.top_p, seed=sampling.seed,
                stop=sampling.stop or None, logprobs=sampling.top_logprobs, stream=stream, stream_options={"include_usage": True} if stream else None, extra_body=more)
            return (replica, next(made), made) if stream else (replica, made, iter(()))

        replica, first, rest = self.replicas.ask(model, send, patience)
        finish, usage = "stop", None
        with replica.busy():
            for part in chain([first], rest):
                usage = part.usage or usage
                for choice in part.choices:
                    finish = choice.finish_reason or finish
                    entries = written_tokens(tokenizer, choice.logprobs, sampling.top_logprobs, ends)
                    if choice.text or entries:
                        yield Piece(choice.text, entries)
        yield Piece("", [], finish, usage.prompt_tokens, usage.completion_tokens)


def check_length(model: dict, tokens: list[int], replica: Replica) -> int:
    """Tokens left for the answer."""
    room = (replica.context or 1 << 20) - len(tokens)
    if room <= 0:
        raise too_long(len(tokens), model["id"], replica.context)
    return room


def written_tokens(tokenizer, logprobs, top: int | None, ends: set[int]) -> list[dict]:
    """OpenAI's entries for a chat answer, from those of a completion; the end mark is no part of the answer."""
    if top is None or logprobs is None:
        return []
    number = lambda token: int(token.removeprefix("token_id:"))

    def entry(token: str, chance: float) -> dict:
        text = tokenizer.decode([number(token)])
        return {"token": text, "logprob": chance, "bytes": list(text.encode())}

    best = lambda chances: sorted(chances.items(), key=lambda item: -item[1])[:top]
    return [{**entry(token, chance), "top_logprobs": [entry(*b) for b in best(chances or {})]}
            for token, chance, chances in zip(logprobs.tokens, logprobs.token_logprobs, logprobs.top_logprobs) if number(token) not in ends]
