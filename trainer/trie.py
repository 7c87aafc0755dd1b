"""Scoring every value of an enumeration in one forward pass.

    log p(value | prompt) = Σ_j log p(token_j | prompt, token_1 … token_{j-1}),      token_1 … = the value's tokens, then the end of turn

Values share beginnings, so their tokens form a tree. All its nodes go through the model at once behind the prompt, each attending to the
prompt and to its own ancestors (tree attention, as in SpecInfer, Miao et al., 2023, arXiv:2305.09781):

    … assistant\\n ── card ── _arrival ── ⏎          nodes        card  _arrival  _linking  exchange
                │       └── _linking ── ⏎          positions     P     P+1       P+1       P
                └── exchange ── ⏎                  the ends ⏎ are only predicted, so they need no node

The end of turn belongs to the score: without it a value that is the beginning of another would always win.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import torch

from . import chat


@dataclass
class Trie:
    tokens: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)  # -1: the last token of the prompt
    depths: list[int] = field(default_factory=list)
    edges: list[tuple[int, int]] = field(default_factory=list)  # (node before, token that follows)
    paths: list[list[int]] = field(default_factory=list)  # per value: indices of its edges

    def mask(self, before: int, prompt: int) -> torch.Tensor:
        """(prompt + nodes) × (before + prompt + nodes): what each new token sees; `before` tokens are cached."""
        n = len(self.tokens)
        sees = torch.zeros(prompt + n, before + prompt + n, dtype=torch.bool)
        sees[:, :before] = True
        sees[:prompt, before: before + prompt] = torch.ones(prompt, prompt, dtype=torch.bool).tril()
        sees[prompt:, before: before + prompt] = True
        for i in range(n):
            at = i
            while at >= 0:
                sees[prompt + i, before + prompt + at] = True
                at = self.parents[at]
        return sees


def build(sequences: list[list[int]]) -> Trie:
    trie, children, edge_of = Trie(), {}, {}
    for sequence in sequences:
        node, path = -1, []
        for j, token in enumerate(sequence):
            if (node, token) not in edge_of:
                edge_of[node, token] = len(trie.edges)
                trie.edges.append((node, token))
            path.append(edge_of[node, token])
            if j == len(sequence) - 1:
                break
            if (node, token) not in children:
                children[node, token] = len(trie.tokens)
                trie.tokens.append(token)
                trie.parents.append(node)
                trie.depths.append(j)
            node = children[node, token]
        trie.paths.append(path)
    return trie


@lru_cache(maxsize=64)
def of_values(tokenizer, values: tuple[str, ...], end: tuple[int, ...]) -> Trie:
    return build([[*chat.encode(tokenizer, value), *end] for value in values])


def scores(trie: Trie, logits: torch.Tensor) -> list[float]:
    """Log-probability of each value; `logits` are those of the prompt's last token, then of each node."""
    total = logits.logsumexp(-1)
    at = torch.tensor([node + 1 for node, _ in trie.edges], device=logits.device)
    token = torch.tensor([t for _, t in trie.edges], device=logits.device)
    steps = (logits[at, token] - total[at]).double().tolist()
    return [sum(steps[i] for i in path) for path in trie.paths]
