"""The weights files of trained models: one safetensors file each that says by itself what it is.

The file's metadata carries `{"kind": lora | full | classical | embedding, "base": …, …}` under the key `trainer`, so an uploaded file can be
registered as a model on any trainer. Nothing is ever unpickled.
"""

import json
from pathlib import Path

from safetensors import SafetensorError, safe_open

from .errors import bad_request

KEY = "trainer"
WEIGHTS = {"lora": "adapter_model.safetensors", "full": "model.safetensors", "classical": "classical.safetensors", "embedding": "embedding.safetensors"}


def metadata(kind: str, base: str, **more) -> dict[str, str]:
    return {"format": "pt", KEY: json.dumps({"kind": kind, "base": base, **more})}


def settle(path: Path) -> None:
    """Puts a weights file's metadata in order. The library writes it in a random one, and a file is known by the hash of its bytes."""
    with open(path, "rb+") as f:
        size = int.from_bytes(f.read(8), "little")
        header = json.loads(f.read(size))
        ordered = {"__metadata__": dict(sorted(header.pop("__metadata__").items())), **header}
        text = json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode()
        if len(text) > size:
            raise ValueError(f"the header of {path.name} takes {len(text)} bytes and has {size}")
        f.seek(8)
        f.write(text.ljust(size))


def describe(path: Path) -> dict:
    """What a weights file says that it is; refuses one that is not of ours or PEFT's shape."""
    try:
        with safe_open(path, framework="np") as f:
            said, keys = f.metadata() or {}, set(f.keys())
    except (SafetensorError, OSError) as error:
        raise bad_request(f"The weights file is not a safetensors file: {error}", "weights_file", "invalid_weights")
    if KEY in said:
        return json.loads(said[KEY])
    raise bad_request(f"The weights file carries no '{KEY}' metadata, so its kind is unknown. It has {len(keys)} tensors.", "weights_file", "invalid_weights")
