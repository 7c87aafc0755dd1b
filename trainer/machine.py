"""`GET /v1/machine`: the memory that training has here, and how large a base is, read from its configuration: no weights are loaded."""

import os
from functools import lru_cache
from pathlib import Path

from . import bases


def describe(base: str | None, data: Path) -> dict:
    from . import device

    return {"object": "machine", "device": device.name(), "precision": device.precision(data), "memory_bytes": memory(), "base": shape(base) if base else None}


def memory() -> int | None:
    """Bytes of the first GPU, else of main memory, within what this container may use; None where the system does not say."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.mem_get_info()[1]
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    return min([whole, *(limit for limit in map(container_limit, ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")) if limit)])


def peak() -> int | None:
    """The most bytes that this process has held: on its GPU, where it computes there, else in main memory. None where the system does not say."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.max_memory_reserved()
    try:  # not getrusage: that begins with what the parent held
        return next(int(line.split()[1]) * 1024 for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return None


def container_limit(path: str) -> int | None:
    try:
        text = Path(path).read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


@lru_cache(maxsize=8)
def shape(base: str) -> dict | None:
    """Parameters, layers, heads and widths; None for what is no language model."""
    if base in bases.HEADS:
        return None
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    path = bases.resolve(base)
    if path.suffix == ".gguf":
        config = AutoConfig.from_pretrained(path.parent, gguf_file=path.name)
    else:
        config = AutoConfig.from_pretrained(path, local_files_only=True, trust_remote_code=False)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    heads, width = config.num_attention_heads, config.hidden_size
    of_head = getattr(config, "head_dim", None) or width // heads
    return {"parameters": model.num_parameters(), "layers": config.num_hidden_layers, "width": width, "heads": heads,
            "key_value_width": (getattr(config, "num_key_value_heads", None) or heads) * of_head,
            "feed_forward": getattr(config, "intermediate_size", None) or 4 * width, "vocabulary": config.vocab_size}
