"""A job on `classical` or `embedding`: a linear classifier, fitted in seconds, published like any other model."""

import json
import math
from pathlib import Path

from . import artifacts, bases, classical, dataset, embeddings, jobs, registry
from .files import Files
from .store import Store

BASES = bases.HEADS


def run(store: Store, files: Files, data: Path, job: dict, orders) -> None:
    kind = job["model"]
    multi = job["hyperparameters"].get("multi_label", False)

    def read(param: str) -> tuple:
        texts, labels, weights = dataset.labelled_texts(files.path(job[param]), files.get(job[param])["filename"])
        return texts, [label_set(label) for label in labels] if multi else labels, weights

    texts, labels, weights = read("training_file")
    store.update(jobs.KIND, job["id"], lambda b: {**b, "environment": {"device": "cpu", "precision": "fp64"}})

    def embed(many: list[str]) -> list[list[float]]:
        return [vector for vector, _ in embeddings.embed_all(bases.MINILM, many)]

    classifier, found = (classical.fit_sets if multi else classical.fit)(kind, texts, labels, weights, job["seed"], embed)
    metrics = {"step": 1, "total_steps": 1, "train_loss": loss(classifier, texts, labels, embed)}
    if job["validation_file"]:
        held = read("validation_file")
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


def label_set(text: str) -> set[str]:
    try:
        labels = json.loads(text)
    except ValueError:
        labels = None
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise ValueError(f"with multi_label, each answer is a JSON array of labels; one is {text[:80]!r}")
    return set(labels)


def loss(c: classical.Classifier, texts: list[str], answers: list, embed) -> float:
    """Mean negative log probability of the answers, labels or sets of them; a label that was never seen counts as one in a million."""
    total = 0.0
    for text, answer in zip(texts, answers):
        p = dict(zip(c.labels, c.probabilities(c.features(text) if c.kind == "classical" else embed([text])[0]).tolist()))
        chances = [p.get(answer, 1e-6)] if isinstance(answer, str) else [p.get(a, 1e-6) for a in answer] + [1 - p[a] for a in p if a not in answer]
        total -= sum(math.log(max(chance, 1e-15)) for chance in chances)
    return total / len(texts)
