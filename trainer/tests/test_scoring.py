"""Enumerated answers against brute force: each value run through transformers by itself."""

import pytest
import torch

from trainer import bases, chat, inference, trie

VALUES = ("billing", "bill", "shipping", "technical", "card arrival", "card linking", "card")
MESSAGES = [{"role": "system", "content": "Which team should answer this message?"}, {"role": "user", "content": "my card has not arrived"}]


def engine(name):
    inf = inference.Inference(None)
    model, tokenizer = bases.load_causal(name, torch.float32), bases.tokenizer(name)
    inf.serve = lambda _: inference.Served(name, model, tokenizer, None)
    return inf


def score(inf, name, messages, values):
    with torch.inference_mode():
        return inf.score(name, messages, values)[0]


def brute_force(name, messages, values):
    from transformers import AutoModelForCausalLM

    model, tokenizer = AutoModelForCausalLM.from_pretrained(bases.resolve(name), dtype=torch.float32, attn_implementation="eager"), bases.tokenizer(name)
    prompt = chat.prompt(tokenizer, messages).tokens
    found = []
    for value in values:
        answer = [*chat.encode(tokenizer, value), *chat.end_tokens(tokenizer, messages)]
        with torch.no_grad():
            logp = model(torch.tensor([prompt + answer])).logits[0].log_softmax(-1)
        found.append(sum(logp[len(prompt) - 1 + i, t].item() for i, t in enumerate(answer)))
    return found


@pytest.mark.parametrize("messages", [MESSAGES, MESSAGES[1:], [*MESSAGES, {"role": "assistant", "content": "card"}, {"role": "user", "content": "no"}]])
def test_tree_scores_equal_brute_force(tiny, messages):
    assert score(engine("tiny"), "tiny", messages, VALUES) == pytest.approx(brute_force("tiny", messages, VALUES), abs=1e-4)


def test_tree_scores_equal_brute_force_on_smollm2(models_folder):
    assert score(engine(bases.SMOLLM2), bases.SMOLLM2, MESSAGES, VALUES[:4]) == pytest.approx(brute_force(bases.SMOLLM2, MESSAGES, VALUES[:4]), abs=2e-3)


def test_a_cached_prefix_changes_no_bit(tiny):
    cold, warm = engine("tiny"), engine("tiny")
    for text in ("something else", "and another message", "my card has not arrived"):
        last = score(warm, "tiny", [MESSAGES[0], {"role": "user", "content": text}], VALUES)
    assert last == score(cold, "tiny", MESSAGES, VALUES)
    assert len(warm.prefixes) == 1


def test_the_cache_forgets_the_oldest_prefix(tiny, monkeypatch):
    inf = engine("tiny")
    monkeypatch.setattr(inference, "CACHE_BYTES", 60_000)
    for i in range(12):
        score(inf, "tiny", [{"role": "system", "content": f"{i} Which team should answer this message?"}, MESSAGES[1]], VALUES)
    assert 1 <= len(inf.prefixes) < 12
    assert inf.held == sum(inference.size(kept) for kept in inf.prefixes.values()) <= 60_000


def test_values_share_their_nodes_and_ends_need_none():
    tree = trie.build([[1, 2, 9], [1, 3, 9], [1, 9]])
    assert tree.tokens == [1, 2, 3]
    assert tree.parents == [-1, 0, 0]
    assert len(tree.edges) == 6


def test_generation_continues_exactly_as_a_full_pass_would(tiny):
    inf = engine("tiny")
    with torch.inference_mode():
        s = inf.serve("tiny")
        p = inf.prompt(s, MESSAGES)
        logits, past = inf.start(s, p)
        tokens = list(p.tokens)
        for _ in range(5):
            whole = bases.head(s.model, bases.decode(s.model, torch.tensor([tokens]), torch.arange(len(tokens))[None], inference.Cached()))[-1]
            assert torch.allclose(logits, whole, atol=1e-4)
            tokens.append(int(logits.argmax()))
            logits, past = inf.step(s, tokens[-1], len(tokens) - 1, past)
