"""Several greedy answers written side by side, each as it would be written alone.

A step of one answer reads all weights for one token; eight answers in one pass read them once. Each prompt is computed by itself, as alone;
then the answers step together, and where one ends the next takes its slot:

    step      1    2    3    4    5    6
    slot 0   The  box  is  <end> You  may          a slot holds the keys and values of one prompt and answer,
    slot 1   Our  desk …                           padded at the right to the longest

Roundings differ from those of an answer alone by about 1e-5, so where the two best tokens of a step stand closer than `inference.near_tie`
the row leaves the company and is written anew alone. Its answer is then the same to the bit; all others are the same in every token.
"""

from collections.abc import Iterator
from typing import Protocol

import torch
import torch.nn.functional as F

from . import bases, inference
from .engine import Engine
from .generation import Piece, Sampling, Writing, generate

SLOTS = 8
ROOM = 128  # tokens by which the slots grow
SLOTS_BYTES = 2 * 1024**3  # of a large model or of long prompts fewer fit


class Asked(Protocol):
    messages: list[dict]
    sampling: Sampling


class Slots:
    """Keys and values of the answers at work, and attention of their fresh tokens to them."""

    def __init__(self):
        self.count = SLOTS
        self.keys: list[torch.Tensor] = []  # per layer (slots, kv heads, room, d)
        self.values: list[torch.Tensor] = []

    def put(self, slot: int, past: list, limit: int) -> None:
        """Lays a prompt's keys and values into a slot; `limit` tokens may follow."""
        length = past[0][0].shape[1]
        if not self.keys:
            self.count = max(1, min(SLOTS, SLOTS_BYTES * length // (inference.size(past) * (length + limit))))
            self.keys, self.values = ([pair[i].new_zeros(self.count, pair[i].shape[0], 0, pair[i].shape[2]) for pair in past] for i in (0, 1))
        self._grow(length)
        for layer, (k, v) in enumerate(past):
            self.keys[layer][slot, :, :length], self.values[layer][slot, :, :length] = k, v

    def move(self, source: int, target: int) -> None:
        for kept in (*self.keys, *self.values):
            kept[target] = kept[source]

    def _grow(self, length: int) -> None:
        room = self.keys[0].shape[2]
        if length > room:
            more = -(-(length - room) // ROOM) * ROOM
            self.keys, self.values = ([F.pad(kept, (0, 0, 0, more)) for kept in all] for all in (self.keys, self.values))

    def open(self, starts: list[int], counts: list[int], device) -> None:
        """Prepares a pass in which slot i adds `counts[i]` tokens behind its first `starts[i]`."""
        self.length = max(start + n for start, n in zip(starts, counts))
        self._grow(self.length)
        self.slot = torch.tensor([i for i, n in enumerate(counts) for _ in range(n)], device=device)
        self.column = torch.tensor([j for n in counts for j in range(n)], device=device)
        self.position = torch.tensor(starts, device=device)[self.slot] + self.column
        last = torch.zeros(len(counts), max(counts), dtype=torch.long, device=device)  # padding sees the first key, so that its softmax is a number
        last[self.slot, self.column] = self.position
        self.sees = (torch.arange(self.length, device=device) <= last[:, :, None])[:, None]

    def attend(self, layer: int, q, k, v, scaling):
        keys, values, n = self.keys[layer], self.values[layer], len(self.sees)
        keys[self.slot, :, self.position], values[self.slot, :, self.position] = k.transpose(0, 1), v.transpose(0, 1)
        rows = q.new_zeros(n, q.shape[0], self.sees.shape[2], q.shape[2])
        rows[self.slot, :, self.column] = q.transpose(0, 1)
        out = F.scaled_dot_product_attention(rows, keys[:n, :, : self.length], values[:n, :, : self.length], attn_mask=self.sees, scale=scaling, enable_gqa=True)
        return out[self.slot, :, self.column].transpose(0, 1)


class Company:
    """The answers at work, in slots 0, 1, …; all on the engine's thread."""

    def __init__(self, models: inference.Inference, name: str):
        self.models, self.name = models, name
        self.slots = Slots()
        self.writing: list[Writing] = []
        self.row: list[int] = []

    def join(self, row: int, asked: Asked) -> None:
        s = self.models.serve(self.name)
        prompt = self.models.prompt(s, asked.messages)
        writing = Writing(s, prompt, asked.messages, asked.sampling)
        logits, past = self.models.start(s, prompt)
        writing.take(logits)  # computed as alone: a near tie here is the same tie there
        self.slots.put(len(self.writing), past, writing.limit)
        self.writing.append(writing)
        self.row.append(row)

    def step(self) -> list[int]:
        """One pass for all that are not done; returns the rows that met a near tie, which are out."""
        s = self.models.serve(self.name)
        counts = [len(w.fresh) for w in self.writing]
        self.slots.open([w.at for w in self.writing], counts, s.model.device)
        hidden = self.models.hidden(s, [t for w in self.writing for t in w.fresh], self.slots.position.tolist(), self.slots)
        logits = bases.head(s.model, hidden[torch.tensor(counts, device=hidden.device).cumsum(0) - 1])
        tied = [slot for slot, w in enumerate(self.writing) if w.take(logits[slot]) < inference.near_tie(s.model.dtype)]
        return [self._free(slot)[0] for slot in reversed(tied)]

    def leave(self) -> list[tuple[int, Writing]]:
        """Those that are done, with their rows."""
        return [self._free(slot) for slot in reversed(range(len(self.writing))) if self.writing[slot].finish]

    def _free(self, slot: int) -> tuple[int, Writing]:
        """Empties a slot; the last one moves into it."""
        gone, last = (self.row[slot], self.writing[slot]), len(self.writing) - 1
        if slot < last:
            self.slots.move(last, slot)
            self.writing[slot], self.row[slot] = self.writing[last], self.row[last]
        self.writing.pop()
        self.row.pop()
        return gone


def generate_together(engine: Engine, models: inference.Inference, name: str, all: list[Asked], priority: int) -> Iterator[tuple[int, list[Piece]]]:
    """Yields (index, the answer's pieces) of greedy requests as they end."""
    company, waiting = Company(models, name), list(enumerate(all))[::-1]
    while waiting or company.writing:
        if waiting and len(company.writing) < company.slots.count:
            row, asked = waiting.pop()
            engine.run(lambda: company.join(row, asked), priority)
            tied = []
        else:
            tied = engine.run(company.step, priority)
        yield from ((row, [writing.piece()]) for row, writing in engine.run(company.leave, priority))
        for row in tied:
            yield row, list(generate(engine, models, name, all[row].messages, all[row].sampling, priority))
