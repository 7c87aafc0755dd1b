"""Taking a tuned model elsewhere: `POST /v1/models/{id}/export {"format": "safetensors" | "gguf", "quantization": null | "f16" | "q8_0"}`.

`safetensors` is a zip of a folder that transformers loads, the adapter added into its base; `gguf` is one file for llama.cpp and its kin. Both
come with a model card that says what the model was made from. A merged model rounds differently from base and adapter, and a quantised one
is another model: evaluate what you are going to serve.
"""

import json
import shutil
import tempfile
import zipfile
from pathlib import Path

from . import bases, gguf_file, jobs, lora, registry
from .errors import bad_request
from .files import Files
from .store import Store

FORMATS, QUANTIZATIONS = ("safetensors", "gguf"), (None, "f16", "q8_0")


def export(store: Store, files: Files, data: Path, id: str, body: dict) -> dict:
    """Makes the files and names them."""
    form, quantization = body.get("format", "safetensors"), body.get("quantization")
    for name, value, allowed in (("format", form, FORMATS), ("quantization", quantization, QUANTIZATIONS)):
        if value not in allowed:
            raise bad_request(f"{name} is {value!r}; it must be one of {list(allowed)}.", name, "invalid_value")
    if quantization and form != "gguf":
        raise bad_request("quantization belongs to the format gguf.", "quantization", "invalid_value")
    record = store.get(registry.KIND, id)
    if record["kind"] not in ("lora", "full"):
        raise bad_request(f"'{id}' is a {record['kind']} classifier; its weights file is all of it.", "model", "unsupported_model")
    start = registry.started_from(store, data, id)
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in id)
    with tempfile.TemporaryDirectory(dir=data) as draft:
        folder = Path(draft)
        model = merged(start)
        card = model_card(store, files, record)
        if form == "gguf":
            gguf_file.write(folder / f"{name}.gguf", model, bases.tokenizer(start.base), start.base, quantization)
            (folder / "README.md").write_text(card)
        else:
            inside = folder / name
            model.save_pretrained(inside)
            bases.tokenizer(start.base).save_pretrained(inside)
            (inside / "README.md").write_text(card)
            with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_STORED) as z:
                for file in sorted(inside.iterdir()):
                    z.write(file, f"{name}/{file.name}")
            shutil.rmtree(inside)
        made = [files.adopt(path, path.name, "fine-tune-results") for path in sorted(folder.iterdir())]
    return {"object": "model.export", "model": id, "format": form, "quantization": quantization, "files": made}


def merged(start: registry.Start):
    """The whole model in fp32, with what was trained inside its own weights."""
    import torch

    model = bases.load_causal(start.base, torch.float32).to("cpu")
    if start.kind == "full":
        model.load_state_dict(start.tensors(), strict=False)
    else:
        lora.attach(model, "exported", start.adapter())
        lora.load(model, "exported", start.tensors())
        lora.merge(model, "exported")
    model.set_attn_implementation("sdpa")
    return model


def model_card(store: Store, files: Files, record: dict) -> str:
    """Markdown with the front matter that model hubs read: base, licence, data by hash, hyperparameters, figures of the last step."""
    job = store.find(jobs.KIND, record["job"]) if record["job"] else None
    licence = (job or {}).get("metadata", {}).get("licence", "unknown")
    lines = ["---", f"base_model: {json.dumps(record['base'])}", f"license: {json.dumps(licence)}", "pipeline_tag: text-generation", "---", "", f"# {record['id']}", "",
             f"{'A LoRA adapter merged into' if record['kind'] == 'lora' else 'A full fine-tuning of'} `{record['base']}`. Weights: sha256 `{record['sha256']}`.", ""]
    if job is None:
        return "\n".join([*lines, "It was registered here from a file; what it was trained on stands where it was trained.", ""])
    for what, param in (("Training data", "training_file"), ("Validation data", "validation_file")):
        if job[param] and store.find("file", job[param]):
            lines.append(f"- {what}: sha256 `{registry.digest(files.path(job[param]))}`")
    lines += [f"- Method: {job['method']['type']}, seed {job['seed']}, job `{job['id']}`", "", "| hyperparameter | value |", "|---|---|"]
    lines += [f"| {name} | {json.dumps(value)} |" for name, value in sorted(job["hyperparameters"].items())]
    figures = [e["data"] for e in store.all(jobs.EVENT, job["id"]) if e["type"] == "metrics"]
    lines += ["", "| figure of the last step | value |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in (figures[-1] if figures else {}).items() if name.startswith(("train_", "valid_")) or name == "step"]
    return "\n".join([*lines, ""])
