"""The supervised fine-tuning loop.

One optimiser step takes `batch_size` rows, packs them (packing.py), and descends on the weighted mean of the token losses

    loss = Σ wᵢ·(−log p(tokenᵢ)) / Σ wᵢ        over the answer tokens of the whole batch

whose head is computed at answer positions only. Everything random is a function of (seed, epoch) or (seed, step): the order of rows,
dropout. So a resumed job needs no saved generator, and its loss curve goes on exactly where it stopped.

An epoch visits every row once in random order, unless told otherwise: a `mixture` draws as many rows with replacement, each task as often as
its weight says; a `curriculum` sorts what was drawn, easy first, by length or by the rows' own difficulty. Where a micro-batch does not fit
into memory its size is halved and the step taken again.

It does not know about jobs, files or HTTP: it takes a model and rows, and reports through callbacks.
"""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F

from . import bases, llama, packing
from .chat import Row
from .frozen import FrozenLayers


@dataclass
class Settings:
    epochs: int = 3
    batch_size: int = 8
    learning_rate: float = 5e-4
    warmup_ratio: float = 0.05
    scheduler: str = "cosine"  # cosine | linear | constant
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    seed: int = 0
    micro_tokens: int = 4096
    share_prefix: bool = True
    autocast: bool = False  # bf16 products over fp32 weights, for full tuning
    patience: int | None = None
    watch: str = "valid_loss"  # or a metric of which more is better
    curriculum: str | None = None  # length | difficulty
    mixture: dict[str, float] | None = None  # task → weight


SMALLEST_MICRO_BATCH = 64  # tokens


@dataclass
class Progress:
    """Where a training stands. Together with weights and optimiser state this is a checkpoint."""

    step: int = 0
    trained_tokens: int = 0
    best_loss: float | None = None
    best_step: int | None = None
    waited: int = 0
    seconds: float = 0.0
    metrics: list[dict] = field(default_factory=list)


class Stop(Exception):
    """Raised by a callback to leave the loop between two micro-batches."""


def learning_rate(s: Settings, step: int, total: int) -> float:
    """Linear warm-up over the first `warmup_ratio` of the steps, then the schedule down to 0. `step` counts from 1."""
    warmup = max(1, math.ceil(s.warmup_ratio * total)) if s.warmup_ratio else 0
    if step <= warmup:
        return s.learning_rate * step / (warmup + 1)
    left = (step - warmup - 1) / max(1, total - warmup)
    if s.scheduler == "cosine":
        return s.learning_rate * 0.5 * (1 + math.cos(math.pi * left))
    return s.learning_rate * (1 - left) if s.scheduler == "linear" else s.learning_rate


def order(s: Settings, rows: list, epoch: int) -> list[int]:
    """The rows of an epoch, in the order in which they are trained on."""
    generator = torch.Generator().manual_seed(s.seed * 1_000_003 + epoch)
    if s.mixture:
        count = Counter(row.task for row in rows)
        chances = torch.tensor([s.mixture[row.task] / count[row.task] for row in rows], dtype=torch.double)
        drawn = torch.multinomial(chances, len(rows), replacement=True, generator=generator).tolist()
    else:
        drawn = torch.randperm(len(rows), generator=generator).tolist()
    if s.curriculum:
        drawn.sort(key=lambda i: len(rows[i].tokens) if s.curriculum == "length" else rows[i].difficulty)
    return drawn


def check_mixture(mixture: dict[str, float] | None, rows: list) -> None:
    if mixture and (without := sorted({row.task for row in rows} - set(mixture))):
        raise ValueError(f"mixture gives no weight to the tasks {without[:5]} of the training file; it names {sorted(mixture)}")


def is_out_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or isinstance(error, RuntimeError) and ("out of memory" in str(error) or "can't allocate memory" in str(error))


