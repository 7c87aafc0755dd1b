"""Forward passes for answers: loaded models, the cache of prefixes, and the three things asked of a model.

A prompt is split at a place that depends on the prompt alone (chat.py): before the content of the last user message. Keys and values of
the part before are kept, by model and tokens; the part behind is computed against them. The prefix is always computed by itself, in one
pass, whether it was cached or not, so the cache changes the time that an answer takes and no bit of it.

    [system … user\\n]  cached            [Where is my card?<|im_end|>… assistant\\n][tree of values]      one pass, explicit mask
"""

import json
from collections import OrderedDict
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from . import artifacts, bases, chat, device, lora, packing, trie
from .errors import ApiError, bad_request
from .registry import Models

CACHE_BYTES = 512 * 1024 * 1024
MODELS_KEPT, ADAPTERS_KEPT = 3, 32


class Cached:
    """Attention of new tokens to cached ones and, by `sees` or causally, to each other. Keeps the keys and values that it met."""

    def __init__(self, past: list | None = None, sees: torch.Tensor | None = None):
        self.past, self.sees, self.kept = past, sees, []

    def attend(self, layer: int, q, k, v, scaling):
        if self.past:
            k, v = torch.cat([self.past[layer][0], k], 1), torch.cat([self.past[layer][1], v], 1)
        self.kept.append((k, v))
        return F.scaled_dot_product_attention(q[None], k[None], v[None], attn_mask=self.sees, is_causal=self.sees is None and q.shape[1] > 1, scale=scaling,
                                              enable_gqa=True)[0]


class Apart:
    """Attention of several answers' fresh tokens, every answer to its own past."""

    def __init__(self, all: list["Step"], device):
        self.counts = [len(step.tokens) for step in all]
        self.each = [Cached(step.past, sees_past(len(step.tokens), step.at, device)) for step in all]

    def attend(self, layer: int, q, k, v, scaling):
        parts = zip(self.each, q.split(self.counts, 1), k.split(self.counts, 1), v.split(self.counts, 1))
        return torch.cat([cached.attend(layer, *part, scaling) for cached, *part in parts], 1)


def sees_past(count: int, at: int, device) -> torch.Tensor | None:
    """Which of the tokens before and among them `count` new ones at position `at` see; a single one sees all."""
    return torch.ones(count, at + count, dtype=torch.bool, device=device).tril(at) if count > 1 else None


class Rows:
    """Attention of several rows to one cached prefix and each to itself."""

    def __init__(self, past: list | None, bucket: packing.Bucket):
        self.past, self.bucket = past, bucket

    def attend(self, layer: int, q, k, v, scaling):
        shared_k, shared_v = self.past[layer] if self.past else (k[:, :0], v[:, :0])
        return packing.attend_rows(q, k, v, shared_k, shared_v, self.bucket, scaling)


@dataclass
class Scored:
    """Values as answers to one prompt: log-probability and tokens of each, and the prompt's tokens."""

    scores: list[float]
    prompt_tokens: int
    lengths: list[int]


@dataclass
class Served:
    """A model that is ready to answer: base, tokenizer, and the adapter that makes it this model."""

    name: str
    model: torch.nn.Module
    tokenizer: object
    adapter: str | None

    @property
    def context(self) -> int:
        return getattr(self.model.config, "max_position_embeddings", 1 << 20)


@dataclass
class Step:
    """An answer's fresh tokens, the first of which stands at position `at`, and the keys and values before it."""

    served: Served
    tokens: list[int]
    at: int
    past: list


