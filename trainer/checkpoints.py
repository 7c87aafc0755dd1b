"""Checkpoints of a running job: folders that are complete or absent.

    jobs/<job>/checkpoints/step-00000042/  weights.safetensors  optimizer.safetensors  progress.json

The newest is what a resumed job goes on from. Older ones lose their optimiser state; those of epoch ends and the best stay as models.
"""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from safetensors.torch import load_file, save_file

from . import atomic
from .training import Progress, Training


def folder(job: Path, step: int) -> Path:
    return job / "checkpoints" / f"step-{step:08d}"


def latest(job: Path) -> Path | None:
    found = sorted(p for p in (job / "checkpoints").glob("step-*") if (p / "progress.json").exists() and (p / "optimizer.safetensors").exists())
    return found[-1] if found else None


def save(job: Path, training: Training, weights: dict) -> Path:
    """Writes a checkpoint, then drops what it replaces."""
    path = folder(job, training.progress.step)

    def fill(draft: Path) -> None:
        save_file(weights, draft / "weights.safetensors")
        save_file({k: v.contiguous() for k, v in training.optimizer_state().items()}, draft / "optimizer.safetensors")
        (draft / "progress.json").write_text(json.dumps(asdict(training.progress)))

    atomic.write_folder(path, fill)
    for old in (job / "checkpoints").glob("step-*"):
        if old.name < path.name:
            if int(old.name.split("-")[1]) % training.per_epoch:
                shutil.rmtree(old, ignore_errors=True)
            else:
                (old / "optimizer.safetensors").unlink(missing_ok=True)
    return path


def restore(path: Path, training: Training) -> dict:
    """Puts progress and optimiser state back; returns the weights."""
    training.progress = Progress(**json.loads((path / "progress.json").read_text()))
    training.load_optimizer_state(load_file(path / "optimizer.safetensors"))
    return load_file(path / "weights.safetensors")
