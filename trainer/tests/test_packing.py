"""Packed loss and gradients against transformers' own padded computation."""

import pytest
import torch

from trainer import bases, chat, packing
from trainer.chat import Row


def row(tokens, trained):
    return Row(tokens, [0.0] * (len(tokens) - len(trained)) + list(trained))


def rows_with(prefixes, lengths, seed=0, weights=(1.0, 1.0)):
    g = torch.Generator().manual_seed(seed)
    draw = lambda n: torch.randint(3, 300, (n,), generator=g).tolist()
    heads = [draw(n) for n in prefixes]
    return [row(heads[i % len(heads)] + draw(n) if heads else draw(n), weights) for i, n in enumerate(lengths)]


CASES = {
    "one prefix": rows_with([40], [8, 12, 9, 30, 7]),
    "several prefixes": rows_with([40, 25, 60], [8, 12, 9, 30, 7, 8, 21]),
    "no common prefix": rows_with([], [8, 40, 9, 30]),
    "prefix and its extension": rows_with([30], [10, 10]) + [row(rows_with([30], [10])[0].tokens[:35] + [5, 6, 7, 8, 9], (1.0, 1.0))],
    "identical rows": rows_with([20], [9]) * 3,
    "one row": rows_with([20], [9]),
    "fractional weights": rows_with([40], [8, 12, 9], weights=(0.25, 2.0)),
    "a row trained from its second token": [row([5, 6, 7, 8], (1.0, 1.0, 1.0)), row([5, 6, 7, 9], (1.0, 1.0, 1.0))],
    "very different lengths": rows_with([16], [6, 120, 7, 64, 5, 17]),
}


def padded(name, rows):
    """Reference: one padded batch through the model as transformers runs it."""
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(bases.resolve(name), attn_implementation="eager", dtype=torch.float32)
    longest = max(len(r.tokens) for r in rows)
    ids = torch.tensor([r.tokens + [2] * (longest - len(r.tokens)) for r in rows])
    mask = torch.tensor([[1] * len(r.tokens) + [0] * (longest - len(r.tokens)) for r in rows])
    weights = torch.tensor([r.weights + [0.0] * (longest - len(r.tokens)) for r in rows])[:, 1:]
    logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1]
    losses = torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), ids[:, 1:].reshape(-1), reduction="none").view_as(weights)
    loss = (losses * weights).sum() / weights.sum()
    loss.backward()
    return loss.item(), {n: p.grad for n, p in model.named_parameters()}


def packed(name, rows, share=True):
    model = bases.load_causal(name, torch.float32).requires_grad_(True)
    p = packing.pack(rows, share=share)
    logits = bases.head(model, bases.decode(model, p.tokens, p.positions, p)[p.predict])
    losses = torch.nn.functional.cross_entropy(logits, p.targets, reduction="none")
    loss = (losses * p.weights).sum() / p.weights.sum()
    loss.backward()
    return loss.item(), {n: p.grad for n, p in model.named_parameters()}, p.tokens.shape[1]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("share", [True, False])
def test_packed_loss_and_gradients_equal_the_padded_ones(tiny, case, share):
    rows = CASES[case]
    loss, gradients = padded(tiny[0], rows)
    ours, got, _ = packed(tiny[0], rows, share)
    assert ours == pytest.approx(loss, abs=2e-6)
    for name, expected in gradients.items():
        cosine = torch.nn.functional.cosine_similarity(expected.flatten().double(), got[name].flatten().double(), dim=0)
        assert cosine >= 0.99999, name
        assert torch.allclose(expected, got[name], rtol=1e-3, atol=1e-5), name


def test_a_shared_prefix_is_computed_once(tiny):
    rows = rows_with([40], [8, 12, 9])
    assert packed(tiny[0], rows)[2] == 40 + 8 + 12 + 9


def test_grouping_never_costs_more_than_whole_rows_and_keeps_losses_inside_rows():
    for rows in CASES.values():
        groups = packing.group(rows)
        assert sorted(i for _, members in groups for i in members) == list(range(len(rows)))
        assert sum(p + sum(len(rows[i].tokens) - p for i in members) for p, members in groups) <= sum(len(r.tokens) for r in rows)
        for prefix, members in groups:
            assert len({tuple(rows[i].tokens[:prefix]) for i in members}) == 1
            assert all(rows[i].first_trained > prefix or prefix == 0 for i in members)


def test_micro_batches_hold_every_row_once_and_keep_to_their_size():
    rows = rows_with([40, 20], [8, 12, 9, 30, 7, 8, 21, 50])
    packs = packing.micro_batches(rows, 80)
    assert sorted(r.tokens for p in packs for r in p) == sorted(r.tokens for r in rows)
    assert len(packs) > 1
    assert all(len(p) == 1 or packing.pack(p).tokens.shape[1] <= 80 for p in packs)


def test_smollm2_packs_to_the_same_loss_and_adapter_gradients(models_folder):
    from trainer import lora

    tokenizer = bases.tokenizer(bases.SMOLLM2)
    texts = ["Where is my card?", "I was charged twice and want my money back", "hello"]
    rows = [chat.training_row(tokenizer, [{"role": "system", "content": "Which team should answer this message?"}, {"role": "user", "content": t}, {"role": "assistant", "content": "billing"}], 512)
            for t in texts]
    gradients = []
    model = bases.load_causal(bases.SMOLLM2, torch.float32)
    parameters = lora.attach(model, "a", lora.LoraConfig(rank=4), torch.Generator().manual_seed(0))
    for p in parameters:
        torch.nn.init.normal_(p, std=0.02, generator=torch.Generator().manual_seed(1))
    lora.use(model, "a")
    for share in (True, False):
        p = packing.pack(rows, share=share)
        loss = torch.nn.functional.cross_entropy(bases.head(model, bases.decode(model, p.tokens, p.positions, p)[p.predict]), p.targets)
        gradients.append((loss.item(), torch.cat([g.flatten() for g in torch.autograd.grad(loss, parameters)])))
    assert gradients[0][0] == pytest.approx(gradients[1][0], abs=1e-5)
    assert torch.nn.functional.cosine_similarity(gradients[0][1].double(), gradients[1][1].double(), dim=0) >= 0.99999
