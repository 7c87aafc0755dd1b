"""The Llama decoder in few, large steps, for the models that are Llamas; others run through transformers.

It reads transformers' own modules (so adapters and files stay what they are) and computes the same function. On a CPU a small model
spends a third of its time in thin steps between the matrix products: each norm, rotation and activation is six to ten passes over memory
in eager mode, more in its gradient. Here each is one function with its gradient written out:

    RMSNorm (Zhang & Sennrich, 2019)   y = x·r·w,  r = (mean x² + ε)^-½          dx = r·(g − x̂·mean(g·x̂)),  g = dy·w,  x̂ = x·r
    rotary positions (Su et al., 2021) y = (x₁c − x₂s, x₂c + x₁s)                the rotation back: s → −s
    SwiGLU (Shazeer, 2020)             y = silu(g)·u                             du = dy·silu(g),  dg = dy·u·silu'(g)
"""

import torch
import torch.nn.functional as F

KINDS = ("LlamaForCausalLM", "Qwen2ForCausalLM", "MistralForCausalLM")


def fits(model) -> bool:
    c = model.config
    return (type(model).__name__ in KINDS and c.hidden_act == "silu" and not getattr(c, "sliding_window", None)
            and not getattr(c, "attention_dropout", 0.0))


def decode(model, tokens, positions, layout) -> torch.Tensor:
    """Final hidden states (T, width) of one flat sequence."""
    x = layers(model, model.model.embed_tokens(tokens)[0], positions, layout, 0, len(model.model.layers))
    return finish(model, x)


def finish(model, x) -> torch.Tensor:
    return RmsNorm.apply(x, model.model.norm.weight, model.config.rms_norm_eps)


def layers(model, x, positions, layout, begin: int, end: int) -> torch.Tensor:
    """The hidden states `x` (T, width) in front of layer `begin`, after the layers up to `end`."""
    body, eps = model.model, model.config.rms_norm_eps
    cos, sin = body.rotary_emb(x[None], positions)
    half = cos.shape[-1] // 2  # transformers repeats both halves
    cos, sin = cos[0, :, :half].contiguous(), sin[0, :, :half].contiguous()
    for i, layer in enumerate(body.layers[begin:end], begin):
        x = x + attention(layer.self_attn, i, RmsNorm.apply(x, layer.input_layernorm.weight, eps), cos, sin, layout)
        h = RmsNorm.apply(x, layer.post_attention_layernorm.weight, eps)
        x = x + layer.mlp.down_proj(SwiGlu.apply(layer.mlp.gate_proj(h), layer.mlp.up_proj(h)))
    return x


def attention(a, i: int, h, cos, sin, layout) -> torch.Tensor:
    heads = lambda t: t.view(len(h), -1, a.head_dim).transpose(0, 1)
    q, k = Rotate.apply(heads(a.q_proj(h)), cos, sin), Rotate.apply(heads(a.k_proj(h)), cos, sin)
    return a.o_proj(layout.attend(i, q, k, heads(a.v_proj(h)), a.scaling).transpose(0, 1).reshape(len(h), -1))


class RmsNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, eps):
        wide = x.float()
        r = torch.linalg.vector_norm(wide, dim=-1, keepdim=True).square_().div_(x.shape[-1]).add_(eps).rsqrt_()
        ctx.save_for_backward(x, w, r)
        return (wide * r).to(x.dtype).mul_(w)

    @staticmethod
    def backward(ctx, dy):
        x, w, r = ctx.saved_tensors
        unit = x * r
        dw = (dy * unit).sum(0).to(w.dtype) if ctx.needs_input_grad[1] else None
        g = (dy * w).to(unit.dtype)
        mean = torch.linalg.vecdot(g, unit).div_(x.shape[-1])[:, None]
        return g.addcmul_(unit, mean, value=-1).mul_(r).to(x.dtype), dw, None


class Rotate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, cos, sin):
        ctx.save_for_backward(cos, sin)
        return turn(x, cos, sin, 1)

    @staticmethod
    def backward(ctx, dy):
        return turn(dy, *ctx.saved_tensors, -1), None, None


def turn(x, cos, sin, way: int) -> torch.Tensor:
    half = x.shape[-1] // 2
    a, b = x[..., :half], x[..., half:]
    y = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    torch.mul(a, cos, out=y[..., :half]).addcmul_(b, sin, value=-way)
    torch.mul(b, cos, out=y[..., half:]).addcmul_(a, sin, value=way)
    return y


class SwiGlu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, gate, up):
        ctx.save_for_backward(gate, up)
        return F.silu(gate).mul_(up)

    @staticmethod
    def backward(ctx, dy):
        gate, up = ctx.saved_tensors
        return torch.ops.aten.silu_backward(dy * up, gate), F.silu(gate).mul_(dy)