class Training:
    def __init__(self, model, parameters: list[torch.nn.Parameter], rows: list[Row], validation: list[Row], settings: Settings, frozen_layers: int = 0):
        self.model, self.parameters, self.rows, self.validation, self.settings = model, parameters, rows, validation, settings
        check_mixture(settings.mixture, rows)
        self.per_epoch = math.ceil(len(rows) / settings.batch_size)
        self.total = self.per_epoch * settings.epochs
        self.progress = Progress()
        self.frozen = FrozenLayers(model, frozen_layers) if frozen_layers and llama.fits(model) else None
        self.device = parameters[0].device
        self.optimizer = torch.optim.AdamW(parameters, lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=self.device.type in ("cpu", "cuda"))

    def run(self, on_step: Callable[[dict], None], on_epoch: Callable[[dict], None], between: Callable[[], None] = lambda: None) -> Progress:
        """Trains from `progress` to the end. `between` runs before each micro-batch and may raise Stop; the step is then not taken."""
        p, s = self.progress, self.settings
        while p.step < self.total and not self.exhausted:
            start = time.monotonic()
            metrics = self._fitting(lambda: self._step(p.step + 1, between))
            last = (p.step + 1) % self.per_epoch == 0
            if last and self.validation:
                metrics |= self._fitting(lambda: self.evaluate(between))
            p.seconds += time.monotonic() - start
            p.step += 1
            metrics["eta"] = round(p.seconds / p.step * (self.total - p.step), 1)
            p.metrics.append(metrics)
            if last:
                self._judge(metrics)
            on_step(metrics)
            if last:
                on_epoch(metrics)
        return p

    def _fitting(self, work: Callable[[], dict]) -> dict:
        """Does `work`, again with half the micro-batch as long as the memory does not suffice."""
        while True:
            try:
                return work()
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error) or self.settings.micro_tokens <= SMALLEST_MICRO_BATCH:
                    raise
            self.optimizer.zero_grad(set_to_none=True)
            self.settings.micro_tokens //= 2
            if self.device.type == "cuda":
                torch.cuda.empty_cache()

    @property
    def exhausted(self) -> bool:
        return self.settings.patience is not None and self.progress.waited > self.settings.patience

    def _judge(self, metrics: dict) -> None:
        p, watched = self.progress, metrics.get(self.settings.watch)
        if watched is None:
            return
        loss = watched if self.settings.watch == "valid_loss" else -watched
        if p.best_loss is None or loss < p.best_loss:
            p.best_loss, p.best_step, p.waited = loss, p.step, 0
        else:
            p.waited += 1

    def _batch(self, step: int) -> list[Row]:
        epoch, index = divmod(step - 1, self.per_epoch)
        n = self.settings.batch_size
        return [self.rows[i] for i in order(self.settings, self.rows, epoch)[index * n: (index + 1) * n]]

    def _step(self, step: int, between) -> dict:
        s, p = self.settings, self.progress
        batch = self._batch(step)
        started = time.monotonic()
        self.model.train()
        torch.manual_seed(s.seed * 1_000_003 + step)
        found = self._descend(batch, between)
        rate = learning_rate(s, step, self.total)
        for g in self.optimizer.param_groups:
            g["lr"] = rate
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, s.max_grad_norm).item()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        tokens = sum(len(row.tokens) for row in batch)
        p.trained_tokens += tokens
        return {"step": step, "total_steps": self.total, "epoch": (step - 1) // self.per_epoch + 1, **found,
                "learning_rate": rate, "grad_norm": norm, "tokens_per_second": round(tokens / max(1e-9, time.monotonic() - started), 1)}

    def _descend(self, batch: list, between) -> dict:
        """Adds the gradient of the batch's loss to the parameters; returns what is reported of it."""
        weight = sum(sum(row.weights[1:]) for row in batch)
        loss = right = trained = 0.0
        for rows in packing.micro_batches(batch, self.settings.micro_tokens):
            between()
            losses, correct, pack = self._losses(rows)
            part = (losses * pack.weights).sum() / weight
            part.backward()
            loss, right, trained = loss + part.item(), right + correct, trained + len(losses)
        return {"train_loss": loss, "train_mean_token_accuracy": right / trained}

    def _losses(self, rows: list[Row]):
        """Loss of each trained token, how many are predicted right, and the pack."""
        pack = packing.pack(rows, self.device, self.settings.share_prefix)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.settings.autocast):
            hidden = self.frozen.decode(rows, pack) if self.frozen else bases.decode(self.model, pack.tokens, pack.positions, pack)
            logits = bases.head(self.model, hidden[pack.predict])
        return F.cross_entropy(logits, pack.targets, reduction="none"), (logits.argmax(-1) == pack.targets).sum().item(), pack

    @torch.no_grad()
    def evaluate(self, between=lambda: None) -> dict:
        """Weighted mean loss and token accuracy on the whole validation set."""
        self.model.eval()
        loss = weight = right = trained = 0.0
        for rows in packing.micro_batches(self.validation, self.settings.micro_tokens):
            between()
            losses, correct, pack = self._losses(rows)
            loss, weight = loss + (losses * pack.weights).sum().item(), weight + pack.weights.sum().item()
            right, trained = right + correct, trained + len(losses)
        return {"valid_loss": loss / weight, "valid_mean_token_accuracy": right / trained}

    def optimizer_state(self) -> dict[str, torch.Tensor]:
        """AdamW's moments as flat tensors, so that they can be kept in a safetensors file."""
        return {f"{i}.{name}": value for i, p in enumerate(self.parameters) for name, value in self.optimizer.state.get(p, {}).items()}

    def load_optimizer_state(self, tensors: dict[str, torch.Tensor]) -> None:
        for full, value in tensors.items():
            i, name = full.split(".", 1)
            p = self.parameters[int(i)]
            self.optimizer.state[p][name] = value.to("cpu" if name == "step" and p.device.type == "cpu" else p.device)


def metrics_csv(metrics: list[dict]) -> str:
    """OpenAI's results file, one line per step, with our further columns."""
    columns = ["step", "train_loss", "train_mean_token_accuracy", "valid_loss", "valid_mean_token_accuracy", "learning_rate", "grad_norm", "tokens_per_second"]
    lines: Iterator[str] = (",".join("" if m.get(c) is None else str(m[c]) for c in columns) for m in metrics)
    return "\n".join([",".join(columns), *lines]) + "\n"
