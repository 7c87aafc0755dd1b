"""Low-rank adapters: the frozen weight W plus a trained product of two thin matrices (Hu et al., 2021, arXiv:2106.09685).

                 ┌────────────── W (out × in, frozen) ──────────────┐
    x (… × in) ──┤                                                  ├──(+)── y
                 └─ dropout ─ A (r × in) ── B (out × r) ── × s ─────┘

    y = W·x + s · B·(A·x),     s = alpha / r   (rank-stabilised: alpha / √r)

DoRA (Liu et al., 2024, arXiv:2402.09353) trains the direction so and each output's magnitude m by itself: W ← m · (W + s·B·A) / ‖W + s·B·A‖,
the norm (by row) being a constant to the gradient; m begins as ‖W‖.

A starts random (Kaiming uniform, as PEFT does), B at zero, so an adapter at its beginning changes nothing. Several adapters hang on one
base; `active` on the model's switch names the one that the next forward pass uses. Files are PEFT's, so any PEFT user can load them.
"""

import json
import math
import re
from dataclasses import asdict, dataclass, field

import torch
import torch.nn.functional as F
from torch import nn

ALL_LINEAR = "all-linear"


@dataclass
class LoraConfig:
    rank: int = 16
    alpha: float = 32
    dropout: float = 0.0
    target_modules: str | list[str] = ALL_LINEAR
    rank_stabilised: bool = False
    frozen_layers: int = 0  # lowest layers of the model that carry no adapter
    layers: list[int] | None = None  # the only layers that carry one
    dora: bool = False

    @property
    def lowest(self) -> int:
        """How many layers stand below every adapter."""
        return min(self.layers) if self.layers else self.frozen_layers

    @property
    def scale(self) -> float:
        return self.alpha / (math.sqrt(self.rank) if self.rank_stabilised else self.rank)


@dataclass
class Switch:
    """Which adapter every LoRA layer of one model uses now. None is the base model, untouched."""

    active: str | None = None
    names: set[str] = field(default_factory=set)
    each: list[tuple[str | None, int, int]] | None = None  # instead of `active`: adapter, first and last-plus-one token of a stretch


class LoraLinear(nn.Module):
    def __init__(self, base: nn.Linear, switch: Switch):
        super().__init__()
        self.base, self.switch = base, switch
        self.A, self.B, self.M = nn.ParameterDict(), nn.ParameterDict(), nn.ParameterDict()  # M: DoRA's magnitudes
        self.factor: dict[str, torch.Tensor] = {}  # M over the norm, of an adapter that no longer changes
        self.scale: dict[str, float] = {}
        self.dropout: dict[str, float] = {}

    @property
    def weight(self):
        return self.base.weight

    def forward(self, x):
        if self.switch.each is not None:
            return self._each(x)
        name = self.switch.active
        if name is None or name not in self.A:
            return self.base(x)
        a, b, scale = self.A[name], self.B[name], self.scale[name]
        is_plain = type(self.base) is nn.Linear and name not in self.M  # bitsandbytes' 4-bit layers multiply in a way of their own
        if not is_plain or self.training and self.dropout[name]:
            dropped = F.linear(F.dropout(x, self.dropout[name], self.training), a.to(x.dtype))
            return self._scaled(name, self.base(x), F.linear(dropped * scale, b.to(x.dtype)))
        return LowRank.apply(x, self.base.weight, self.base.bias, a, b, scale)


    def _each(self, x):
        """Stretches of tokens under adapters of their own: the wide product once for all, the thin ones by stretch."""
        flat = x.reshape(-1, x.shape[-1])
        y = self.base(flat)
        for name, start, end in self.switch.each:
            if name in self.A:
                a, b = self.A[name].to(x.dtype), self.B[name].to(x.dtype)
                if name in self.M:
                    y[start:end] = self._scaled(name, y[start:end], (flat[start:end] @ a.t()) @ b.t() * self.scale[name])
                else:
                    y[start:end].addmm_(flat[start:end] @ a.t(), b.t(), alpha=self.scale[name])
        return y.view(*x.shape[:-1], -1)

    def _scaled(self, name: str, wide, thin):
        """The base's product plus the adapter's, under DoRA by its factor. The bias is the base's own and keeps its size."""
        if name not in self.M:
            return wide + thin
        factor = self.factor[name] if name in self.factor else self.M[name] / self.norm(name)
        factor = factor.to(wide.dtype)
        bias = self.base.bias
        return (wide + thin) * factor if bias is None else (wide - bias + thin) * factor + bias

    @torch.no_grad()
    def norm(self, name: str) -> torch.Tensor:
        """Length of each row of W + s·B·A."""
        return torch.linalg.vector_norm(self.base.weight.float() + self.scale[name] * (self.B[name].float() @ self.A[name].float()), dim=1)


