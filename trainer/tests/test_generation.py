"""Answers that are written side by side are those that would be written alone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from trainer import bases, generation, inference, lora
from trainer.engine import Engine
from trainer.generation import Sampling

QUESTIONS = ["my card has not arrived", "hi", "a longer message about an invoice that was never paid", "exchange rate", "lost", "why?"]


@pytest.fixture(scope="module")
def served(models_folder):
    """An engine over one tiny base with three adapters whose answers differ: (engine, inference, names)."""
    inf = inference.Inference(None)
    model, tokenizer = bases.load_causal("tiny", torch.float32), bases.tokenizer("tiny")
    for i, name in enumerate(("a", "b", "c")):
        for p in lora.attach(model, name, lora.LoraConfig(rank=4)):
            torch.nn.init.normal_(p, std=0.1, generator=torch.Generator().manual_seed(i))
    inf.serve = lambda name: inference.Served(name, model, tokenizer, None if name == "tiny" else name)
    return Engine(), inf, ["tiny", "a", "b", "c"]


def write(served, name, question, **sampling):
    engine, inf, _ = served
    messages = [{"role": "user", "content": question}]
    return "".join(p.text for p in generation.generate(engine, inf, name, messages, Sampling(**{"max_tokens": 24, "temperature": 0, **sampling})))


def test_fifty_answers_over_adapters_of_one_base_are_those_given_one_by_one(served):
    asked = [(name, QUESTIONS[i % len(QUESTIONS)]) for i in range(13) for name in served[2]][:50]
    alone = {pair: write(served, *pair) for pair in set(asked)}
    assert len({alone[name, QUESTIONS[0]] for name in served[2]}) == 4  # so that a mix-up would show
    with ThreadPoolExecutor(50) as pool:
        together = list(pool.map(lambda pair: write(served, *pair), asked))
    assert together == [alone[pair] for pair in asked]


def test_a_sampled_answer_is_a_function_of_its_seed_in_any_company(served):
    alone = [write(served, "a", QUESTIONS[0], temperature=1.0, seed=s) for s in range(8)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda s: write(served, "a", QUESTIONS[0], temperature=1.0, seed=s), range(8)))
    assert together == alone and len(set(alone)) > 1


def test_tokens_of_answers_that_are_written_at_the_same_time_share_passes(served, monkeypatch):
    sizes = []
    steps = inference.Inference.steps
    monkeypatch.setattr(inference.Inference, "steps", lambda self, all: sizes.append(len(all)) or steps(self, all))
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda i: write(served, "a", QUESTIONS[i % 6], max_tokens=40, temperature=1.0, seed=i), range(12)))
    assert max(sizes) >= 6


def test_one_items_fault_is_not_its_neighbours():
    engine = Engine()

    def halves(items):
        if 0 in items:
            raise ZeroDivisionError
        return [12 // i for i in items]

    def half(i):
        try:
            with engine.taking_part("halves"):
                return engine.run_together("halves", i, halves)
        except ZeroDivisionError:
            return None

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(half, [1, 2, 0, 3, 4, 6])) == [12, 6, None, 4, 3, 2]
