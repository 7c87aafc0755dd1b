"""Answers written side by side against the same answers written alone."""

import json

import pytest
import torch

from trainer import company, generation
from trainer.engine import Engine

from .conftest import LABELS
from .test_scoring import MESSAGES, engine as inference_of

TEXTS = ["my card has not arrived", "hi", "a far longer message than its neighbours, about an invoice that was never paid", "late", "hi", "refund", "where is it?", "error",
         "the courier is late again", "login", "card", "technical question"]
SCHEMA = {"type": "object", "properties": {"team": {"enum": LABELS}, "urgent": {"type": "boolean"}, "note": {"type": "string", "maxLength": 12}},
          "required": ["team", "urgent", "note"], "additionalProperties": False}


class Asked:
    def __init__(self, text: str, **sampling):
        self.messages = [MESSAGES[0], {"role": "user", "content": text}]
        self.sampling = generation.Sampling(temperature=0, **sampling)


@pytest.fixture(scope="module")
def machine():
    return Engine()


def whole(pieces) -> tuple:
    return "".join(p.text for p in pieces), pieces[-1].finish, pieces[-1].prompt_tokens, pieces[-1].completion_tokens


def alone(machine, models, asked) -> tuple:
    return whole(list(generation.generate(machine, models, "tiny", asked.messages, asked.sampling)))


def together(machine, models, all) -> list[tuple]:
    found = dict(company.generate_together(machine, models, "tiny", all, 1))
    assert len(found) == len(all)
    return [whole(found[i]) for i in range(len(all))]


@pytest.mark.parametrize("grammar", [None, json.dumps(SCHEMA)])
def test_answers_in_company_are_the_answers_alone(tiny, machine, grammar):
    models = inference_of("tiny")
    all = [Asked(text, max_tokens=6 + 9 * (i % 4), grammar=grammar) for i, text in enumerate(TEXTS)]
    assert together(machine, models, all) == [alone(machine, models, asked) for asked in all]


class Recorded(generation.Writing):
    """Keeps the logits that it was given."""

    all: list["Recorded"] = []

    def __init__(self, *given):
        super().__init__(*given)
        self.seen = []
        Recorded.all.append(self)

    def take(self, logits):
        self.seen.append(logits.clone())
        return super().take(logits)


def test_logits_in_company_are_those_alone(tiny, machine, monkeypatch):
    """Rows of different lengths that join and leave at different times, step by step."""
    for module in (company, generation):
        monkeypatch.setattr(module, "Writing", Recorded)
    monkeypatch.setattr(company, "SLOTS", 3)
    monkeypatch.setattr(company, "ROOM", 4)
    monkeypatch.setattr(company.inference, "near_tie", lambda dtype: -1.0)
    models = inference_of("tiny")
    all = [Asked(text, max_tokens=3 + i % 5) for i, text in enumerate(TEXTS)]
    together(machine, models, all)
    for asked in all:
        alone(machine, models, asked)
    in_company, by_itself = Recorded.all[: len(all)], Recorded.all[len(all):]
    for a, b in zip(in_company, by_itself, strict=True):
        assert len(a.seen) == len(b.seen) and torch.allclose(torch.stack(a.seen), torch.stack(b.seen), atol=1e-4)


def test_a_row_that_meets_a_near_tie_is_written_again_alone(tiny, machine, monkeypatch):
    models = inference_of("tiny")
    all = [Asked(text, max_tokens=8) for text in TEXTS]
    expected = [alone(machine, models, asked) for asked in all]
    again = []
    generate = company.generate
    monkeypatch.setattr(company, "generate", lambda *a: (again.append(a[3]), generate(*a))[1])
    monkeypatch.setattr(company.inference, "near_tie", lambda dtype: torch.inf)
    assert together(machine, models, all) == expected
    assert len(again) == len([e for e in expected if e[3] > 1])


def test_fewer_answers_go_side_by_side_where_memory_is_short(tiny, machine, monkeypatch):
    models = inference_of("tiny")
    all = [Asked(text, max_tokens=5) for text in TEXTS]
    expected = together(machine, models, all)
    most = []
    step = company.Company.step
    monkeypatch.setattr(company.Company, "step", lambda self: (most.append(len(self.writing)), step(self))[1])
    for bytes, slots in ((1, 1), (50_000, 3)):
        monkeypatch.setattr(company, "SLOTS_BYTES", bytes)
        assert together(machine, models, all) == expected
        assert max(most) == slots
        most.clear()


def test_only_what_the_grammar_leaves_open_is_asked_of_the_model(tiny, machine, monkeypatch):
    asked, models = Asked("late", max_tokens=60, grammar=json.dumps({**SCHEMA, "required": ["team", "urgent"], "properties": {k: SCHEMA["properties"][k] for k in ("team", "urgent")}})), inference_of("tiny")
    steps = []
    step = models.step
    monkeypatch.setattr(models, "step", lambda *a: (steps.append(a[1]), step(*a))[1])
    text, finish, _, tokens = alone(machine, models, asked)
    assert finish == "stop" and set(json.loads(text)) == {"team", "urgent"} and " " not in text
    assert len(steps) < tokens / 2
