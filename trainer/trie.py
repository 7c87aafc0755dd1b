"""Choosing one value of an enumeration in one forward pass.

An answer that must be one of some values is written token by token, where at each token only those may follow that keep some value
reachable, the end of turn among them; what may not follow gets probability 0 and the rest share 1 (constrained decoding, as JSON grammars
do it). Where one token may follow there is nothing to choose, so a value's probability is that of its choices alone:

    log p(value | prompt) = Σ_c log softmax over the tokens allowed at c [token_c],      c over the choices on the value's way

    … assistant\\n ─┬─ card ─ _ ─┬─ arrival ⏎         choices   before the first token, and behind "card_"
                   │            └─ linking ⏎         nodes     card  _          positions P, P+1
                   └─ exchange ⏎                     exchange, arrival, linking decide nothing more and are never computed

Values share beginnings, so their tokens form a tree, and of it only the way to its choices has to be known: for the 77 intents of Banking77 47 of some
300 tokens.
All its nodes go through the model at once behind the prompt, each attending to the prompt and to its own ancestors (tree attention, as in
SpecInfer, Miao et al., 2023, arXiv:2305.09781). The end of turn is a choice where a value is the beginning of another.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import torch

from . import chat


@dataclass
class Trie:
    tokens: list[int]  # of the nodes, every one behind its parent
    parents: list[int]  # -1: the last token of the prompt
    depths: list[int]
    choices: list[dict[int, int]]  # before the first token (index 0) and behind node i (index i + 1): allowed token → column in `vocabulary`
    vocabulary: list[int]  # every token that some choice allows
    paths: list[list[tuple[int, int]]]  # per value: (index in `choices`, column) of its choices
    lengths: list[int]  # per value: tokens, with its end

    @cached_property
    def ancestors(self) -> torch.Tensor:
        """nodes × nodes: which nodes each node sees, itself among them."""
        sees = torch.zeros(len(self.tokens), len(self.tokens), dtype=torch.bool)
        for i, parent in enumerate(self.parents):
            if parent >= 0:
                sees[i] = sees[parent]
            sees[i, i] = True
        return sees

    @cached_property
    def allowed(self) -> torch.Tensor:
        """choices × vocabulary."""
        found = torch.zeros(len(self.choices), len(self.vocabulary), dtype=torch.bool)
        for i, tokens in enumerate(self.choices):
            found[i, list(tokens.values())] = True
        return found


def build(sequences: list[list[int]]) -> Trie:
    """The tree of some values' tokens, each with its end, cut down to the way to its choices."""
    follow: dict[tuple[int, ...], set[int]] = {}
    for s in sequences:
        for i, token in enumerate(s):
            follow.setdefault(tuple(s[:i]), set()).add(token)
    choosing = {prefix for prefix, tokens in follow.items() if len(tokens) > 1}
    nodes = sorted({prefix[:i] for prefix in choosing for i in range(1, len(prefix) + 1)}, key=lambda p: (len(p), p))
    number = {(): -1} | {prefix: i for i, prefix in enumerate(nodes)}
    column = {token: i for i, token in enumerate(sorted({t for prefix in choosing for t in follow[prefix]}))}
    choices = [{t: column[t] for t in follow[prefix]} if prefix in choosing else {} for prefix in [(), *nodes]]
    paths = [[(number[tuple(s[:i])] + 1, column[t]) for i, t in enumerate(s) if tuple(s[:i]) in choosing] for s in sequences]
    return Trie([p[-1] for p in nodes], [number[p[:-1]] for p in nodes], [len(p) - 1 for p in nodes], choices, list(column), paths,
                [len(s) for s in sequences])


@lru_cache(maxsize=64)
def of_values(tokenizer, values: tuple[str, ...], end: tuple[int, ...]) -> Trie:
    return build([[*chat.encode(tokenizer, value), *end] for value in values])


def scores(trie: Trie, logits: torch.Tensor) -> list[float]:
    """Log-probability of each value; `logits` (choices × vocabulary) are those behind the prompt, then behind each node."""
    chances = logits.double().masked_fill(~trie.allowed.to(logits.device), -torch.inf).log_softmax(-1).tolist()
    return [sum(chances[i][j] for i, j in path) for path in trie.paths]
