"""Trains LoRA r16 on given rows with TRL's SFTTrainer, and prints what it took: the peer of ours.py, with its arguments and its output.

`--as default` is TRL as it comes: bf16 and activation checkpointing on, rows padded to the longest of a batch. `--as best` is the fastest of
its configurations that was found on a CPU: bf16 weights and no checkpointing, rows sorted by length where that saves padding, eager logging
off. Packing and padding-free batches need FlashAttention, which has no CPU form, so they are left out of both.
"""

import argparse
import json
import logging
import math
import os
import resource
import sys
import tempfile
import time

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import trl
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import SFTConfig, SFTTrainer

logging.disable(logging.WARNING)

BEST = {"dtype": "bfloat16", "bf16": True, "gradient_checkpointing": False, "micro": 4}


class Clock(TrainerCallback):
    """Times the steps behind the first, which pays for set-up."""

    def __init__(self):
        self.begun, self.seconds = None, []

    def on_step_begin(self, *_, **__):
        self.begun = time.perf_counter(), time.process_time()

    def on_step_end(self, *_, **__):
        self.seconds.append((time.perf_counter() - self.begun[0], time.process_time() - self.begun[1]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows")
    parser.add_argument("--model", required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--validation", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--as", dest="kind", choices=("default", "best"), required=True)
    parser.add_argument("--try", dest="tried", type=json.loads, default={}, help="other settings than those of `--as best`, to look for a better one")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    rows = [json.loads(line) for line in open(a.rows)]
    examples = [{"input_ids": r["tokens"], "labels": [t if w else -100 for t, w in zip(r["tokens"], r["weights"])]} for r in rows]
    train, validation = examples[: a.batch * a.steps], examples[-a.validation:]
    best = a.kind == "best"
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        chosen = BEST | a.tried if best else {}
        micro = min(a.batch, chosen.get("micro", a.batch))
        more = {k: v for k, v in chosen.items() if k not in ("micro", "dtype")}
        config = SFTConfig(
            output_dir=folder, per_device_train_batch_size=micro, gradient_accumulation_steps=a.batch // micro, per_device_eval_batch_size=8, max_steps=a.steps, learning_rate=5e-4, lr_scheduler_type="cosine",
            warmup_steps=0, max_length=None, report_to=[], save_strategy="no", eval_strategy="no", use_cpu=True, logging_steps=1, disable_tqdm=True, seed=0, **more)
        model = AutoModelForCausalLM.from_pretrained(a.model, dtype=chosen.get("dtype", "float32"))
        trainer = SFTTrainer(
            model, args=config, train_dataset=Dataset.from_list(train), eval_dataset=Dataset.from_list(validation), processing_class=AutoTokenizer.from_pretrained(a.model),
            peft_config=LoraConfig(r=16, lora_alpha=16, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"), callbacks=[clock])
        stdout, sys.stdout = sys.stdout, sys.stderr  # the trainer prints its log lines
        trainer.train()
        sys.stdout = stdout
        losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
        loss = validation_loss(trainer.model, validation) if validation else math.nan
    wall = sum(s for s, _ in clock.seconds)
    print(json.dumps({
        "rowsPerSecond": len(train) / wall, "seconds": wall, "cpuSeconds": sum(c for _, c in clock.seconds), "trainLoss": losses[-1], "validationLoss": loss,
        "peakGb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9, "version": trl.__version__, "dtype": str(model.dtype),
    }))


@torch.no_grad()
def validation_loss(model, examples) -> float:
    """Mean loss of all answer tokens, one row at a time: neither side's batching touches it."""
    model.eval()
    total = count = 0.0
    for e in examples:
        labels = torch.tensor([e["labels"]])
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(input_ids=torch.tensor([e["input_ids"]])).logits
        kept = labels[0, 1:] != -100
        total += torch.nn.functional.cross_entropy(logits[0, :-1][kept].float(), labels[0, 1:][kept], reduction="sum").item()
        count += int(kept.sum())
    return total / count


if __name__ == "__main__":
    main()
