"""Group-relative policy optimisation (Shao et al., 2024, arXiv:2402.03300): of several answers to one prompt the better ones become likelier.

    the model draws G answers to each prompt, the grader gives rewards r₁ … r_G
    advantage  Aᵢ = (rᵢ − mean r) / (std r + 10⁻⁴)
    loss       −Σᵢ Σ_t Aᵢ · ρᵢₜ / Σᵢ |answer i|,     ρᵢₜ = π(tokenₜ) / π_drawn(tokenₜ)

Each group is learnt from once, right after it was drawn, so ρ is 1 and its gradient is that of log π; nothing has to be clipped. Tokens
count alike, whichever answer they stand in (Yu et al., 2025, arXiv:2503.14476). Without a reference model there is no KL term. A prompt
whose answers all fare alike teaches nothing. What is drawn is a function of (seed, step), so a resumed job draws it again.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from . import chat, packing, sampling
from .chat import Row
from .training import Training


@dataclass(frozen=True)
class Task:
    """A prompt, and the row that the grader reads."""

    tokens: list[int]
    item: dict
    task: str = ""
    difficulty: float = 0.0


class ReinforcementTraining(Training):
    """`grade(answer, item)` is an answer's reward."""

    def __init__(self, *args, tokenizer, grade: Callable[[str, dict], float], group_size: int, limit: int, temperature: float, **more):
        super().__init__(*args, **more)
        self.tokenizer, self.grade, self.group_size, self.limit, self.temperature = tokenizer, grade, group_size, limit, temperature
        self.ends = {*chat.end_tokens(tokenizer, [{"role": "user", "content": "x"}]), tokenizer.eos_token_id}

    def _draw(self, tasks: list[Task], generator: torch.Generator | None) -> tuple[list[list[int]], list[float]]:
        answers = sampling.sample(self.model, [t.tokens for t in tasks], self.ends, self.limit, self.temperature, generator)
        texts = [self.tokenizer.decode([token for token in answer if token not in self.ends]) for answer in answers]
        return answers, [self.grade(text, t.item) for text, t in zip(texts, tasks)]

    def _descend(self, batch: list[Task], between) -> dict:
        between()
        tasks = [t for t in batch for _ in range(self.group_size)]
        generator = torch.Generator().manual_seed(self.settings.seed * 1_000_003 + self.progress.step + 1)
        answers, rewards = self._draw(tasks, generator)
        self.model.train()
        r = torch.tensor(rewards, dtype=torch.float32).view(len(batch), self.group_size)
        advantages = ((r - r.mean(1, keepdim=True)) / (r.std(1, keepdim=True) + 1e-4)).flatten().tolist()
        learnt = [(answered(t, answer), a) for t, answer, a in zip(tasks, answers, advantages) if a]
        rows, advantage = [row for row, _ in learnt], {id(row): a for row, a in learnt}
        total, loss = sum(row.trained for row in rows), 0.0
        for few in packing.micro_batches(rows, self.settings.micro_tokens) if rows else []:
            between()
            losses, _, pack = self._losses(few)
            weights = torch.tensor([advantage[id(row)] for row in few], device=self.device)[pack.owners]
            ratio = (losses.detach() - losses).exp()
            part = -(weights * ratio).sum() / total
            part.backward()
            loss += part.item()
        mean = sum(rewards) / len(rewards)
        return {"train_loss": loss, "train_mean_token_accuracy": sum(reward >= 1 for reward in rewards) / len(rewards), "train_mean_reward": mean,
                "train_answer_tokens": sum(map(len, answers)) / len(answers)}

    @torch.no_grad()
    def evaluate(self, between=lambda: None) -> dict:
        """Mean reward of the likeliest answers; `valid_loss` is 1 less that, so that less is better as elsewhere."""
        between()
        _, rewards = self._draw(self.validation, None)
        mean = sum(rewards) / len(rewards)
        return {"valid_loss": 1 - mean, "valid_mean_reward": mean, "valid_mean_token_accuracy": sum(reward >= 1 for reward in rewards) / len(rewards)}


def answered(task: Task, answer: list[int]) -> Row:
    return Row(task.tokens + answer, [0.0] * len(task.tokens) + [1.0] * len(answer))
