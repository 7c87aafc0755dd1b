"""Shared-prefix packing: rows that begin alike compute their beginning once.

Fine-tuning rows mostly start with the same system prompt. Padded into a batch, that prefix is computed once per row; here once per pack:

    padded                               packed: one flat sequence, no padding
    [prefix][row 1][pad pad]             [prefix][row 1][row 2][row 3]
    [prefix][row 2][pad]          →       0 … P-1 P …    P …    P …      positions: each row goes on from the prefix
    [prefix][row 3     ]

Everything that works token by token (embeddings, norms, linear layers, the MLP) runs over the flat sequence as it is. Only attention
must know the layout. Prefix tokens attend causally among themselves. A row's token t attends to the whole prefix and, causally, to its
own row, under ONE softmax:

    out_t = softmax( [ q_t·K_prefixᵀ | q_t·K_rowᵀ + causal ] / √d ) · [ V_prefix ; V_row ]

which is the attention of the padded form term by term, so loss and gradients are equal (autograd adds up the prefix's gradient over its
rows). The scores are rows × (prefix + row) and not (all tokens)²: the cost grows linearly with the number of rows, where a dense block
mask grows with the square of the pack. Rows of similar length share a bucket, so only attention is padded, and by less than half.

Prefixes are found by sorting: in token order the longest common prefix of a run of rows is the least one between neighbours, and the
cheapest partition of the sorted rows into runs follows by dynamic programming. Without a common prefix each row is its own run, and
this is plain packing without attention across rows. The idea of a shared-prefix attention split is that of Hydragen (Juravsky et al.,
2024, arXiv:2402.05099), here with gradients.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from transformers import AttentionInterface

from .chat import Row
from .row_attention import attend_rows

ATTENTION = "trainer_layout"
SMALLEST_BUCKET = 64
LONGEST_TABLE = 512  # a prefix up to here keeps all its scores, which is faster on a CPU than to compute them in blocks twice


def attention(module, query, key, value, attention_mask, scaling=None, dropout=0.0, layout=None, **_):
    """transformers' attention hook. q is (1, heads, T, d), k and v (1, kv heads, T, d); hands over to the layout of this forward pass."""
    out = layout.attend(module.layer_idx, query[0], key[0], value[0], scaling)
    return out.transpose(0, 1).unsqueeze(0), None


AttentionInterface.register(ATTENTION, attention)


def common(a: Sequence[int], b: Sequence[int]) -> int:
    n = min(len(a), len(b))
    return next((i for i in range(n) if a[i] != b[i]), n)


def group(rows: list[Row]) -> list[tuple[int, list[int]]]:
    """Partitions rows into (prefix length, row indices) so that the fewest tokens are computed.

    A prefix ends before the token that predicts a row's first trained token, so that every loss is taken inside a row.
    """
    order = sorted(range(len(rows)), key=lambda i: rows[i].tokens)
    limit = [rows[i].first_trained - 1 for i in order]
    neighbour = [common(rows[a].tokens, rows[b].tokens) for a, b in zip(order, order[1:])]
    best = [0.0] + [float("inf")] * len(order)  # best[j]: fewest tokens for the first j rows
    cut, width = [0] * (len(order) + 1), [0] * (len(order) + 1)
    for j in range(1, len(order) + 1):
        prefix, total = limit[j - 1], 0
        for i in range(j - 1, -1, -1):  # the run i..j-1
            prefix = min(prefix, limit[i], neighbour[i] if i < j - 1 else prefix)
            total += len(rows[order[i]].tokens)
            shared = max(prefix, 0) if j - i > 1 else 0
            cost = best[i] + total - shared * (j - i - 1)
            if cost < best[j]:
                best[j], cut[j], width[j] = cost, i, shared
            if prefix <= 0 and j - i > 1:
                break
    groups, j = [], len(order)
    while j:
        groups.append((width[j], order[cut[j]:j]))
        j = cut[j]
    alone = [i for width, members in groups if not width for i in members]
    return [g for g in reversed(groups) if g[0]] + ([(0, alone)] if alone else [])


class Reorder(torch.autograd.Function):
    """x[:, order] for a permutation; going back is the inverse permutation."""

    @staticmethod
    def forward(ctx, x, order, inverse):
        ctx.inverse = inverse
        return x.index_select(1, order)

    @staticmethod
    def backward(ctx, dy):
        return dy.index_select(1, ctx.inverse), None, None


@dataclass
class Bucket:
    """Rows of similar length: where their tokens stand behind the prefix, padded to (n, longest), and which of those are real.

    A token sees its own row up to itself, or what `sees` (n, longest, longest) says.
    """

    index: torch.Tensor
    real: torch.Tensor
    sees: torch.Tensor | None = None
    blocked: torch.Tensor = field(init=False)
    source: torch.Tensor = field(init=False)  # `index` without padding
    kept: torch.Tensor = field(init=False)  # where the real ones stand in the flattened bucket

    def __post_init__(self):
        self.source, self.kept = self.index[self.real], self.real.flatten().nonzero()[:, 0]
        n = self.index.shape[1]
        seen = self.sees if self.sees is not None else torch.ones(n, n, dtype=torch.bool, device=self.index.device).tril()
        self.blocked = ~(seen & self.real[:, None, :])[:, None]  # (n, 1, L, L)


