"""Answers rows with the trainer's own inference, as its server does, and prints what it took.

    python ours.py score ROWS        all values of each row scored, eight rows in a pass as in /v1/batches
    python ours.py generate ROWS     greedy answers of up to 64 tokens, written side by side as in /v1/batches

Prints {"rows", "seconds", "cpuSeconds", "tokens", "answers"}.
"""

import json
import sys
import time
from pathlib import Path

from trainer import bases
from trainer.company import generate_together
from trainer.completions import VALUES_IN_A_PASS, Asked
from trainer.engine import BACKGROUND, Engine
from trainer.generation import Sampling
from trainer.inference import Inference


class Bases:
    """The registry of a trainer that has trained nothing."""

    def get(self, name: str) -> dict:
        return {"id": name, "kind": "base"}


def main() -> None:
    kind, rows = sys.argv[1], [json.loads(line) for line in Path(sys.argv[2]).read_text().splitlines()]
    conversations = [[{"role": "system", "content": r["system"]}, {"role": "user", "content": r["text"]}] for r in rows]
    engine, inference = Engine(), Inference(Bases())

    def write(some: list[list[dict]]) -> list[tuple[str, int]]:
        asked = [Asked(bases.SMOLLM2, messages, None, Sampling(max_tokens=64, temperature=0)) for messages in some]
        done = dict(generate_together(engine, inference, bases.SMOLLM2, asked, BACKGROUND))
        return [("".join(p.text for p in done[i]), done[i][-1].completion_tokens) for i in range(len(some))]

    engine.run(lambda: inference.serve(bases.SMOLLM2))
    write([[{"role": "user", "content": "Hello"}]])
    start, used = time.perf_counter(), time.process_time()
    if kind == "score":
        values = tuple(rows[0]["values"])
        answers = []
        for i in range(0, len(rows), VALUES_IN_A_PASS):
            few = conversations[i: i + VALUES_IN_A_PASS]
            scored = engine.run(lambda: inference.score(bases.SMOLLM2, few, values))
            answers += [values[max(range(len(values)), key=lambda j: s.scores[j])] for s in scored]
        tokens = 0
    else:
        written = write(conversations)
        answers, tokens = [text for text, _ in written], sum(n for _, n in written)
    print(json.dumps({"rows": len(rows), "seconds": time.perf_counter() - start, "cpuSeconds": time.process_time() - used, "tokens": tokens, "answers": answers}))


if __name__ == "__main__":
    main()
