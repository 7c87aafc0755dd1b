"""A job on `classical` or `embedding`: a linear classifier, fitted in seconds, published like any other model."""

import math
from pathlib import Path

from . import artifacts, bases, classical, dataset, embeddings, jobs, registry
from .files import Files
from .store import Store

BASES = bases.HEADS


def run(store: Store, files: Files, data: Path, job: dict, orders) -> None:
    kind = job["model"]
    texts, labels, weights = dataset.labelled_texts(files.path(job["training_file"]), files.get(job["training_file"])["filename"])
    store.update(jobs.KIND, job["id"], lambda b: {**b, "environment": {"device": "cpu", "precision": "fp64"}})

    def embed(many: list[str]) -> list[list[float]]:
        return [vector for vector, _ in embeddings.embed_all(bases.MINILM, many)]

    classifier, found = classical.fit(kind, texts, labels, weights, job["seed"], embed)
    metrics = {"step": 1, "total_steps": 1, "train_loss": loss(classifier, texts, labels, embed)}
    if job["validation_file"]:
        held = dataset.labelled_texts(files.path(job["validation_file"]), files.get(job["validation_file"])["filename"])
        metrics["valid_loss"] = loss(classifier, held[0], held[1], embed)
    name = f"ft:{kind}:local:{job['user_provided_suffix'] or ''}:{job['id'].split('-')[1][:12]}"
    folder = registry.add_folder(data, name, lambda draft: classical.save(draft / artifacts.WEIGHTS[kind], classifier, found, bases.MINILM if kind == "embedding" else None))
    csv = "step,train_loss,valid_loss\n1,{},{}\n".format(metrics["train_loss"], metrics.get("valid_loss", ""))
    results = [files.add(csv.encode(), f"step_metrics_{job['id']}.csv", "fine-tune-results"),
               files.keep(folder / artifacts.WEIGHTS[kind], f"{job['id']}.safetensors", "fine-tune-results")]
    with store.transaction():
        jobs.add_event(store, job["id"], f"Step 1/1: training loss={metrics['train_loss']:.4f}, C={found['C']:g}", type="metrics", data=metrics)
        registry.insert(store, name, kind, kind, folder, job=job["id"])
        jobs.finish(store, job["id"], "succeeded", "The job has successfully completed.", fine_tuned_model=name, result_files=[f["id"] for f in results],
                    trained_tokens=sum(len(t.split()) for t in texts))


def loss(c: classical.Classifier, texts: list[str], labels: list[str], embed) -> float:
    """Mean negative log probability of the labels; one that was never seen counts as one in a million."""
    total = 0.0
    for text, label in zip(texts, labels):
        x = c.features(text) if c.kind == "classical" else embed([text])[0]
        p = c.probabilities(x)[c.labels.index(label)] if label in c.labels else 1e-6
        total -= math.log(max(float(p), 1e-15))
    return total / len(texts)
