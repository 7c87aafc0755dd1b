"""A job on a causal language model: rows, model, adapter, loop, checkpoints, published model."""

import json
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file

from . import artifacts, bases, checkpoints, dataset, device, graders, hyperparameters, jobs, lora, machine, registry, replay
from .files import Files
from .preference import PreferenceTraining
from .reinforcement import ReinforcementTraining
from .store import Store, new_id, now
from .training import Settings, Stop, Training, metrics_csv

NAME = "trained"
_score_models: dict = {}


def run(store: Store, files: Files, data: Path, job: dict, orders) -> None:
    from .job_process import Reporter

    device.prepare()
    folder = data / "jobs" / job["id"]
    method = job["method"]["type"]
    start = registry.started_from(store, data, job["model"])
    tokenizer = bases.tokenizer(start.base)

    def read(param: str) -> list:
        return dataset.ROWS[method](files.path(job[param]), files.get(job[param])["filename"], tokenizer, values["max_length"]) if job[param] else []

    values = hyperparameters.complete(job["method"][method]["hyperparameters"], sum(1 for _ in open(files.path(job["training_file"]), "rb")), method)
    rows, validation = read("training_file"), read("validation_file")
    known = job["environment"] or {}
    environment = {"device": device.name(), "precision": values.get("precision") or device.precision(data), "threads": device.threads(), **known}
    store.update(jobs.KIND, job["id"], lambda b: {**b, "environment": environment, "hyperparameters": {**values, "n_epochs": values["epochs"]}})

    def grade(answer: str, item: dict) -> float:
        return graders.grade(job["method"][method]["grader"], answer, item, score_by(store, files, data, job))

    training, config = prepare(start.base, rows, validation, values, job["seed"], environment["precision"], method, start, grade, folder / "replay.json")
    training.settings.micro_tokens = environment.get("micro_tokens", training.settings.micro_tokens)
    model = training.model

    def weights() -> dict:
        return lora.state(model, NAME) if config else full_state(model)

    reporter = Reporter(store, job["id"])
    if at := checkpoints.latest(folder):
        put_back(model, checkpoints.restore(at, training), config)
        jobs.add_event(store, job["id"], f"Going on from the checkpoint at step {training.progress.step}.")
    else:
        jobs.add_event(store, job["id"], f"Training {sum(p.numel() for p in training.parameters):,} parameters on {len(training.rows)} rows in {environment['precision']}, {training.total} steps.")

    def save() -> Path:
        return reporter.saving(lambda: checkpoints.save(folder, training, weights()))

    def between() -> None:
        if orders.pause:
            raise Stop

    def on_step(metrics: dict) -> None:
        reporter.step(metrics, training.progress.trained_tokens)
        if reporter.due() and training.progress.step % training.per_epoch:
            save()

    def on_epoch(metrics: dict) -> None:
        add_checkpoint(store, data, job, start.base, config, model, save(), metrics)

    try:
        training.run(on_step, on_epoch, between)
    except Stop:
        if training.progress.step:
            save()
        return
    progress = training.progress
    if values["early_stopping"] and progress.best_step and progress.best_step != progress.step:
        from safetensors.torch import load_file

        put_back(model, load_file(checkpoints.folder(folder, progress.best_step) / "weights.safetensors"), config)
    publish(store, files, data, job, start.base, training, config)


def prepare(base: str, rows, validation, values: dict, seed: int, precision: str, method: str = "supervised", start: registry.Start | None = None,
            grade=None, replayed: Path | None = None) -> tuple[Training, lora.LoraConfig | None]:
    """The model with what is to be trained on it. Full tuning keeps fp32 weights and computes in bf16 where that was decided."""
    full = values["tuning"] == "full"
    torch.manual_seed(seed)
    model = bases.load_causal(base, torch.float32 if full else device.dtype(precision), four_bit=values["tuning"] == "qlora")
    if start and start.kind == "full":
        put_back(model, start.tensors(), None)
    mixture = values.get("mixture")
    if values.get("replay"):
        more = replay.rows(model, bases.tokenizer(base), round(values["replay"] * len(rows)), seed, values["max_length"], replayed)
        rows = [*rows, *more]
        mixture = mixture and {**mixture, replay.TASK: values["replay"] * sum(mixture.values())}
    config = None
    if full:
        model.requires_grad_(True)
        parameters = [p for p in model.parameters()]
    else:
        config = adapter_config(values, start)
        parameters = lora.attach(model, NAME, config, torch.Generator().manual_seed(seed))
        if start and start.kind == "lora":
            lora.load(model, NAME, start.tensors())
        lora.use(model, NAME)
    early = values["early_stopping"] or {}
    settings = Settings(
        epochs=values["epochs"], batch_size=values["batch_size"], learning_rate=values["learning_rate"], warmup_ratio=values["warmup_ratio"],
        scheduler=values["scheduler"], weight_decay=values["weight_decay"], max_grad_norm=values["max_grad_norm"], seed=seed,
        share_prefix=values["share_prefix"], autocast=full and precision == "bf16", patience=early.get("patience"), watch=early.get("metric", "valid_loss"),
        curriculum=values.get("curriculum"), mixture=mixture)
    common = (model, parameters, rows, validation, settings, config.lowest if config else 0)
    if method == "dpo":
        return PreferenceTraining(*common, beta=values["beta"]), config
    if method == "reinforcement":
        return ReinforcementTraining(*common, tokenizer=bases.tokenizer(base), grade=grade, group_size=values["group_size"], limit=values["max_completion_tokens"],
                                     temperature=values["temperature"]), config
    return Training(*common), config


