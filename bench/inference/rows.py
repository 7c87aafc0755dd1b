"""What both sides answer. `python rows.py labels BANKING77_DIR OUT N` or `python rows.py questions XQUAD_FILE OUT N`.

labels: {"system", "text", "values"}: Banking77 test messages behind an instruction that names the 77 intents. questions: {"system", "text"}:
XQuAD questions behind the paragraph that answers them.
"""

import csv
import json
import random
import sys
from pathlib import Path


def labels(folder: Path, n: int) -> list[dict]:
    with open(folder / "test.csv", encoding="utf-8", newline="") as f:
        examples = list(csv.DictReader(f))
    values = sorted({e["category"] for e in examples})
    random.Random(7).shuffle(examples)
    system = f"Answer with the intent of the customer's message. Intents: {', '.join(values)}"
    return [{"system": system, "text": e["text"], "values": values} for e in examples[:n]]


def questions(file: Path, n: int) -> list[dict]:
    found = []
    for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
        for paragraph in article.get("paragraphs") or [article]:
            system = f"Answer the question from the passage, in a few words.\n\n{paragraph['context']}"
            found += [{"system": system, "text": qa["question"]} for qa in paragraph["qas"]]
    return found[:n]


if __name__ == "__main__":
    kind, source, out, n = sys.argv[1:]
    made = {"labels": labels, "questions": questions}[kind](Path(source), int(n))
    Path(out).write_text("".join(json.dumps(row) + "\n" for row in made))
    print(json.dumps({"rows": len(made)}))
