"""Trains LoRA r16 on given rows with the trainer's own loop, and prints what it took.

    python ours.py ROWS --batch 16 --steps 8 --validation 64 [--precision bf16] [--no-share-prefix] [--whole-head] [--matrix-library mkl]

ROWS is what rows.py wrote; the last `--validation` of them are validation rows. A first step on other rows is not timed. Prints
{"rowsPerSecond", "seconds", "cpuSeconds", "trainLoss", "validationLoss", "peakGb", "precision"}.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from pathlib import Path

import torch

from trainer import bases, chat, device, hyperparameters, job_language


def read(path: Path) -> list[chat.Row]:
    return [chat.Row(**json.loads(line)) for line in path.read_text().splitlines()]


def compute_the_whole_head() -> None:
    """Logits of all tokens, of which the trainer's own code then takes those of the answers."""
    answers = bases.head

    class Whole:
        def __init__(self, hidden):
            self.hidden = hidden

        def __getitem__(self, index):
            return index, self.hidden

    decode = bases.decode
    bases.decode = lambda *args: Whole(decode(*args))
    bases.head = lambda model, given: answers(model, given[1])[given[0]]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=Path)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--validation", type=int, required=True)
    parser.add_argument("--precision", choices=("fp32", "bf16"))
    parser.add_argument("--no-share-prefix", action="store_true")
    parser.add_argument("--whole-head", action="store_true", help="logits of every token, as a plain causal model computes them")
    parser.add_argument("--matrix-library", choices=("mkl", "onednn"))
    parser.add_argument("--profile", action="store_true")
    a = parser.parse_args()
    if a.matrix_library:
        os.environ["TRAINER_MATRIX_LIBRARY"] = a.matrix_library
    device.prepare()
    rows = read(a.rows)
    train, validation = rows[: a.batch * a.steps], rows[-a.validation:]
    with tempfile.TemporaryDirectory() as folder:
        precision = a.precision or device.precision(Path(folder))
    values = hyperparameters.complete({"epochs": 1, "batch_size": a.batch, "rank": 16, "alpha": 16, "learning_rate": 5e-4, "warmup_ratio": 0, "share_prefix": not a.no_share_prefix}, len(train))
    if a.whole_head:
        compute_the_whole_head()
    warm, _ = job_language.prepare(bases.SMOLLM2, rows[a.batch * a.steps:][: a.batch], [], values, 0, precision)
    warm.run(lambda m: None, lambda m: None)
    del warm
    training, _ = job_language.prepare(bases.SMOLLM2, train, [], values, 0, precision)
    if a.profile:
        from torch.profiler import profile

        with profile() as found:
            training.run(lambda m: None, lambda m: None)
        print(found.key_averages().table(sort_by="self_cpu_time_total", row_limit=40, max_name_column_width=60))
        return
    start, used = time.perf_counter(), time.process_time()
    training.run(lambda m: None, lambda m: None)
    seconds, used = time.perf_counter() - start, time.process_time() - used
    training.validation = validation
    print(json.dumps({
        "rowsPerSecond": len(train) / seconds, "seconds": seconds, "cpuSeconds": used, "trainLoss": training.progress.metrics[-1]["train_loss"],
        "validationLoss": training.evaluate()["valid_loss"], "peakGb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9, "precision": precision,
    }))


if __name__ == "__main__":
    main()
