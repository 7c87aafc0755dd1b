"""Attention of packed rows to their shared prefix and to themselves, forward and backward; packing.py says what for.

Written out because on a CPU the scores are what costs: in eager mode they are scaled, joined, widened, normalised, narrowed and cut apart in ten
passes over memory, and again in the gradient. Here they are written once, normalised once, and kept once.
"""

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from .packing import Bucket


def attend_rows(q, k, v, shared_k, shared_v, bucket: "Bucket", scaling):
    """Attention of one bucket's rows to their prefix and themselves; returns (heads, real tokens, d)."""
    return RowAttention.apply(q, k, v, shared_k, shared_v, bucket, scaling)


class RowAttention(torch.autograd.Function):
    """Rows attend to their prefix and themselves under one softmax; forward and backward in as few passes over the scores as there can be.

    The scores of all heads stand in one table, `share` (kv heads, query heads per kv head and tokens of all rows, prefix + row), whose left part is
    one wide product with the prefix and whose right part is many small ones, each row with itself:

        P = softmax(s·[Q·Kₚᵀ | Q·Kᵣᵀ])    out = Pₚ·Vₚ + Pᵣ·Vᵣ
        dP = [dO·Vₚᵀ | dO·Vᵣᵀ]    dS = P ∘ (dP − rowsum(dP ∘ P))    dQ = s·(dSₚ·Kₚ + dSᵣ·Kᵣ)    dK = s·dSᵀ·Q    dV = Pᵀ·dO
    """

    @staticmethod
    def forward(ctx, q, k, v, shared_k, shared_v, bucket, scaling):
        (n, length), (heads, tokens, d), kv, prefix = bucket.index.shape, q.shape, k.shape[0], shared_k.shape[1]
        index = bucket.index.flatten()
        rows_q = by_kv_head(q.index_select(1, index), kv, n)
        rows_k, rows_v = (x.index_select(1, index).view(kv * n, length, d) for x in (k, v))
        share = q.new_empty(kv, heads // kv * n * length, prefix + length)
        far, own = halves(share, n, prefix)
        if prefix:
            far.baddbmm_(rows_q, shared_k.transpose(1, 2), beta=0, alpha=scaling)
        own.baddbmm_(rows_q.view(kv * n, -1, d), rows_k.transpose(1, 2), beta=0, alpha=scaling)
        own.view(kv, n, heads // kv, length, length).masked_fill_(bucket.blocked, torch.finfo(q.dtype).min)
        share = share.softmax(-1)
        far, own = halves(share, n, prefix)
        out = torch.bmm(own, rows_v).view(kv, -1, d)
        if prefix:
            out.baddbmm_(far, shared_v)
        ctx.save_for_backward(rows_q, rows_k, rows_v, shared_k, shared_v, share)
        ctx.bucket, ctx.scaling, ctx.tokens = bucket, scaling, tokens
        return by_head(out, n, length).index_select(1, bucket.kept)

    @staticmethod
    def backward(ctx, dy):
        rows_q, rows_k, rows_v, shared_k, shared_v, share = ctx.saved_tensors
        bucket, kv, (_, prefix, d) = ctx.bucket, len(shared_k), shared_k.shape
        n, length = bucket.index.shape
        dout = by_kv_head(dy.new_zeros(len(dy), n * length, d).index_copy_(1, bucket.kept, dy), kv, n)
        dout_of_rows, q_of_rows = dout.view(kv * n, -1, d), rows_q.view(kv * n, -1, d)
        far, own = halves(share, n, prefix)
        dshare = torch.empty_like(share)
        dfar, down = halves(dshare, n, prefix)
        if prefix:
            dfar.baddbmm_(dout, shared_v.transpose(1, 2), beta=0)
        down.baddbmm_(dout_of_rows, rows_v.transpose(1, 2), beta=0)
        dfar, down = halves(torch._softmax_backward_data(dshare, share, -1, share.dtype), n, prefix)
        dq = torch.bmm(down, rows_k).view(kv, -1, d)
        dshared_k = dshared_v = None
        if prefix:
            dq.baddbmm_(dfar, shared_k)
            dshared_k, dshared_v = torch.bmm(rows_q.mT, dfar).mT * ctx.scaling, torch.bmm(dout.mT, far).mT  # so the wide table is not copied to turn it
        dk, dv = torch.bmm(down.mT, q_of_rows).mul_(ctx.scaling), torch.bmm(own.mT, dout_of_rows)

        def back(x):
            """Padding gets no gradient, so going back is a copy and not a sum."""
            return dy.new_zeros(len(x), ctx.tokens, d).index_copy_(1, bucket.source, x.index_select(1, bucket.kept))

        return back(by_head(dq.mul_(ctx.scaling), n, length)), back(dk.view(kv, -1, d)), back(dv.view(kv, -1, d)), dshared_k, dshared_v, None, None


def halves(share: torch.Tensor, n: int, prefix: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The scores to the prefix, and those within n rows as (kv heads · n, query heads per kv head · tokens, row)."""
    kv, queries, width = share.shape
    return share[..., :prefix], share.view(kv * n, queries // n, width)[..., prefix:]


def by_kv_head(x: torch.Tensor, kv: int, n: int) -> torch.Tensor:
    """(heads, n · L, d) → (kv, n · heads per kv head · L, d): what meets the same keys stands together."""
    heads, tokens, d = x.shape
    return x.view(kv, heads // kv, n, tokens // n, d).transpose(1, 2).reshape(kv, -1, d)


def by_head(x: torch.Tensor, n: int, length: int) -> torch.Tensor:
    """The way back."""
    kv, queries, d = x.shape
    return x.view(kv, n, queries // (n * length), length, d).transpose(1, 2).reshape(-1, n * length, d)