class LowRank(torch.autograd.Function):
    """y = W·x + s·B·(A·x) with W frozen: the thin products add into the wide ones' results instead of making wide ones of their own.

    dB = s·dyᵀ·(A·x)    dA = (s·dy·B)ᵀ·x    dx = dy·W + (s·dy·B)·A
    """

    @staticmethod
    def forward(ctx, x, w, bias, a, b, scale):
        flat = x.reshape(-1, x.shape[-1])
        a16, b16 = a.to(x.dtype), b.to(x.dtype)
        inner = flat @ a16.t()
        y = F.linear(flat, w, bias).addmm_(inner, b16.t(), alpha=scale)
        ctx.save_for_backward(flat, w, a16, b16, inner)
        ctx.scale, ctx.shape = scale, x.shape
        return y.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx, dy):
        flat, w, a, b, inner = ctx.saved_tensors
        dy = dy.reshape(-1, dy.shape[-1])
        thin = (dy @ b).mul_(ctx.scale)
        dx = torch.mm(dy, w).addmm_(thin, a).view(ctx.shape) if ctx.needs_input_grad[0] else None
        return dx, None, None, (thin.t() @ flat).float(), (inner.t() @ dy).t().mul(ctx.scale).float(), None


def key(name: str) -> str:
    return name.replace(".", "_")  # parameter names may hold no dot


def layer_of(path: str) -> int:
    """The model's layer that a module stands in; -1 outside of all."""
    found = re.search(r"(?:^|\.)layers\.(\d+)\.", path)
    return int(found[1]) if found else -1


def targets(model: nn.Module, config: LoraConfig) -> dict[str, nn.Module]:
    """The linear layers that carry an adapter: named ones, or all but the head, above the frozen layers."""
    modules, head = config.target_modules, model.get_output_embeddings()
    found = {path: m for path, m in model.named_modules() if isinstance(m, (nn.Linear, LoraLinear)) and not path.endswith(".base") and m is not head}
    if config.frozen_layers:
        found = {path: m for path, m in found.items() if layer_of(path) >= config.frozen_layers}
        if not found:
            raise ValueError(f"frozen_layers is {config.frozen_layers} and this model has {model.config.num_hidden_layers} layers; nothing would be trained")
    if config.layers:
        if max(config.layers) >= model.config.num_hidden_layers:
            raise ValueError(f"layers names layer {max(config.layers)} and this model has layers 0 to {model.config.num_hidden_layers - 1}")
        found = {path: m for path, m in found.items() if layer_of(path) in config.layers}
    if modules == ALL_LINEAR:
        return found
    chosen = {path: m for path, m in found.items() if path.rsplit(".", 1)[-1] in modules or path in modules}
    missing = [name for name in modules if not any(p == name or p.endswith("." + name) for p in chosen)]
    if missing:
        raise ValueError(f"target_modules {missing} are not linear layers of this model; it has {sorted({p.rsplit('.', 1)[-1] for p in found})}")
    return chosen


def attach(model: nn.Module, name: str, config: LoraConfig, generator: torch.Generator | None = None) -> list[nn.Parameter]:
    """Hangs a fresh adapter on the model and returns its parameters, in fp32."""
    switch = model.__dict__.setdefault("lora_switch", Switch())
    name = key(name)
    parameters = []
    for path, module in targets(model, config).items():
        if not isinstance(module, LoraLinear):
            parent, leaf = path.rsplit(".", 1) if "." in path else ("", path)
            module = LoraLinear(module, switch)
            setattr(model.get_submodule(parent), leaf, module)
        w = module.base.weight
        a = torch.empty(config.rank, w.shape[1])
        bound = 1 / math.sqrt(w.shape[1])  # kaiming_uniform with a = √5, as in PEFT
        a.uniform_(-bound, bound, generator=generator)
        module.A[name] = nn.Parameter(a.to(w.device))
        module.B[name] = nn.Parameter(torch.zeros(w.shape[0], config.rank, device=w.device))
        module.scale[name], module.dropout[name] = config.scale, config.dropout
        parameters += [module.A[name], module.B[name]]
        if config.dora:
            module.M[name] = nn.Parameter(module.norm(name))
            parameters.append(module.M[name])
    switch.names.add(name)
    return parameters


def detach(model: nn.Module, name: str) -> None:
    name = key(name)
    for module in _layers(model).values():
        for held in (module.A, module.B, module.M, module.factor, module.scale, module.dropout):
            if name in held:
                del held[name]
    model.lora_switch.names.discard(name)


def use(model: nn.Module, name: str | None) -> None:
    switch = model.__dict__.get("lora_switch")
    if switch is not None:
        switch.active, switch.each = key(name) if name else None, None


