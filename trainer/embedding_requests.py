"""`POST /v1/embeddings`: what a request may say, and the vectors in OpenAI's shape."""

import base64
import struct

from . import bases, embeddings
from .engine import INTERACTIVE, Engine
from .errors import bad_request

MAX_INPUTS = 2048
TEXTS_IN_A_TURN = 64  # then a request of higher priority may go first


def embed(engine: Engine, body: dict, priority: int = INTERACTIVE) -> dict:
    for name in body:
        if name not in ("model", "input", "encoding_format", "dimensions", "user"):
            raise bad_request(f"Unrecognized request argument supplied: {name}", name, "unknown_parameter")
    model, texts, form = body.get("model"), body.get("input"), body.get("encoding_format") or "float"
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or not 1 <= len(texts) <= MAX_INPUTS or not all(isinstance(t, str) and t for t in texts):
        raise bad_request(f"input must be a string that is not empty, or a list of 1 to {MAX_INPUTS} of them.", "input")
    if form not in ("float", "base64"):
        raise bad_request('encoding_format must be "float" or "base64".', "encoding_format")
    if not isinstance(model, str) or not bases.exists(model) or model in bases.HEADS:
        raise bases.unknown(str(model))
    some = [texts[i: i + TEXTS_IN_A_TURN] for i in range(0, len(texts), TEXTS_IN_A_TURN)]
    vectors = [v for t in some for v in engine.run(lambda t=t: embeddings.embed_all(model, t), priority)]
    size = len(vectors[0][0])
    if body.get("dimensions") not in (None, size):
        raise bad_request(f"'{model}' makes vectors of {size} dimensions and no others.", "dimensions")
    tokens = sum(n for _, n in vectors)
    return {
        "object": "list", "model": model, "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        "data": [{"object": "embedding", "index": i, "embedding": v if form == "float" else base64.b64encode(struct.pack(f"<{size}f", *v)).decode()}
                 for i, (v, _) in enumerate(vectors)],
    }
