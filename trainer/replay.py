"""Rows that the base model itself has written, mixed into the training rows against forgetting.

What a model knows shows in what it says. Given only the beginning of a user's turn it writes a question of its own, and then the answer (Xu
et al., 2024, arXiv:2406.08464, draw training data so):

    <|im_start|>user\\n ─→ How do I boil an egg?<|im_end|> ─→ <|im_start|>assistant\\n ─→ Put it into boiling water …<|im_end|>

Training on such rows beside one's own holds the model where it was on everything else, without any outside data.
"""

import json
from pathlib import Path

import torch

from . import atomic, chat, lora, sampling

QUESTION_TOKENS, ANSWER_TOKENS = 48, 96
TASK = "replay"


def rows(model, tokenizer, count: int, seed: int, max_length: int, keep: Path) -> list[chat.Row]:
    """`count` rows, fewer where the model says nothing. They are kept, so that a resumed job has the same ones."""
    if not keep.exists():
        lora.use(model, None)
        atomic.write_file(keep, json.dumps(write(model, tokenizer, count, seed)).encode())
    return [chat.replace(chat.training_row(tokenizer, messages, max_length), task=TASK) for messages in json.loads(keep.read_text())]


def write(model, tokenizer, count: int, seed: int) -> list[list[dict]]:
    generator = torch.Generator().manual_seed(seed)
    opening = chat.render(tokenizer, [{"role": "user", "content": "\ue000"}], False).split("\ue000")[0]
    ends = {*chat.end_tokens(tokenizer, [{"role": "user", "content": "x"}]), tokenizer.eos_token_id}
    say = lambda prompts, limit: [tokenizer.decode([t for t in said if t not in ends]).strip()
                                  for said in sampling.sample(model, [chat.encode(tokenizer, p) for p in prompts], ends, limit, 1.0, generator)]
    asked = [[{"role": "user", "content": question}] for question in say([opening] * count, QUESTION_TOKENS) if question]
    answers = say([chat.render(tokenizer, messages, True) for messages in asked], ANSWER_TOKENS)
    return [[*messages, {"role": "assistant", "content": answer}] for messages, answer in zip(asked, answers) if answer]