@dataclass
class Group:
    """A prefix and the rows behind it, one stretch of the pack."""

    start: int
    prefix: int
    rows: int  # tokens of all rows
    buckets: list[Bucket]
    alone: Bucket | None = field(init=False)  # the prefix as a row of its own

    def __post_init__(self):
        short = 0 < self.prefix <= LONGEST_TABLE
        self.alone = bucket([(0, self.prefix)], self.buckets[0].index.device) if short else None


@dataclass
class Pack:
    """One forward pass: flat tokens and positions, the layout for attention, and where the loss is taken."""

    tokens: torch.Tensor
    positions: torch.Tensor
    groups: list[Group]
    predict: torch.Tensor  # positions in the pack whose next token is trained on
    targets: torch.Tensor
    weights: torch.Tensor
    owners: torch.Tensor  # per prediction: its row
    places: list[torch.Tensor]  # per row: where its tokens stand, its prefix's first
    order: torch.Tensor = field(init=False)  # from the order in which attention is computed to that of the pack
    inverse: torch.Tensor = field(init=False)

    def __post_init__(self):
        device = self.tokens.device
        self.inverse = torch.cat([piece for g in self.groups for piece in (
            torch.arange(g.start, g.start + g.prefix, device=device), *(g.start + g.prefix + b.source for b in g.buckets))])
        self.order = self.inverse.argsort()

    def attend(self, layer: int, q, k, v, scaling):
        sizes = [n for g in self.groups for n in (g.prefix, g.rows)]
        stretches = iter(zip(q.split(sizes, 1), k.split(sizes, 1), v.split(sizes, 1)))
        parts = []
        for g in self.groups:
            (shared_q, shared_k, shared_v), (rows_q, rows_k, rows_v) = next(stretches), next(stretches)
            if g.alone:
                parts.append(attend_rows(shared_q, shared_k, shared_v, shared_k[:, :0], shared_v[:, :0], g.alone, scaling))
            elif g.prefix:
                parts.append(F.scaled_dot_product_attention(shared_q[None], shared_k[None], shared_v[None], is_causal=True, scale=scaling, enable_gqa=True)[0])
            parts += [attend_rows(rows_q, rows_k, rows_v, shared_k, shared_v, b, scaling) for b in g.buckets]
        return Reorder.apply(torch.cat(parts, 1), self.order, self.inverse)


def pack(rows: list[Row], device: torch.device | str = "cpu", share: bool = True) -> Pack:
    """Lays out rows for one forward pass. `share=False` keeps every row whole (for comparison)."""
    tokens, positions, groups, predict, targets, weights, owners = [], [], [], [], [], [], []
    places: list = [None] * len(rows)
    for prefix, members in group(rows) if share else [(0, list(range(len(rows))))]:
        start = len(tokens)
        tokens += rows[members[0]].tokens[:prefix]
        positions += range(prefix)
        spans = []
        for i in members:
            row, at = rows[i], len(tokens)
            tokens += row.tokens[prefix:]
            positions += range(prefix, len(row.tokens))
            spans.append((at - start - prefix, len(row.tokens) - prefix))
            places[i] = torch.tensor([*range(start, start + prefix), *range(at, at + len(row.tokens) - prefix)], device=device)
            for t in range(prefix + 1, len(row.tokens)):
                if row.weights[t]:
                    predict.append(at + t - 1 - prefix)
                    targets.append(row.tokens[t])
                    weights.append(row.weights[t])
                    owners.append(i)
        groups.append(Group(start, prefix, len(tokens) - start - prefix, [bucket(b, device) for b in _by_length(spans)]))
    long = {"dtype": torch.long, "device": device}
    return Pack(torch.tensor([tokens], **long), torch.tensor([positions], **long), groups, torch.tensor(predict, **long),
                torch.tensor(targets, **long), torch.tensor(weights, dtype=torch.float32, device=device), torch.tensor(owners, **long), places)


def _by_length(spans: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Buckets whose longest row is at most twice the shortest (or SMALLEST_BUCKET), so that padding stays under half."""
    buckets: list[list[tuple[int, int]]] = []
    for span in sorted(spans, key=lambda s: s[1]):
        if buckets and span[1] <= max(SMALLEST_BUCKET, 2 * buckets[-1][0][1]):
            buckets[-1].append(span)
        else:
            buckets.append([span])
    return buckets


def bucket(spans: list[tuple[int, int]], device, sees: torch.Tensor | None = None) -> Bucket:
    """Rows that stand at (start, length) behind their prefix."""
    longest = max(n for _, n in spans)
    offsets = torch.arange(longest, device=device)
    start = torch.tensor([s for s, _ in spans], device=device)[:, None]
    length = torch.tensor([n for _, n in spans], device=device)[:, None]
    return Bucket(start + torch.minimum(offsets, length - 1), offsets < length, sees)


def micro_batches(rows: list[Row], max_tokens: int) -> list[list[Row]]:
    """Cuts rows, in token order so that prefixes stay together, into packs of at most about `max_tokens` row tokens."""
    packs: list[list[Row]] = [[]]
    size = 0
    for row in sorted(rows, key=lambda r: r.tokens):
        new = len(row.tokens) - (common(packs[-1][-1].tokens, row.tokens) if packs[-1] else 0)
        if packs[-1] and size + new > max_tokens:
            packs.append([])
            size, new = 0, len(row.tokens)
        packs[-1].append(row)
        size += new
    return packs
