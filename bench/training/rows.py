"""The rows that both sides train on: Banking77 as chat rows, tokenised and masked once, so that nobody's tokeniser is part of the measurement.

    python rows.py BANKING77_DIR OUT --prefix 300 --train 128 --validation 64

Each line is {"tokens", "weights"}; the answer and its end mark carry weight 1, all else 0. With `--prefix N` every row begins with the same
instruction of about N tokens, which names as many of the intents as fit; with `--prefix 0` there is no system message at all.
"""

import argparse
import csv
import json
import random
from pathlib import Path

from trainer import bases, chat


def instruction(tokenizer, labels: list[str], tokens: int) -> str:
    """Names labels until the rendered system message has `tokens` tokens."""
    named = "You are the first line of a bank's support. Read the customer's message and answer with the one intent that it expresses. Intents: "
    for label in labels:
        longer = f"{named}{label}, "
        if len(chat.encode(tokenizer, longer)) > tokens:
            break
        named = longer
    return named.rstrip(", ")


def rows(folder: Path, prefix: int, train: int, validation: int) -> list[chat.Row]:
    tokenizer = bases.tokenizer(bases.SMOLLM2)
    with open(folder / "train.csv", encoding="utf-8", newline="") as f:
        examples = list(csv.DictReader(f))
    labels = sorted({e["category"] for e in examples})
    random.Random(7).shuffle(examples)
    random.Random(7).shuffle(labels)
    system = [{"role": "system", "content": instruction(tokenizer, labels, prefix)}] if prefix else []
    # SmolLM2's template adds a system message of its own where there is none; the plain case must have no shared beginning to speak of
    plain = tokenizer.chat_template
    if not prefix:
        tokenizer.chat_template = "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    try:
        return [
            chat.training_row(tokenizer, [*system, {"role": "user", "content": e["text"]}, {"role": "assistant", "content": e["category"]}], 1024)
            for e in examples[: train + validation]
        ]
    finally:
        tokenizer.chat_template = plain


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--prefix", type=int, required=True)
    parser.add_argument("--train", type=int, required=True)
    parser.add_argument("--validation", type=int, required=True)
    a = parser.parse_args()
    made = rows(a.folder, a.prefix, a.train, a.validation)
    a.out.write_text("".join(json.dumps({"tokens": r.tokens, "weights": r.weights}) + "\n" for r in made))
    print(json.dumps({"rows": len(made), "tokens": sum(len(r.tokens) for r in made)}))
