"""What may be trained on, and in which ways."""

import json
import math

import pytest
import torch

from trainer import bases, chat, dataset, graders, hyperparameters, job_language, registry, replay, sampling
from trainer.errors import ApiError
from trainer.training import Settings, check_mixture, order

from .conftest import LABELS, chat_rows, jsonl

LORA = {"rank": 4, "epochs": 3, "batch_size": 6, "learning_rate": 1e-2, "warmup_ratio": 0}


def prepare(tiny, rows, method="supervised", seed=0, validation=(), start=None, grade=None, replayed=None, **values):
    complete = hyperparameters.complete(hyperparameters.check({**LORA, **values}, method), len(rows), method)
    return job_language.prepare("tiny", rows, list(validation), complete, seed, "fp32", method, start, grade, replayed)


def read(tiny, tmp_path, rows, method="supervised", max_length=512):
    (tmp_path / "rows.jsonl").write_bytes(jsonl(rows))
    return dataset.ROWS[method](tmp_path / "rows.jsonl", "rows.jsonl", tiny[1], max_length)


def run(training):
    training.run(lambda m: None, lambda m: None)
    return training.progress.metrics


def supervised(tiny, n=24, **marks):
    return [chat.replace(chat.training_row(tiny[1], r["messages"], 512), **{k: v(i) for k, v in marks.items()}) for i, r in enumerate(chat_rows(n))]


# Forms of rows


def test_a_completion_is_learnt_with_its_end_and_its_prompt_is_not(tiny, tmp_path):
    row, = read(tiny, tmp_path, [{"prompt": "card ", "completion": "arrival"}])
    learnt = [t for t, w in zip(row.tokens, row.weights) if w]
    assert tiny[1].decode(learnt) == "arrival<|im_end|>" and tiny[1].decode(row.tokens) == "card arrival<|im_end|>"


def test_a_document_is_learnt_in_stretches_from_its_second_token(tiny, tmp_path):
    text = "exchange rate of a lost card " * 20
    rows = read(tiny, tmp_path, [{"text": text}], max_length=32)
    assert tiny[1].decode([t for row in rows for t in row.tokens]) == text + "<|im_end|>"
    assert len(rows) > 1 and all(row.weights == [0.0] + [1.0] * (len(row.tokens) - 1) for row in rows)


def test_every_form_trains_in_one_file(tiny, tmp_path):
    rows = read(tiny, tmp_path, [*chat_rows(6), *[{"prompt": "card ", "completion": "arrival"}] * 3, *[{"text": "billing shipping technical"}] * 3])
    losses = [m["train_loss"] for m in run(prepare(tiny, rows, epochs=10)[0])]
    assert losses[-1] < 0.7 * losses[0]


@pytest.mark.parametrize("row, method, said", [
    ({"prompt": "a"}, "supervised", "completion must be a string"), ({"text": " "}, "supervised", "text is empty"), ([1], "supervised", "JSON object"),
    ({"input": {"messages": []}}, "dpo", "preferred_output"), ({"messages": [{"role": "assistant", "content": "x"}]}, "reinforcement", "the model is to write"),
    ({"text": "a", "difficulty": "hard"}, "supervised", "difficulty must be a number"), ({"text": "a", "task": 3}, "supervised", "task must be a string")])
def test_a_wrong_row_is_named_with_its_line(tiny, tmp_path, row, method, said):
    with pytest.raises(dataset.DatasetError, match=f"line 1: .*{said}"):
        read(tiny, tmp_path, [row], method)


# Order


def test_a_curriculum_goes_from_easy_to_hard_in_every_epoch(tiny):
    rows = supervised(tiny, difficulty=lambda i: -i)
    assert [rows[i].difficulty for i in order(Settings(curriculum="difficulty"), rows, 1)] == sorted(r.difficulty for r in rows)
    lengths = [len(rows[i].tokens) for i in order(Settings(curriculum="length"), rows, 0)]
    assert lengths == sorted(lengths)
    assert sorted(order(Settings(), rows, 0)) == list(range(24)) != order(Settings(), rows, 0)


def test_a_mixture_draws_each_task_as_often_as_its_weight_says(tiny):
    rows = supervised(tiny, 24, task=lambda i: "rare" if i < 4 else "common") * 50
    drawn = [rows[i].task for i in order(Settings(mixture={"rare": 3, "common": 1}), rows, 0)]
    assert drawn.count("rare") / len(drawn) == pytest.approx(0.75, abs=0.04)
    with pytest.raises(ValueError, match="rare"):
        check_mixture({"common": 1}, rows)


