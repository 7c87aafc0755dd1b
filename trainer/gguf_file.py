"""Writing a Llama as a GGUF file (github.com/ggml-org/ggml, docs/gguf.md), by the `gguf` package.

Two things differ from transformers' files. Names follow llama.cpp's map. And the rows of the query and key projections are reordered: a head's
rotary pairs stand half a head apart in transformers (x₁ … | x₂ …) and side by side in llama.cpp (x₁ x₂ x₁ x₂ …).
"""

import json
from pathlib import Path

import gguf
import numpy as np

from . import bases, llama
from .errors import bad_request

TYPES = {None: gguf.GGMLQuantizationType.F32, "f16": gguf.GGMLQuantizationType.F16, "q8_0": gguf.GGMLQuantizationType.Q8_0}
FILE_TYPES = {None: gguf.LlamaFileType.ALL_F32, "f16": gguf.LlamaFileType.MOSTLY_F16, "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0}


def write(path: Path, model, tokenizer, base: str, quantization: str | None) -> None:
    """One file with weights, tokenizer and chat template. Norms stay in fp32."""
    c = model.config
    if type(model).__name__ not in ("LlamaForCausalLM", "MistralForCausalLM") or not llama.fits(model):
        raise bad_request(f"GGUF files are written for Llama models; this one is a {type(model).__name__}. Export safetensors and convert it with llama.cpp.", "format",
                          "unsupported_model")
    w = gguf.GGUFWriter(path, "llama")
    w.add_name(base)
    w.add_file_type(FILE_TYPES[quantization])
    w.add_context_length(c.max_position_embeddings)
    w.add_embedding_length(c.hidden_size)
    w.add_block_count(c.num_hidden_layers)
    w.add_feed_forward_length(c.intermediate_size)
    w.add_head_count(c.num_attention_heads)
    w.add_head_count_kv(c.num_key_value_heads)
    w.add_layer_norm_rms_eps(c.rms_norm_eps)
    w.add_rope_freq_base((getattr(c, "rope_parameters", None) or {}).get("rope_theta", 10000.0))
    w.add_rope_dimension_count(model.model.layers[0].self_attn.head_dim)
    w.add_vocab_size(c.vocab_size)
    _add_tokenizer(w, tokenizer, c.vocab_size, base)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, c.num_hidden_layers)
    tied = set(getattr(model, "all_tied_weights_keys", None) or getattr(model, "_tied_weights_keys", None) or ())
    for name, tensor in model.state_dict().items():
        if name in tied:
            continue
        array = tensor.float().numpy()
        for part, heads in (("q_proj", c.num_attention_heads), ("k_proj", c.num_key_value_heads)):
            if f".{part}." in name:
                array = interleaved(array, heads)
        kind = TYPES[quantization] if array.ndim == 2 and (quantization != "q8_0" or array.shape[1] % 32 == 0) else TYPES[None]
        w.add_tensor(names.get_name(name, try_suffixes=(".weight", ".bias")), gguf.quants.quantize(np.ascontiguousarray(array), kind), raw_dtype=kind)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def interleaved(array: np.ndarray, heads: int) -> np.ndarray:
    return array.reshape(heads, 2, array.shape[0] // heads // 2, *array.shape[1:]).swapaxes(1, 2).reshape(array.shape)


def _add_tokenizer(w: gguf.GGUFWriter, tokenizer, size: int, base: str) -> None:
    described = json.loads(tokenizer.backend_tokenizer.to_str())
    if described["model"]["type"] != "BPE":
        raise bad_request(f"GGUF files are written for BPE tokenizers; this one is {described['model']['type']}.", "format", "unsupported_model")
    special = {t["id"]: t["special"] for t in described["added_tokens"]}
    tokens = {i: t for t, i in tokenizer.get_vocab().items()}
    kinds = [gguf.TokenType.UNUSED if i not in tokens else gguf.TokenType.CONTROL if special.get(i) else gguf.TokenType.USER_DEFINED if i in special
             else gguf.TokenType.NORMAL for i in range(size)]
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("smollm" if base == bases.SMOLLM2 else "default")  # llama.cpp's name for how text is cut before merging
    w.add_token_list([tokens.get(i, f"[PAD{i}]") for i in range(size)])
    w.add_token_types(kinds)
    w.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in described["model"]["merges"]])
    for add, id in ((w.add_bos_token_id, tokenizer.bos_token_id), (w.add_eos_token_id, tokenizer.eos_token_id), (w.add_pad_token_id, tokenizer.pad_token_id)):
        if id is not None:
            add(id)
    w.add_add_bos_token(False)
    if tokenizer.chat_template:
        w.add_chat_template(tokenizer.chat_template)
