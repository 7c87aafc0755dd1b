"""Sentence embeddings by all-MiniLM-L6-v2 (or any BERT-like base): mean of the token vectors, scaled to length 1.

    v = Σ hidden_t / n,   embedding = v / |v|      (Reimers & Gurevych, 2019, arXiv:1908.10084)

Texts of similar length share a pass, padded to the longest; what is padding is masked, so a vector moves by about 1e-7 with its company.
"""

from functools import lru_cache

from . import bases

MAX_TOKENS = 256
TOKENS_IN_A_PASS = 1024


@lru_cache(maxsize=2)
def _model(name: str):
    import torch
    from transformers import AutoModel

    from . import device

    path = bases.resolve(name)
    model = AutoModel.from_pretrained(path, local_files_only=True, trust_remote_code=False, dtype=torch.float32).eval().to(device.name())
    return model


def embed(name: str, text: str) -> tuple[list[float], int]:
    """The unit vector of one text and the number of its tokens."""
    return embed_all(name, [text])[0]


def embed_all(name: str, texts: list[str]) -> list[tuple[list[float], int]]:
    import torch

    model, tokenizer = _model(name), bases.tokenizer(name)
    limit = min(MAX_TOKENS, getattr(model.config, "max_position_embeddings", MAX_TOKENS))
    encoded = tokenizer(texts, truncation=True, max_length=limit)["input_ids"]
    found = {}
    for few in _passes(encoded):
        padded = tokenizer.pad({"input_ids": [encoded[i] for i in few]}, return_tensors="pt").to(model.device)
        real = padded["attention_mask"][..., None]
        with torch.inference_mode():
            hidden = model(**padded).last_hidden_state
            vectors = torch.nn.functional.normalize((hidden * real).sum(1) / real.sum(1), dim=1).tolist()
        found |= {i: (v, len(encoded[i])) for i, v in zip(few, vectors)}
    return [found[i] for i in range(len(texts))]


def _passes(encoded: list[list[int]]) -> list[list[int]]:
    """Texts by length, cut where a pass would hold more than TOKENS_IN_A_PASS with its padding."""
    passes: list[list[int]] = []
    for i in sorted(range(len(encoded)), key=lambda i: len(encoded[i])):
        if passes and (len(passes[-1]) + 1) * len(encoded[i]) <= TOKENS_IN_A_PASS:
            passes[-1].append(i)
        else:
            passes.append([i])
    return passes
