"""Direct preference optimisation (Rafailov et al., 2023, arXiv:2305.18290): of two answers the better one becomes likelier than the worse.

    loss = −log σ( β · [ (log π(y⁺) − log π₀(y⁺)) − (log π(y⁻) − log π₀(y⁻)) ] )        mean over the pairs

π₀ is the model as the training found it, so before the first step every bracket is 0 and the loss is log 2. Its log-probabilities never
change: they are computed once, before anything is trained. Both answers of a pair follow the same prompt, which shared-prefix packing
computes once.
"""

import torch
import torch.nn.functional as F

from . import packing
from .chat import Row
from .dataset import Pair
from .training import Training


class PreferenceTraining(Training):
    def __init__(self, *args, beta: float, **more):
        super().__init__(*args, **more)
        self.beta = beta
        self.reference: dict[int, float] = {}  # by the identity of rows, which live as long as this
        self._remember([*self.rows, *self.validation])

    @torch.no_grad()
    def _remember(self, pairs: list[Pair]) -> None:
        self.model.eval()
        for rows in packing.micro_batches([row for pair in pairs for row in (pair.chosen, pair.rejected)], self.settings.micro_tokens):
            self.reference |= {id(row): chance for row, chance in zip(rows, self._chances(rows)[0].tolist())}

    def _chances(self, rows: list[Row]) -> tuple[torch.Tensor, int]:
        """Log-probability of each row's answer, and the tokens of all answers."""
        losses, _, pack = self._losses(rows)
        return torch.zeros(len(rows), device=losses.device).index_add(0, pack.owners, -losses), len(losses)

    def _margins(self, pairs: list[Pair]) -> torch.Tensor:
        rows = [row for pair in pairs for row in (pair.chosen, pair.rejected)]
        gains = self._chances(rows)[0] - torch.tensor([self.reference[id(row)] for row in rows], device=self.device)
        return self.beta * (gains[0::2] - gains[1::2])

    def _micro_batches(self, pairs: list[Pair]) -> list[list[Pair]]:
        batches: list[list[Pair]] = [[]]
        for pair in sorted(pairs, key=lambda pair: pair.chosen.tokens):
            if batches[-1] and sum(len(p.tokens) for p in batches[-1]) + len(pair.tokens) > self.settings.micro_tokens:
                batches.append([])
            batches[-1].append(pair)
        return batches

    def _descend(self, batch: list[Pair], between) -> dict:
        loss, margins = 0.0, []
        for pairs in self._micro_batches(batch):
            between()
            found = self._margins(pairs)
            part = -F.logsigmoid(found).sum() / len(batch)
            part.backward()
            loss, margins = loss + part.item(), margins + found.tolist()
        return {"train_loss": loss, **reported("train", margins)}

    @torch.no_grad()
    def evaluate(self, between=lambda: None) -> dict:
        self.model.eval()
        margins: list[float] = []
        for pairs in self._micro_batches(self.validation):
            between()
            margins += self._margins(pairs).tolist()
        return {"valid_loss": -F.logsigmoid(torch.tensor(margins)).mean().item(), **reported("valid", margins)}


def reported(which: str, margins: list[float]) -> dict:
    """How far the better answers are ahead, and in how many pairs they are (where supervised tuning reports its token accuracy)."""
    return {f"{which}_mean_token_accuracy": sum(m > 0 for m in margins) / len(margins), f"{which}_mean_reward_margin": sum(margins) / len(margins)}