def adapter_config(values: dict, start: registry.Start | None) -> lora.LoraConfig:
    """The shape of the adapter. One that goes on from another keeps its shape, and refuses to be told of a different one."""
    asked = lora.LoraConfig(values["rank"], values["alpha"], values["dropout"], values["target_modules"], values["rank_stabilised"], values["frozen_layers"],
                            values.get("layers"), values.get("dora", False))
    if not start or start.kind != "lora":
        return asked
    known = start.adapter()
    if known.rank != asked.rank:
        raise ValueError(f"the adapter to start from has rank {known.rank}, and rank is {asked.rank}; give {known.rank}")
    return replace(known, alpha=asked.alpha, dropout=asked.dropout)


def score_by(store: Store, files: Files, data: Path, job: dict):
    """Asks the score model of a grader; loaded when it is first asked."""
    from . import inference

    models = _score_models.setdefault(job["id"], inference.Inference(registry.Models(store, files, data)))

    def score(messages: list[dict]) -> float:
        with torch.inference_mode():
            return graders.expected_mark(models.score(job["method"]["reinforcement"]["grader"]["model"], [messages], graders.MARKS)[0].scores)

    return score


def full_state(model) -> dict:
    """All weights; a tied head is stored once, as its embedding."""
    tied = set(getattr(model, "all_tied_weights_keys", None) or getattr(model, "_tied_weights_keys", None) or ())
    return {k: v.detach().cpu().contiguous() for k, v in model.state_dict().items() if k not in tied}


def put_back(model, tensors: dict, config: lora.LoraConfig | None) -> None:
    if config:
        lora.load(model, NAME, tensors)
    else:
        missing = model.load_state_dict(tensors, strict=False).unexpected_keys
        if missing:
            raise ValueError(f"the checkpoint has tensors that the base has no place for: {missing[:3]}")


def write_weights(draft: Path, model, base: str, config: lora.LoraConfig | None, tensors: dict) -> Path:
    """One model's files in PEFT's (or transformers') layout; returns the weights file."""
    if config:
        peft = lora.peft_config(config, base, model)
        (draft / "adapter_config.json").write_text(json.dumps(peft, indent=1))
        meta = artifacts.metadata("lora", base, adapter_config=peft)
    else:
        model.config.save_pretrained(draft)
        bases.tokenizer(base).save_pretrained(draft)
        meta = artifacts.metadata("full", base)
    path = draft / artifacts.WEIGHTS["lora" if config else "full"]
    save_file(tensors, path, metadata=meta)
    artifacts.settle(path)
    return path


def model_name(job: dict, base: str) -> str:
    return f"ft:{base.rstrip('/').rsplit('/', 1)[-1]}:local:{job['user_provided_suffix'] or ''}:{job['id'].split('-')[1][:12]}"


def add_checkpoint(store: Store, data: Path, job: dict, base: str, config, model, path: Path, metrics: dict) -> None:
    """Registers the end of an epoch as a model of its own. Repeating it after a restart changes nothing."""
    name = f"{model_name(job, base)}:ckpt-step-{metrics['step']}"
    if store.find(registry.KIND, name):
        return
    from safetensors.torch import load_file

    folder = registry.add_folder(data, name, lambda draft: write_weights(draft, model, base, config, load_file(path / "weights.safetensors")))
    with store.transaction():
        registry.insert(store, name, base, "lora" if config else "full", folder, job=job["id"])
        store.insert(jobs.CHECKPOINT, {
            "id": new_id("ftckpt"), "object": jobs.CHECKPOINT, "created_at": now(), "fine_tuned_model_checkpoint": name, "fine_tuning_job_id": job["id"],
            "step_number": metrics["step"],
            "metrics": {"step": metrics["step"], "train_loss": metrics["train_loss"], "train_mean_token_accuracy": metrics["train_mean_token_accuracy"],
                        **{f"{full}{k}": metrics[k] for k in ("valid_loss", "valid_mean_token_accuracy") if k in metrics for full in ("", "full_")}},
        }, parent=job["id"])


def publish(store: Store, files: Files, data: Path, job: dict, base: str, training: Training, config) -> None:
    """Makes model and result files, then ends the job with them."""
    name, model = model_name(job, base), training.model
    tensors = lora.state(model, NAME) if config else full_state(model)
    folder = registry.add_folder(data, name, lambda draft: write_weights(draft, model, base, config, tensors))
    weights = artifacts.WEIGHTS["lora" if config else "full"]
    results = [
        files.add(metrics_csv(training.progress.metrics).encode(), f"step_metrics_{job['id']}.csv", "fine-tune-results"),
        files.keep(folder / weights, f"{job['id']}.safetensors", "fine-tune-results"),
    ]
    environment = {**store.get(jobs.KIND, job["id"])["environment"], "peak_memory_bytes": machine.peak()}
    with store.transaction():
        registry.insert(store, name, base, "lora" if config else "full", folder, job=job["id"])
        jobs.finish(store, job["id"], "succeeded", "The job has successfully completed.", fine_tuned_model=name, result_files=[f["id"] for f in results],
                    trained_tokens=training.progress.trained_tokens, environment=environment)
