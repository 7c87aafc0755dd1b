"""Answers drawn from a model in training: for reinforcement, and for replay. A function of the model and the generator alone."""

import torch

from . import bases, inference

AT_ONCE = 32


@torch.no_grad()
def sample(model, prompts: list[list[int]], ends: set[int], limit: int, temperature: float, generator: torch.Generator | None) -> list[list[int]]:
    """The tokens that follow each prompt, with their end mark if one came within `limit`. Without a generator the likeliest ones."""
    model.eval()
    return [answer for i in range(0, len(prompts), AT_ONCE) for answer in _some(model, prompts[i: i + AT_ONCE], ends, limit, temperature, generator)]


def _some(model, prompts, ends, limit, temperature, generator) -> list[list[int]]:
    begun: dict[tuple, tuple] = {}  # equal prompts are computed once
    answers: list[list[int]] = [[] for _ in prompts]
    pasts, chances = [], []
    for prompt in map(tuple, prompts):
        if prompt not in begun:
            layout = inference.Cached()
            hidden = _decode(model, prompt, range(len(prompt)), layout)
            begun[prompt] = bases.head(model, hidden[-1:])[0], layout.kept
        logits, past = begun[prompt]
        chances.append(logits)
        pasts.append(past)
    active = list(range(len(prompts)))
    for n in range(limit):
        tokens = _draw(torch.stack(chances), temperature, generator)
        for i, token in zip(active, tokens):
            answers[i].append(token)
        going = [j for j, token in enumerate(tokens) if token not in ends]
        if not going or n == limit - 1:
            break
        active, tokens, pasts = [active[j] for j in going], [tokens[j] for j in going], [pasts[j] for j in going]
        layout = inference.Apart([inference.Step(None, [t], len(prompts[i]) + n, past) for i, t, past in zip(active, tokens, pasts)], model.device)
        chances = list(bases.head(model, _decode(model, tokens, [len(prompts[i]) + n for i in active], layout)))
        pasts = [cached.kept for cached in layout.each]
    return answers


def _decode(model, tokens, positions, layout):
    return bases.decode(model, torch.tensor([list(tokens)], device=model.device), torch.tensor([list(positions)], device=model.device), layout)


def _draw(logits: torch.Tensor, temperature: float, generator: torch.Generator | None) -> list[int]:
    if generator is None:
        return logits.argmax(-1).tolist()
    return torch.multinomial((logits.cpu() / temperature).softmax(-1), 1, generator=generator)[:, 0].tolist()
