import json

import pytest
import torch

from trainer import bases, chat, checkpoints, frozen, hyperparameters, job_language, lora
from trainer.training import Settings, Stop, learning_rate

from .conftest import chat_rows

VALUES = {"epochs": 3, "batch_size": 5, "rank": 4, "learning_rate": 1e-2, "dropout": 0.1}


def start(tiny, seed=0, **values):
    rows = [chat.training_row(tiny[1], r["messages"], 512) for r in chat_rows()]
    complete = hyperparameters.complete({**VALUES, **values}, len(rows))
    return job_language.prepare("tiny", rows[:18], rows[18:], complete, seed, "fp32")[0]


def curve(training, **callbacks):
    training.run(callbacks.get("on_step", lambda m: None), lambda m: None, callbacks.get("between", lambda: None))
    return [(m["train_loss"], m.get("valid_loss"), m["grad_norm"]) for m in training.progress.metrics]


def test_training_learns_the_labels(tiny):
    training = start(tiny, epochs=8, batch_size=6)
    losses = curve(training)
    assert losses[-1][0] < 0.5 * losses[0][0]


@pytest.mark.parametrize("most_bytes", [1 << 30, 40_000, 0])
def test_frozen_layers_computed_once_give_the_curve_of_computing_them_again(tiny, monkeypatch, most_bytes):
    monkeypatch.setattr(frozen, "MOST_BYTES", most_bytes)
    once, again = start(tiny, frozen_layers=1), start(tiny, frozen_layers=1)
    again.frozen = None
    for a, b in zip(curve(once), curve(again), strict=True):
        assert [value or 0 for value in a] == pytest.approx([value or 0 for value in b], abs=1e-4)
    rows = len(once.rows) + len(once.validation)
    assert len(once.frozen.kept) in {1 << 30: [rows], 0: [0]}.get(most_bytes, range(1, rows))


def test_the_same_seed_gives_the_same_curve_and_another_seed_another(tiny):
    first, again, other = curve(start(tiny)), curve(start(tiny)), curve(start(tiny, seed=1))
    assert first == again
    assert first != other


@pytest.mark.parametrize("tuning", ["lora", "full"])
@pytest.mark.parametrize("at", [1, 4, 7])
def test_a_resumed_run_ends_as_an_undisturbed_one(tiny, tmp_path, tuning, at):
    values = {"tuning": tuning, "learning_rate": 1e-3} if tuning == "full" else {}
    if tuning == "full":
        VALUES_FULL = {k: v for k, v in VALUES.items() if k not in ("rank", "dropout")} | values
        begin = lambda: job_language.prepare("tiny", *rows(tiny), hyperparameters.complete(VALUES_FULL, 18), 0, "fp32")
    else:
        begin = lambda: job_language.prepare("tiny", *rows(tiny), hyperparameters.complete(VALUES, 18), 0, "fp32")
    whole, config = begin()
    expected = curve(whole)
    broken, config = begin()

    def weights(t):
        return lora.state(t.model, job_language.NAME) if config else job_language.full_state(t.model)

    def on_step(m):
        if m["step"] == at:
            checkpoints.save(tmp_path, broken, weights(broken))
        if m["step"] == at + 1:  # a step that the checkpoint does not know
            raise Stop

    with pytest.raises(Stop):
        curve(broken, on_step=on_step)
    resumed, _ = begin()
    job_language.put_back(resumed.model, checkpoints.restore(checkpoints.latest(tmp_path), resumed), config)
    assert curve(resumed) == expected
    assert resumed.progress.trained_tokens == whole.progress.trained_tokens


def rows(tiny):
    made = [chat.training_row(tiny[1], r["messages"], 512) for r in chat_rows()]
    return made[:18], made[18:]


def test_a_stop_between_micro_batches_takes_no_half_step(tiny):
    training = start(tiny)
    calls = iter(range(100))

    def between():
        if next(calls) == 3:
            raise Stop

    with pytest.raises(Stop):
        curve(training, between=between)
    assert training.progress.step == len(training.progress.metrics)


def test_micro_batches_add_up_to_the_whole_batch(tiny):
    whole, parts = start(tiny, dropout=0.0), start(tiny, dropout=0.0)
    parts.settings.micro_tokens = 60
    for (a, va, na), (b, vb, nb) in zip(curve(whole), curve(parts)):
        assert a == pytest.approx(b, rel=1e-3) and na == pytest.approx(nb, rel=1e-2)


def test_early_stopping_ends_when_validation_no_longer_improves(tiny):
    training = start(tiny, epochs=50, batch_size=18, learning_rate=0.5, early_stopping={"patience": 1})
    curve(training)
    assert training.progress.step < training.total


def test_the_learning_rate_warms_up_and_falls():
    s = Settings(learning_rate=1.0, warmup_ratio=0.1, scheduler="cosine")
    rates = [learning_rate(s, step, 100) for step in range(1, 101)]
    assert rates[:10] == sorted(rates[:10]) and rates[10:] == sorted(rates[10:], reverse=True)
    assert max(rates) == 1.0 and rates[-1] < 0.01
    linear = [learning_rate(Settings(learning_rate=1.0, warmup_ratio=0, scheduler="linear"), step, 4) for step in range(1, 5)]
    assert linear == pytest.approx([1.0, 0.75, 0.5, 0.25])


def test_checkpoints_hold_only_plain_data(tiny, tmp_path):
    training = start(tiny, epochs=1)
    curve(training)
    path = checkpoints.save(tmp_path, training, lora.state(training.model, job_language.NAME))
    assert sorted(p.suffix for p in path.iterdir()) == [".json", ".safetensors", ".safetensors"]
    assert json.loads((path / "progress.json").read_text())["step"] == training.total


def test_full_tuning_trains_every_weight(tiny):
    values = hyperparameters.complete({"tuning": "full", "epochs": 1}, 18)
    training, config = job_language.prepare("tiny", *rows(tiny), values, 0, "fp32")
    before = {k: v.clone() for k, v in job_language.full_state(training.model).items()}
    curve(training)
    assert config is None
    assert all(not torch.equal(before[k], v) for k, v in job_language.full_state(training.model).items())
    assert set(before) == set(bases.load_causal("tiny", torch.float32).state_dict()) - {"lm_head.weight"}
