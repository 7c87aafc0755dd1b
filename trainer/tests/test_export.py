"""What is exported computes what is served."""

import zipfile

import pytest
import torch

from trainer import bases, export, job_language, lora, registry
from trainer.errors import ApiError
from trainer.files import Files
from trainer.store import Store

TOKENS = torch.tensor([[5, 9, 40, 17, 33, 101, 7]])


@pytest.fixture(scope="module")
def tuned(models_folder, tmp_path_factory):
    """(store, files, data folder, logits of base and adapter) with one registered adapter, `ft:tiny`."""
    from .test_lora import logits

    data = tmp_path_factory.mktemp("export")
    store = Store(data)
    model, config = bases.load_causal("tiny", torch.float32), lora.LoraConfig(rank=4, alpha=8)
    for p in lora.attach(model, "a", config):
        torch.nn.init.normal_(p, std=0.1, generator=torch.Generator().manual_seed(0))
    lora.use(model, "a")
    folder = registry.add_folder(data, "ft:tiny", lambda draft: job_language.write_weights(draft, model, "tiny", config, lora.state(model, "a")))
    registry.insert(store, "ft:tiny", "tiny", "lora", folder)
    return store, Files(store, data), data, logits(model, TOKENS[0].tolist())


def loaded(path, **more):
    from transformers import AutoModelForCausalLM

    with torch.no_grad():
        return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32, **more)(TOKENS).logits[0]


def test_a_merged_folder_loads_in_transformers_and_computes_the_same(tuned, tmp_path):
    store, files, data, expected = tuned
    made, = export.export(store, files, data, "ft:tiny", {})["files"]
    zipfile.ZipFile(files.path(made["id"])).extractall(tmp_path)
    assert (loaded(tmp_path / "ft-tiny") - expected).abs().max() < 1e-4
    assert (tmp_path / "ft-tiny" / "README.md").read_text().startswith('---\nbase_model: "tiny"\n')


@pytest.mark.parametrize("quantization, most", [(None, 1e-4), ("f16", 0.05), ("q8_0", 0.3)])
def test_a_gguf_file_computes_the_same_and_cuts_text_alike(tuned, tmp_path, quantization, most):
    from transformers import AutoTokenizer

    store, files, data, expected = tuned
    made = {f["filename"]: f for f in export.export(store, files, data, "ft:tiny", {"format": "gguf", "quantization": quantization})["files"]}
    (tmp_path / "m.gguf").write_bytes(files.path(made["ft-tiny.gguf"]["id"]).read_bytes())
    assert "README.md" in made and (loaded(tmp_path, gguf_file="m.gguf") - expected).abs().max() < most
    text = "card arrival, exchange rate<|im_end|> 12 ü"
    ours = bases.tokenizer("tiny")(text, add_special_tokens=False)["input_ids"]
    assert AutoTokenizer.from_pretrained(tmp_path, gguf_file="m.gguf")(text, add_special_tokens=False)["input_ids"] == ours


@pytest.mark.parametrize("body, param", [({"format": "onnx"}, "format"), ({"quantization": "q8_0"}, "quantization"), ({"format": "gguf", "quantization": "q2"}, "quantization")])
def test_what_cannot_be_exported_is_refused(tuned, body, param):
    with pytest.raises(ApiError) as e:
        export.export(*tuned[:3], "ft:tiny", body)
    assert e.value.param == param
