"""The models that were trained or registered here: `DATA/models/<folder>/`, an immutable name each.

Names contain what file systems dislike (`ft:base:org:suffix:id`), so a folder is named by the hash of the model's name.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import artifacts, atomic, bases
from .errors import ApiError, bad_request
from .files import Files
from .store import Store, now

KIND = "model"


def folder_of(data: Path, name: str) -> Path:
    return data / "models" / hashlib.sha256(name.encode()).hexdigest()[:24]


def add_folder(data: Path, name: str, fill: Callable[[Path], object]) -> Path:
    """Writes a model's folder; what an interrupted attempt left is replaced."""
    path = folder_of(data, name)
    shutil.rmtree(path, ignore_errors=True)
    atomic.write_folder(path, lambda draft: fill(draft))
    return path


def digest(path: Path) -> str:
    h = hashlib.sha256()
    with open(path, "rb") as f:
        for chunk in iter(lambda: f.read(1 << 20), b""):
            h.update(chunk)
    return h.hexdigest()


def insert(store: Store, name: str, base: str, kind: str, folder: Path, job: str | None = None) -> dict:
    body = {"id": name, "object": "model", "created": now(), "owned_by": "local", "base": base, "kind": kind, "folder": folder.name,
            "sha256": digest(folder / artifacts.WEIGHTS[kind]), "job": job, "shutdown_date": None}
    return store.find(KIND, name) or store.insert(KIND, body)


@dataclass(frozen=True)
class Start:
    """Where a training begins: a base as it is, or what was trained on it before."""

    base: str
    kind: str  # base | lora | full
    folder: Path | None = None

    def tensors(self) -> dict:
        from safetensors.torch import load_file

        return load_file(self.folder / artifacts.WEIGHTS[self.kind])

    def adapter(self):
        from . import lora

        return lora.from_peft((self.folder / "adapter_config.json").read_text())


def started_from(store: Store, data: Path, model: str) -> Start:
    """What a job's `model` means: the name of a base, or of a model or checkpoint that was trained here."""
    found = store.find(KIND, model)
    return Start(found["base"], found["kind"], data / "models" / found["folder"]) if found else Start(model, "base")


class Models:
    """What GET /v1/models shows, and what the engine loads from."""

    def __init__(self, store: Store, files: Files, data: Path):
        self.store, self.files, self.data = store, files, data

    def bases(self) -> list[dict]:
        return [{"id": n, "object": "model", "created": 0, "owned_by": "local", "base": None, "kind": "base", "shutdown_date": None} for n in bases.names()]

    def list(self) -> dict:
        return {"object": "list", "data": [*self.bases(), *(public(m) for m in self.store.all(KIND))]}

    def get(self, name: str) -> dict:
        """The record of a trained model or base; 404 with what there is."""
        found = self.store.find(KIND, name)
        if found:
            return found
        if bases.exists(name):
            return {"id": name, "object": "model", "created": 0, "owned_by": "local", "base": None, "kind": "base", "shutdown_date": None}
        raise bases.unknown(name, [m["id"] for m in self.store.all(KIND)][-10:])

    def base_of(self, name: str) -> str:
        """What a trained model was trained from; any other name stands for itself."""
        found = self.store.find(KIND, name)
        return found["base"] if found else name

    def folder(self, model: dict) -> Path:
        return self.data / "models" / model["folder"]

    def adapter(self, model: dict):
        """The shape of an adapter."""
        return Start(model["base"], model["kind"], self.folder(model)).adapter()

    def register(self, id: str, base: str | None, weights_file: str) -> dict:
        """Puts an uploaded weights file under a name for good: the same bytes again change nothing, other bytes are refused."""
        try:
            source = self.files.path(weights_file)
        except ApiError:
            raise bad_request(f"The file '{weights_file}' does not exist.", "weights_file", "file_not_found")
        if known := self.store.find(KIND, id):
            if known["sha256"] == digest(source):
                return known
            raise ApiError(409, f"The model '{id}' exists with other weights. Names are immutable: register the new weights under a new one.", param="id", code="model_exists")
        if not id or len(id) > 200 or id in bases.names():
            raise bad_request("A model's id has 1 to 200 characters and is not the name of a base.", "id")
        said = artifacts.describe(source)
        if base and base != said["base"]:
            raise bad_request(f"These weights were trained on '{said['base']}', not on '{base}'.", "base", "wrong_base")
        if not bases.exists(said["base"]):
            raise bases.unknown(said["base"])

        def fill(draft: Path) -> None:
            shutil.copyfile(source, draft / artifacts.WEIGHTS[said["kind"]])
            if said["kind"] == "lora":
                (draft / "adapter_config.json").write_text(json.dumps(said["adapter_config"], indent=1))

        folder = add_folder(self.data, id, fill)
        return insert(self.store, id, said["base"], said["kind"], folder)

    def delete(self, id: str) -> dict:
        model = self.get(id)
        if model["kind"] == "base":
            raise ApiError(403, f"'{id}' is a base model and stays.", param="model", code="base_model", type="permission_error")
        self.store.delete(KIND, id)
        shutil.rmtree(self.folder(model), ignore_errors=True)
        return {"id": id, "object": "model", "deleted": True}


def public(model: dict) -> dict:
    return {k: v for k, v in model.items() if k != "folder"}
