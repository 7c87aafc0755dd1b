"""The hyperparameters that a job takes: OpenAI's relative ones and the absolute ones that practitioners use, with their allowed ranges.

A value may be "auto". `learning_rate_multiplier` scales the method's default rate, which for LoRA is ten times that of full tuning
(Schulman et al., "LoRA Without Regret", 2025).
"""

from dataclasses import dataclass
from typing import Any

from .errors import bad_request

DEFAULT_RATE = {"supervised": 5e-4, "dpo": 5e-5, "reinforcement": 5e-5}  # of LoRA
METHODS = tuple(DEFAULT_RATE)


@dataclass(frozen=True)
class Number:
    low: float
    high: float
    whole: bool = False
    open_low: bool = False

    def check(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or (self.whole and value != int(value)):
            return False
        return (value > self.low if self.open_low else value >= self.low) and value <= self.high

    def __str__(self) -> str:
        return f"a{' whole' if self.whole else ''} number {'above' if self.open_low else 'from'} {self.low:g} {'up ' if self.open_low else ''}to {self.high:g}"


@dataclass(frozen=True)
class Choice:
    values: tuple

    def check(self, value: Any) -> bool:
        return value in self.values

    def __str__(self) -> str:
        return "one of " + ", ".join(f'"{v}"' if isinstance(v, str) else str(v) for v in self.values)


class Names:
    def check(self, value: Any) -> bool:
        return value == "all-linear" or isinstance(value, list) and bool(value) and all(isinstance(v, str) and v for v in value)

    def __str__(self) -> str:
        return '"all-linear" or a list of layer names'


class Patience:
    def check(self, value: Any) -> bool:
        return value is None or isinstance(value, dict) and {"patience"} <= set(value) <= {"patience", "metric"} and Number(0, 100, whole=True).check(value["patience"]) \
            and value.get("metric", WATCHED[0]) in WATCHED

    def __str__(self) -> str:
        return f'null or {{"patience": a whole number from 0 to 100, "metric": {Choice(WATCHED)}}}'


class Shares:
    def check(self, value: Any) -> bool:
        return value is None or isinstance(value, dict) and bool(value) and all(isinstance(k, str) and Number(0, 1e6, open_low=True).check(v) for k, v in value.items())

    def __str__(self) -> str:
        return "null or an object of task names with weights above 0"


class Layers:
    def check(self, value: Any) -> bool:
        return value is None or isinstance(value, list) and bool(value) and len(set(map(str, value))) == len(value) and all(Number(0, 1000, whole=True).check(v) for v in value)

    def __str__(self) -> str:
        return "null or a list of layer numbers, the lowest being 0"


WATCHED = ("valid_loss", "valid_mean_token_accuracy")
RANGES = {
    "n_epochs": Number(1, 50, whole=True), "epochs": Number(1, 50, whole=True), "batch_size": Number(1, 256, whole=True),
    "learning_rate_multiplier": Number(0, 1000, open_low=True), "learning_rate": Number(0, 1, open_low=True),
    "rank": Number(1, 512, whole=True), "alpha": Number(0, 4096, open_low=True), "dropout": Number(0, 0.9), "target_modules": Names(),
    "rank_stabilised": Choice((True, False)), "frozen_layers": Number(0, 1000, whole=True), "weight_decay": Number(0, 1), "warmup_ratio": Number(0, 1),
    "scheduler": Choice(("cosine", "linear", "constant")), "max_length": Number(16, 131072, whole=True), "max_grad_norm": Number(0, 1000, open_low=True),
    "early_stopping": Patience(), "tuning": Choice(("lora", "full", "qlora")), "dora": Choice((True, False)), "layers": Layers(),
    "curriculum": Choice((None, "length", "difficulty")), "mixture": Shares(), "replay": Number(0, 1), "beta": Number(0, 2, open_low=True),
    "group_size": Number(2, 64, whole=True), "max_completion_tokens": Number(1, 4096, whole=True), "temperature": Number(0, 2, open_low=True),
    "multi_label": Choice((True, False)), "precision": Choice(("fp32", "bf16")), "share_prefix": Choice((True, False)),
}
LORA_ONLY = ("rank", "alpha", "dropout", "target_modules", "rank_stabilised", "frozen_layers", "dora", "layers")
METHOD_ONLY = {"beta": "dpo", "replay": "supervised", "multi_label": "supervised", "group_size": "reinforcement", "max_completion_tokens": "reinforcement", "temperature": "reinforcement"}
OF_OTHERS = ("compute_multiplier", "eval_interval", "eval_samples", "reasoning_effort")  # OpenAI's own, which mean nothing here but "auto"


def check(given: dict[str, Any], method: str = "supervised") -> dict[str, Any]:
    """What was given, without the "auto"s, or a 400 that names the key and its range."""
    where = f"method.{method}.hyperparameters"
    if not isinstance(given, dict):
        raise bad_request("Hyperparameters must be an object.", where)
    kept = {}
    there_are = [name for name in RANGES if METHOD_ONLY.get(name, method) == method]
    for name, value in given.items():
        if value == "auto" and name in OF_OTHERS:
            continue
        if name not in there_are:
            raise bad_request(f"Unknown hyperparameter '{name}' of method \"{method}\". There are: {', '.join(there_are)}.", f"{where}.{name}", "unknown_parameter")
        if value == "auto":
            continue
        if not RANGES[name].check(value):
            raise bad_request(f"{name} is {value!r}; it must be {RANGES[name]}.", f"{where}.{name}", "invalid_value")
        kept[name] = value
    for a, b in (("n_epochs", "epochs"), ("learning_rate", "learning_rate_multiplier")):
        if a in kept and b in kept and (a != "n_epochs" or kept[a] != kept[b]):
            raise bad_request(f"Give {a} or {b}, not both.", f"{where}.{b}", "invalid_value")
    if kept.get("frozen_layers") and kept.get("layers"):
        raise bad_request("Give frozen_layers or layers, not both.", f"{where}.layers", "invalid_value")
    if kept.get("tuning") == "full":
        for name in LORA_ONLY:
            if name in kept:
                raise bad_request(f"{name} belongs to LoRA and tuning is \"full\"; leave it out.", f"{where}.{name}", "invalid_value")
    return kept


def complete(given: dict[str, Any], rows: int, method: str = "supervised") -> dict[str, Any]:
    """The values that a job runs with. "auto" batch size: about 0.2 % of the rows, as OpenAI does, but 8 to 32."""
    tuning = given.get("tuning", "lora")
    rank = given.get("rank", 16)
    rate = DEFAULT_RATE[method] / (10 if tuning == "full" else 1)
    return {
        "tuning": tuning,
        "epochs": int(given.get("epochs", given.get("n_epochs", 3))),
        "batch_size": int(given.get("batch_size", min(32, max(8, round(rows * 0.002))))),
        "learning_rate": given.get("learning_rate", rate * given.get("learning_rate_multiplier", 1)),
        **({"rank": rank, "alpha": given.get("alpha", 2 * rank), "dropout": given.get("dropout", 0.0), "target_modules": given.get("target_modules", "all-linear"),
            "rank_stabilised": given.get("rank_stabilised", False), "dora": given.get("dora", False), "frozen_layers": int(given.get("frozen_layers", 0)),
            "layers": given.get("layers")} if tuning != "full" else {}),
        "weight_decay": given.get("weight_decay", 0.0), "warmup_ratio": given.get("warmup_ratio", 0.05), "scheduler": given.get("scheduler", "cosine"),
        "max_length": int(given.get("max_length", 1024)), "max_grad_norm": given.get("max_grad_norm", 1.0),
        "early_stopping": given.get("early_stopping"), "share_prefix": given.get("share_prefix", True),
        "curriculum": given.get("curriculum"), "mixture": given.get("mixture"),
        **({"replay": given.get("replay", 0)} if method == "supervised" else {}),
        **({"beta": given.get("beta", 0.1)} if method == "dpo" else {}),
        **({"group_size": int(given.get("group_size", 4)), "max_completion_tokens": int(given.get("max_completion_tokens", 64)),
            "temperature": given.get("temperature", 1.0)} if method == "reinforcement" else {}),
        **({"precision": given["precision"]} if "precision" in given else {}),
    }