class Inference:
    """Everything here runs on the engine's thread."""

    def __init__(self, models: Models):
        self.models = models
        self.loaded: OrderedDict[str, torch.nn.Module] = OrderedDict()
        self.adapters: OrderedDict[str, str] = OrderedDict()  # model name → base
        self.prefixes: OrderedDict[tuple, list] = OrderedDict()
        self.held = 0

    # Models

    def serve(self, name: str) -> Served:
        record = self.models.get(name)
        if record["kind"] == "base":
            return Served(name, self._base(name), bases.tokenizer(name), None)
        if record["kind"] == "full":
            return Served(name, self._full(record), bases.tokenizer(record["base"]), None)
        if record["kind"] == "lora":
            return Served(name, self._adapter(record), bases.tokenizer(record["base"]), name)
        raise bad_request(f"'{name}' is a {record['kind']} classifier.", "model")

    def _keep(self, name: str, make) -> torch.nn.Module:
        if name not in self.loaded:
            while len(self.loaded) >= MODELS_KEPT:
                gone, _ = self.loaded.popitem(last=False)
                for adapter in [a for a, base in self.adapters.items() if base == gone]:
                    del self.adapters[adapter]
            self.loaded[name] = make()
        self.loaded.move_to_end(name)
        return self.loaded[name]

    def _base(self, name: str) -> torch.nn.Module:
        if name == bases.MINILM:
            raise bad_request(f"'{name}' makes embeddings; it does not chat. Use /v1/embeddings.", "model")
        return self._keep(name, lambda: bases.load_causal(name, serving_dtype()))

    def _full(self, record: dict) -> torch.nn.Module:
        def make():
            model = bases.load_causal(record["base"], serving_dtype())
            model.load_state_dict(load_file(self.models.folder(record) / artifacts.WEIGHTS["full"]), strict=False)
            return model

        return self._keep(record["id"], make)

    def _adapter(self, record: dict) -> torch.nn.Module:
        name, model = record["id"], self._base(record["base"])
        if name not in self.adapters:
            while len(self.adapters) >= ADAPTERS_KEPT:
                gone, base = self.adapters.popitem(last=False)
                lora.detach(self.loaded[base], gone)
            self._hang(model, record)
            self.adapters[name] = record["base"]
        self.adapters.move_to_end(name)
        return model

    def _hang(self, model: torch.nn.Module, record: dict) -> None:
        folder = self.models.folder(record)
        lora.attach(model, record["id"], lora.from_peft((folder / "adapter_config.json").read_text()))
        lora.load(model, record["id"], load_file(folder / artifacts.WEIGHTS["lora"]), next(model.parameters()).dtype)

    def forget(self, name: str) -> None:
        """Drops a deleted model from memory, and every prefix that was computed with it."""
        if base := self.adapters.pop(name, None):
            lora.detach(self.loaded[base], name)
        self.loaded.pop(name, None)
        for known in [k for k in self.prefixes if k[0] == name]:
            self.held -= size(self.prefixes.pop(known))

    # Passes

    def hidden(self, s: Served, tokens: list[int], positions: list[int], layout) -> torch.Tensor:
        lora.use(s.model, s.adapter)
        place = s.model.device
        return bases.decode(s.model, torch.tensor([tokens], device=place), torch.tensor([positions], device=place), layout)

    def last(self, s: Served, tokens: list[int], positions: list[int], layout: Cached) -> torch.Tensor:
        """fp32 logits behind the last of the new tokens."""
        return bases.head(s.model, self.hidden(s, tokens, positions, layout)[-1:])[0]

    def prefix(self, s: Served, tokens: list[int]) -> list | None:
        """Keys and values of a prefix, from the cache or computed."""
        if not tokens:
            return None
        name = (s.name, tuple(tokens))
        if name not in self.prefixes:
            layout = Cached()
            self.hidden(s, tokens, list(range(len(tokens))), layout)
            self.prefixes[name] = [(k.clone(), v.clone()) for k, v in layout.kept]
            self.held += size(self.prefixes[name])
            while self.held > CACHE_BYTES and len(self.prefixes) > 1:
                self.held -= size(self.prefixes.popitem(last=False)[1])
        self.prefixes.move_to_end(name)
        return self.prefixes[name]

    def score(self, name: str, conversations: list[list[dict]], values: tuple[str, ...]) -> list["Scored"]:
        """Log-probabilities of the values as the answer to each conversation."""
        s = self.serve(name)
        prompts = [self.prompt(s, messages) for messages in conversations]
        trees = [trie.of_values(s.tokenizer, values, tuple(chat.end_tokens(s.tokenizer, messages))) for messages in conversations]
        together: dict[tuple, list[int]] = {}
        for i, (p, tree) in enumerate(zip(prompts, trees)):
            together.setdefault((id(tree), *p.tokens[: p.shared]), []).append(i)
        found: dict[int, Scored] = {}
        for members in together.values():
            tree = trees[members[0]]
            for i, logits in zip(members, self._choices(s, [prompts[i] for i in members], tree)):
                scores = trie.scores(tree, logits)
                if len(members) > 1 and is_near_tie(scores, s.model.dtype):
                    scores = trie.scores(tree, self._choices(s, [prompts[i]], tree)[0])
                found[i] = Scored(scores, len(prompts[i].tokens), tree.lengths)
        return [found[i] for i in range(len(conversations))]

    def _choices(self, s: Served, prompts: list[chat.Prompt], tree: trie.Trie) -> torch.Tensor:
        """Logits (rows, choices, vocabulary of the tree) behind prompts that share their prefix."""
        shared, nodes, place = prompts[0].shared, len(tree.tokens), s.model.device
        rests = [p.tokens[shared:] for p in prompts]
        tokens, positions, spans, at = [], [], [], []
        for rest in rests:
            spans.append((len(tokens), len(rest) + nodes))
            at += range(len(tokens) + len(rest) - 1, len(tokens) + len(rest) + nodes)
            tokens += rest + tree.tokens
            positions += [*range(shared, shared + len(rest)), *(shared + len(rest) + d for d in tree.depths)]
        longest = max(n for _, n in spans)
        sees = torch.ones(longest, longest, dtype=torch.bool).tril().repeat(len(rests), 1, 1)
        for row, rest in zip(sees, rests):
            row[len(rest): len(rest) + nodes, len(rest): len(rest) + nodes] = tree.ancestors
        layout = Rows(self.prefix(s, prompts[0].tokens[:shared]), packing.bucket(spans, place, sees.to(place)))
        hidden = self.hidden(s, tokens, positions, layout)[torch.tensor(at, device=place)]
        logits = bases.head(s.model, hidden, torch.tensor(tree.vocabulary, device=place, dtype=torch.long))
        return logits.view(len(prompts), nodes + 1, -1)

    def prompt(self, s: Served, messages: list[dict]) -> chat.Prompt:
        p = chat.prompt(s.tokenizer, messages)
        if len(p.tokens) >= s.context:
            raise too_long(len(p.tokens), s.name, s.context)
        return p

    def start(self, s: Served, p: chat.Prompt) -> tuple[torch.Tensor, list]:
        """Logits behind a prompt, and its keys and values: where generation begins."""
        layout = Cached(self.prefix(s, p.tokens[: p.shared]))
        rest = p.tokens[p.shared:]
        if layout.past:
            layout.sees = torch.ones(len(rest), len(p.tokens), dtype=torch.bool, device=s.model.device).tril(p.shared)
        return self.last(s, rest, list(range(p.shared, len(p.tokens))), layout), layout.kept

    def step(self, s: Served, tokens: list[int], at: int, past: list) -> tuple[torch.Tensor, list]:
        """Logits behind an answer's next tokens, the first of which stands at position `at`."""
        return self.steps([Step(s, tokens, at, past)])[0]

    def steps(self, all: list["Step"]) -> list[tuple[torch.Tensor, list]]:
        """The same for several answers of one base, whichever adapters they use, in one pass.

        Other company means other roundings. Where they could change which token is the likeliest, that answer's step is taken again alone.
        """
        order = sorted(range(len(all)), key=lambda i: all[i].served.name)
        found = dict(zip(order, self._steps([all[i] for i in order])))
        if len(all) > 1:
            for i, (logits, _) in found.items():
                if is_near_tie(logits.topk(2).values.tolist(), all[i].served.model.dtype):
                    found[i] = self._steps([all[i]])[0]
        return [found[i] for i in range(len(all))]

    def _steps(self, all: list["Step"]) -> list[tuple[torch.Tensor, list]]:
        model = all[0].served.model
        for step in all:
            if step.served.adapter and not lora.hangs(model, step.served.adapter):  # it had to make room for others meanwhile
                self._hang(model, self.models.get(step.served.name))
        lora.use_each(model, [step.served.adapter for step in all for _ in step.tokens])
        layout = Apart(all, model.device)
        tokens, places = ([[t for step in all for t in found(step)]] for found in (lambda s: s.tokens, lambda s: range(s.at, s.at + len(s.tokens))))
        hidden = bases.decode(model, torch.tensor(tokens, device=model.device), torch.tensor(places, device=model.device), layout)
        last = torch.tensor(layout.counts, device=model.device).cumsum(0) - 1
        return list(zip(bases.head(model, hidden[last]), (cached.kept for cached in layout.each)))


def too_long(tokens: int, name: str, context: int) -> ApiError:
    return ApiError(400, f"The prompt has {tokens} tokens; '{name}' takes at most {context} with the answer.", param="messages", code="context_length_exceeded")


def is_near_tie(scores: list[float], dtype: torch.dtype) -> bool:
    """Whether the two best values are so close that other roundings could swap them: a hundred times the roundings that were seen."""
    best = sorted(scores)[-2:]
    return len(best) == 2 and best[1] - best[0] < near_tie(dtype)


def near_tie(dtype: torch.dtype) -> float:
    return 1e-3 if dtype == torch.float32 else 0.25


def serving_dtype() -> torch.dtype:
    """fp32 on a CPU, where answers must not hang on rounding; bf16 on a GPU that has it."""
    return torch.bfloat16 if device.name() == "cuda" and torch.cuda.is_bf16_supported() else torch.float32


def size(kept: list) -> int:
    return sum(t.numel() * t.element_size() for pair in kept for t in pair)


def schema_key(schema: dict) -> str:
    return json.dumps(schema, sort_keys=True)