def use_each(model: nn.Module, names: list[str | None]) -> None:
    """The adapter of each token of the next pass, equal ones side by side."""
    switch = model.__dict__.get("lora_switch")
    if switch is None:
        return
    stretches: list[tuple[str | None, int, int]] = []
    for i, name in enumerate(key(name) if name else None for name in names):
        if stretches and stretches[-1][0] == name:
            stretches[-1] = (name, stretches[-1][1], i + 1)
        else:
            stretches.append((name, i, i + 1))
    switch.each = stretches


def hangs(model: nn.Module, name: str) -> bool:
    switch = model.__dict__.get("lora_switch")
    return switch is not None and key(name) in switch.names


def state(model: nn.Module, name: str) -> dict[str, torch.Tensor]:
    """The adapter under PEFT's tensor names."""
    name = key(name)
    tensors = {}
    for path, module in _layers(model).items():
        if name in module.A:
            tensors[f"base_model.model.{path}.lora_A.weight"] = module.A[name].detach().cpu().contiguous()
            tensors[f"base_model.model.{path}.lora_B.weight"] = module.B[name].detach().cpu().contiguous()
        if name in module.M:
            tensors[f"base_model.model.{path}.lora_magnitude_vector"] = module.M[name].detach().cpu().contiguous()
    return tensors


@torch.no_grad()
def load(model: nn.Module, name: str, tensors: dict[str, torch.Tensor], dtype: torch.dtype | None = None) -> None:
    """Copies tensors in PEFT's names into an attached adapter; every one of them must have its place. With a dtype it is to be served as it is."""
    name, left = key(name), set(tensors)
    for path, module in _layers(model).items():
        for held, what in ((module.A, "lora_A.weight"), (module.B, "lora_B.weight"), (module.M, "lora_magnitude_vector")):
            if name in held:
                full = f"base_model.model.{path}.{what}"
                held[name].data = tensors[full].to(held[name].device, dtype or held[name].dtype).clone()
                left.discard(full)
        if dtype and name in module.M:
            module.factor[name] = module.M[name] / module.norm(name)
    if left:
        raise ValueError(f"the adapter has tensors that this base has no place for: {sorted(left)[:3]}")


@torch.no_grad()
def merge(model: nn.Module, name: str) -> None:
    """Adds the adapter into the base weights and takes the LoRA layers out: W ← W + s·B·A, under DoRA by its factor."""
    name = key(name)
    for path, module in _layers(model).items():
        if name in module.A:
            factor = module.M[name] / module.norm(name) if name in module.M else None
            module.base.weight += (module.scale[name] * (module.B[name] @ module.A[name])).to(module.base.weight.dtype)
            if factor is not None:
                module.base.weight *= factor[:, None].to(module.base.weight.dtype)
        parent, leaf = path.rsplit(".", 1) if "." in path else ("", path)
        setattr(model.get_submodule(parent), leaf, module.base)
    model.__dict__.pop("lora_switch", None)


def _layers(model: nn.Module) -> dict[str, LoraLinear]:
    return {path: m for path, m in model.named_modules() if isinstance(m, LoraLinear)}


def peft_config(config: LoraConfig, base: str, model: nn.Module) -> dict:
    """PEFT's adapter_config.json."""
    trained = config.layers or (list(range(config.frozen_layers, model.config.num_hidden_layers)) if config.frozen_layers else None)
    return {
        "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": base, "r": config.rank, "lora_alpha": config.alpha,
        "lora_dropout": config.dropout, "target_modules": leaves(model, config), "layers_to_transform": trained, "use_rslora": config.rank_stabilised, "use_dora": config.dora, "bias": "none",
        "fan_in_fan_out": False, "inference_mode": True, "modules_to_save": None, "init_lora_weights": True,
    }


def from_peft(text: str) -> LoraConfig:
    c = json.loads(text)
    if c.get("modules_to_save") or c.get("bias", "none") != "none":
        raise ValueError("adapters with modules_to_save or trained biases are not served")
    targets, trained = c["target_modules"], c.get("layers_to_transform")
    trained = [trained] if isinstance(trained, int) else sorted(trained) if trained else None
    return LoraConfig(c["r"], c["lora_alpha"], c.get("lora_dropout", 0.0), targets if isinstance(targets, str) else sorted(targets), bool(c.get("use_rslora")),
                      layers=trained, dora=bool(c.get("use_dora")))


def leaves(model: nn.Module, config: LoraConfig) -> list[str]:
    return sorted({path.rsplit(".", 1)[-1] for path in targets(model, config)})


def describe(config: LoraConfig) -> dict:
    return asdict(config)
