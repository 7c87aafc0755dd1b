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


def score_all(inf, name, conversations, values):
    with torch.inference_mode():
        return [scored.scores for scored in inf.score(name, conversations, values)]


def score(inf, name, messages, values):
    return score_all(inf, name, [messages], values)[0]


def brute_force(name, messages, values):
    """Each value written out by itself; at each token what keeps no value reachable gets probability 0."""
    from transformers import AutoModelForCausalLM

    model, tokenizer = AutoModelForCausalLM.from_pretrained(bases.resolve(name), dtype=torch.float32, attn_implementation="eager"), bases.tokenizer(name)
    prompt = chat.prompt(tokenizer, messages).tokens
    answers = [[*chat.encode(tokenizer, value), *chat.end_tokens(tokenizer, messages)] for value in values]
    found = []
    for answer in answers:
        with torch.no_grad():
            logits = model(torch.tensor([prompt + answer])).logits[0]
        total = 0.0
        for i, token in enumerate(answer):
            allowed = sorted({other[i] for other in answers if other[:i] == answer[:i] and len(other) > i})
            total += logits[len(prompt) - 1 + i, allowed].log_softmax(-1)[allowed.index(token)].item()
        found.append(total)
    return found


@pytest.mark.parametrize("messages", [MESSAGES, MESSAGES[1:], [*MESSAGES, {"role": "assistant", "content": "card"}, {"role": "user", "content": "no"}]])
def test_tree_scores_equal_brute_force(tiny, messages):
    assert score(engine("tiny"), "tiny", messages, VALUES) == pytest.approx(brute_force("tiny", messages, VALUES), abs=1e-4)


def test_tree_scores_equal_brute_force_on_smollm2(models_folder):
    assert score(engine(bases.SMOLLM2), bases.SMOLLM2, MESSAGES, VALUES[:4]) == pytest.approx(brute_force(bases.SMOLLM2, MESSAGES, VALUES[:4]), abs=2e-3)


def test_probabilities_of_all_values_sum_to_one(tiny):
    assert torch.tensor(score(engine("tiny"), "tiny", MESSAGES, VALUES)).exp().sum() == pytest.approx(1)


def test_rows_in_one_pass_get_what_they_get_alone(tiny):
    texts = ["my card has not arrived", "hi", "a far longer message than its neighbours, about an invoice that was never paid", "hi"]
    conversations = [[MESSAGES[0], {"role": "user", "content": text}] for text in texts] + [MESSAGES[1:]]
    inf = engine("tiny")
    together = score_all(inf, "tiny", conversations, VALUES)
    for messages, scores in zip(conversations, together):
        assert scores == pytest.approx(score(inf, "tiny", messages, VALUES), abs=1e-4)
    assert together[1] == together[3]


def test_a_near_tie_in_company_is_answered_again_alone(tiny, monkeypatch):
    conversations = [[MESSAGES[0], {"role": "user", "content": text}] for text in ("my card has not arrived", "a longer message about an invoice", "hi")]
    inf = engine("tiny")
    alone = [score(inf, "tiny", messages, VALUES) for messages in conversations]
    monkeypatch.setattr(inference, "is_near_tie", lambda scores, dtype: True)
    assert score_all(inf, "tiny", conversations, VALUES) == alone  # to the bit


def test_what_a_near_tie_is():
    assert inference.is_near_tie([-3.0, -0.5, -0.5001], torch.float32)
    assert not inference.is_near_tie([-3.0, -0.5, -0.51], torch.float32)
    assert inference.is_near_tie([-3.0, -0.5, -0.51], torch.bfloat16)
    assert not inference.is_near_tie([0.0], torch.float32)


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


def test_only_the_way_to_choices_is_computed():
    tree = trie.build([[1, 2, 5, 9], [1, 3, 9], [1, 9], [7, 8, 9]])
    assert (tree.tokens, tree.parents) == ([1], [-1])
    assert [set(c) for c in tree.choices] == [{1, 7}, {2, 3, 9}]
    assert [len(path) for path in tree.paths] == [2, 2, 2, 1]
    assert tree.lengths == [4, 3, 2, 3]
    assert trie.build([[1, 2, 9], [1, 2, 3, 9]]).tokens == [1, 2]


def test_a_single_value_is_certain(tiny):
    assert score(engine("tiny"), "tiny", MESSAGES, ("billing",)) == [0.0]


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
            logits, past = inf.step(s, tokens[-1:], len(tokens) - 1, past)