def test_replayed_rows_are_the_base_models_own_and_the_same_again(tiny, tmp_path):
    first, _ = prepare(tiny, supervised(tiny), replay=0.5, replayed=tmp_path / "replay.json")
    own = [row for row in first.rows if row.task == replay.TASK]
    assert 6 <= len(own) <= 12 and len(first.rows) == 24 + len(own)
    kept = json.loads((tmp_path / "replay.json").read_text())
    assert kept == replay.write(bases.load_causal("tiny", torch.float32), tiny[1], 12, 0)
    again, _ = prepare(tiny, supervised(tiny), replay=0.5, replayed=tmp_path / "replay.json")
    assert [row.tokens for row in again.rows] == [row.tokens for row in first.rows]


# Going on


def test_a_training_goes_on_from_an_adapter(tiny, tmp_path):
    rows = supervised(tiny)
    first, config = prepare(tiny, rows[:18], validation=rows[18:])
    run(first)
    job_language.write_weights(tmp_path, first.model, "tiny", config, job_language.lora.state(first.model, job_language.NAME))
    start = registry.Start("tiny", "lora", tmp_path)
    then, _ = prepare(tiny, rows[:18], validation=rows[18:], start=start, alpha=8)
    assert then.evaluate()["valid_loss"] == pytest.approx(first.evaluate()["valid_loss"], abs=1e-5)
    assert run(then)[-1]["train_loss"] < first.progress.metrics[-1]["train_loss"]
    with pytest.raises(ValueError, match="rank 4"):
        prepare(tiny, rows, start=start, rank=8)


