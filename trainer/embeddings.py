"""Sentence embeddings by all-MiniLM-L6-v2 (or any BERT-like base): mean of the token vectors, scaled to length 1.

    v = Σ hidden_t / n,   embedding = v / |v|      (Reimers & Gurevych, 2019, arXiv:1908.10084)

Each text is computed by itself, so its vector does not depend on its neighbours in a request.
"""

from functools import lru_cache

from . import bases

MAX_TOKENS = 256


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
    import torch

    model, tokenizer = _model(name), bases.tokenizer(name)
    limit = min(MAX_TOKENS, getattr(model.config, "max_position_embeddings", MAX_TOKENS))
    encoded = tokenizer(text, truncation=True, max_length=limit, return_tensors="pt").to(model.device)
    with torch.inference_mode():
        v = model(**encoded).last_hidden_state[0].mean(0)
        return torch.nn.functional.normalize(v, dim=0).tolist(), encoded["input_ids"].shape[1]
