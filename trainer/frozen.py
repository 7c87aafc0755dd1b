"""Layers below every adapter, computed once per row and not once per epoch.

Where the lowest layers carry no adapter, their output for a row is the same in every epoch: it depends on the row's tokens alone. So the
first epoch keeps it, and the later ones begin above:

    epoch 1       tokens ─ frozen layers ─┬─ trained layers ─ loss          backward stops at the lowest adapter
                                          └─ kept, a row's tokens × width
    epoch 2 …                     kept ───── trained layers ─ loss

With f of L layers frozen an epoch costs 2·(L − f) + f layers at first and 2·(L − f) later, instead of 2·L.
"""

import torch

from . import llama
from .chat import Row
from .packing import Pack

MOST_BYTES = 1 << 30


class FrozenLayers:
    """What the first `count` layers of a model make of rows; rows are known by identity, so they must live as long as this."""

    def __init__(self, model, count: int):
        self.model, self.count = model, count
        self.kept: dict[int, torch.Tensor] = {}
        self.held = 0

    def below(self, rows: list[Row], pack: Pack) -> torch.Tensor:
        """Hidden states (T, width) of a pack behind the frozen layers."""
        if all(id(row) in self.kept for row in rows):
            first = self.kept[id(rows[0])]
            x = first.new_empty(pack.tokens.shape[1], first.shape[1])
            for row, places in zip(rows, pack.places):
                x[places] = self.kept[id(row)]
            return x
        with torch.no_grad():
            x = llama.layers(self.model, self.model.model.embed_tokens(pack.tokens)[0], pack.positions, pack, 0, self.count)
        for row, places in zip(rows, pack.places):
            if id(row) not in self.kept and self.held + len(places) * x.shape[1] * x.element_size() <= MOST_BYTES:
                self.kept[id(row)] = x[places]
                self.held += self.kept[id(row)].numel() * x.element_size()
        return x

    def decode(self, rows: list[Row], pack: Pack) -> torch.Tensor:
        """Final hidden states (T, width) of a pack."""
        x = llama.layers(self.model, self.below(rows, pack), pack.positions, pack, self.count, len(self.model.model.layers))
        return llama.finish(self.model, x)