def test_early_stopping_can_watch_the_token_accuracy(tiny):
    training, _ = prepare(tiny, supervised(tiny)[:18], validation=supervised(tiny)[18:], epochs=30, early_stopping={"patience": 1, "metric": "valid_mean_token_accuracy"})
    seen = [m["valid_mean_token_accuracy"] for m in run(training) if "valid_loss" in m]
    assert training.progress.step < training.total
    assert seen[training.progress.best_step // training.per_epoch - 1] == max(seen)


def test_where_memory_does_not_suffice_the_step_is_taken_again_in_halves(tiny):
    rows = supervised(tiny)
    calm, _ = prepare(tiny, rows)
    tight, _ = prepare(tiny, rows)
    losses = tight._losses

    def short_of_memory(few):
        if sum(len(row.tokens) for row in few) > 150:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes")
        return losses(few)

    tight._losses = short_of_memory
    assert [m["train_loss"] for m in run(tight)] == pytest.approx([m["train_loss"] for m in run(calm)], abs=1e-3)
    assert tight.settings.micro_tokens < calm.settings.micro_tokens


# Preferences


def pairs():
    asked = [r["messages"][:2] for r in chat_rows(12)]
    say = lambda text: [{"role": "assistant", "content": text}]
    return [{"input": {"messages": m}, "preferred_output": say(LABELS[0]), "non_preferred_output": say(LABELS[1])} for m in asked]


@pytest.mark.parametrize("values", [{}, {"tuning": "full", "learning_rate": 1e-3}])
def test_the_first_preference_loss_is_the_logarithm_of_two_and_then_the_better_answer_wins(tiny, tmp_path, values):
    rows = read(tiny, tmp_path, pairs(), "dpo")
    given = {k: v for k, v in LORA.items() if k != "rank"} if values else LORA
    complete = hyperparameters.complete({**given, **values, "epochs": 5, "beta": 0.5}, 12, "dpo")
    training, _ = job_language.prepare("tiny", rows, rows[:3], complete, 0, "fp32", "dpo")
    metrics = run(training)
    assert metrics[0]["train_loss"] == pytest.approx(math.log(2), abs=1e-5) and metrics[0]["train_mean_reward_margin"] == pytest.approx(0, abs=1e-4)
    assert metrics[-1]["train_loss"] < 0.3 and metrics[-1]["valid_mean_token_accuracy"] == 1


def test_the_preference_loss_is_the_formula_with_each_answer_computed_by_itself(tiny, tmp_path):
    from transformers import AutoModelForCausalLM

    rows = read(tiny, tmp_path, pairs(), "dpo")
    training, _ = prepare(tiny, rows, "dpo", beta=0.2)
    run(training)
    job_language.lora.merge(training.model, job_language.NAME)
    base = AutoModelForCausalLM.from_pretrained(bases.resolve("tiny"), dtype=torch.float32)
    tuned = AutoModelForCausalLM.from_pretrained(bases.resolve("tiny"), dtype=torch.float32)
    tuned.load_state_dict(training.model.state_dict())

    def chance(model, row):
        with torch.no_grad():
            p = model(torch.tensor([row.tokens])).logits[0].log_softmax(-1)
        return sum(p[i - 1, t].item() for i, (t, w) in enumerate(zip(row.tokens, row.weights)) if w)

    gain = lambda row: chance(tuned, row) - chance(base, row)
    expected = [-math.log(1 / (1 + math.exp(-0.2 * (gain(pair.chosen) - gain(pair.rejected))))) for pair in rows]
    training.validation = rows
    assert training.evaluate()["valid_loss"] == pytest.approx(sum(expected) / len(expected), abs=1e-4)


# Reinforcement


def test_reinforcement_raises_the_reward_and_repeats_itself(tiny, tmp_path):
    grader = graders.check({"type": "string_check", "input": "{{sample.output_text}}", "reference": "{{item.wanted}}", "operation": "ilike"})
    rows = read(tiny, tmp_path, [{"messages": r["messages"][:2], "wanted": "e"} for r in chat_rows(8)], "reinforcement")
    grade = lambda answer, item: graders.grade(grader, answer, item, None)
    values = {"group_size": 8, "max_completion_tokens": 6, "epochs": 12, "batch_size": 8, "learning_rate": 2e-2}
    training, _ = prepare(tiny, rows, "reinforcement", validation=rows[:2], grade=grade, **values)
    rewards = [m["train_mean_reward"] for m in run(training)]
    assert sum(rewards[-3:]) / 3 > sum(rewards[:3]) / 3 + 0.2
    again, _ = prepare(tiny, rows, "reinforcement", validation=rows[:2], grade=grade, **values)
    assert [m["train_mean_reward"] for m in run(again)] == rewards


def test_drawn_answers_in_company_are_those_drawn_alone(tiny):
    model = bases.load_causal("tiny", torch.float32)
    prompts = [chat.prompt(tiny[1], r["messages"][:2]).tokens for r in chat_rows(5)]
    together = sampling.sample(model, prompts, {2}, 12, 1.0, None)
    assert together == [sampling.sample(model, [p], {2}, 12, 1.0, None)[0] for p in prompts]


@pytest.mark.parametrize("grader, answer, reward", [
    ({"type": "string_check", "operation": "eq"}, "Billing", 0), ({"type": "string_check", "operation": "ilike"}, "it is BILLING", 1),
    ({"type": "string_check", "operation": "ne"}, "x", 1), ({"type": "string_check", "operation": "like"}, "billing!", 1),
    ({"type": "text_similarity", "evaluation_metric": "fuzzy_match"}, "billing", 1), ({"type": "text_similarity", "evaluation_metric": "rouge_l"}, "the billing", 2 / 3),
    ({"type": "text_similarity", "evaluation_metric": "rouge_1"}, "shipping", 0), ({"type": "text_similarity", "evaluation_metric": "gleu"}, "billing", 1)])
def test_graders_give_what_their_names_say(grader, answer, reward):
    checked = graders.check({"input": "{{sample.output_text}}", "reference": "{{ item.label }}", **grader})
    assert graders.grade(checked, answer, {"label": "billing"}, None) == pytest.approx(reward)


def test_a_score_model_is_asked_with_the_answer_and_its_marks_are_weighed():
    grader = graders.check({"type": "score_model", "model": "tiny", "input": [{"role": "user", "content": "Is {{sample.output_text}} right?"}], "range": [-1, 1]})
    seen = []
    assert graders.grade(grader, "billing", {}, lambda messages: seen.append(messages) or 0.75) == 0.5
    assert seen == [[{"role": "user", "content": "Is billing right?"}]]
    assert graders.expected_mark([math.log(0.5) if m in ("0", "10") else -math.inf for m in graders.MARKS]) == pytest.approx(0.5)


@pytest.mark.parametrize("grader, param", [({}, "type"), ({"type": "python"}, "type"), ({"type": "string_check", "input": "a", "reference": "b", "operation": "is"}, "operation"),
                                           ({"type": "text_similarity", "input": "a", "reference": "b"}, "evaluation_metric")])
def test_a_grader_that_cannot_grade_is_refused(grader, param):
    with pytest.raises(ApiError) as e:
        graders.check(grader)
    assert e.value.param == f"method.reinforcement.grader.{param}"
