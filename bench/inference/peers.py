"""Answers the rows of ours.py with what others would use, and prints what it took.

    python peers.py score ROWS MODEL THREADS          lm-evaluation-harness' `hf` model: every value a continuation, as in multiple choice
    python peers.py generate ROWS MODEL THREADS SIZE  transformers.generate, greedy, in batches of SIZE
"""

import json
import logging
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ["HF_HUB_OFFLINE"] = "1"

import torch

logging.disable(logging.WARNING)


def prompts(rows: list[dict], tokenizer) -> list[str]:
    chats = [[{"role": "system", "content": r["system"]}, {"role": "user", "content": r["text"]}] for r in rows]
    return [tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True) for chat in chats]


def score(rows: list[dict], model: str) -> dict:
    import importlib.metadata

    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM

    lm = HFLM(pretrained=model, device="cpu", dtype="float32", batch_size=8)
    asked = [(prompt, value) for prompt, row in zip(prompts(rows, lm.tokenizer), rows) for value in row["values"]]
    start, used = time.perf_counter(), time.process_time()
    requests = [Instance(request_type="loglikelihood", doc={}, arguments=pair, idx=i) for i, pair in enumerate(asked)]
    found = lm.loglikelihood(requests, disable_tqdm=True)
    seconds, used = time.perf_counter() - start, time.process_time() - used
    n = len(rows[0]["values"])
    answers = [rows[0]["values"][max(range(n), key=lambda j: found[i + j][0])] for i in range(0, len(found), n)]
    return {"rows": len(rows), "seconds": seconds, "cpuSeconds": used, "tokens": 0, "answers": answers, "version": importlib.metadata.version("lm_eval")}


@torch.inference_mode()
def generate(rows: list[dict], model: str, size: int) -> dict:
    import transformers
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model, padding_side="left")
    lm = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32).eval()
    texts = prompts(rows, tokenizer)
    answers, tokens, start, used = [], 0, time.perf_counter(), time.process_time()
    for i in range(0, len(texts), size):
        asked = tokenizer(texts[i: i + size], return_tensors="pt", padding=True, add_special_tokens=False)
        out = lm.generate(**asked, max_new_tokens=64, do_sample=False)[:, asked["input_ids"].shape[1]:]
        answers += tokenizer.batch_decode(out, skip_special_tokens=True)
        tokens += sum(len(tokenizer(text)["input_ids"]) + 1 for text in answers[i:])
    return {"rows": len(rows), "seconds": time.perf_counter() - start, "cpuSeconds": time.process_time() - used, "tokens": tokens, "answers": answers, "version": transformers.__version__}


if __name__ == "__main__":
    kind, path, model, threads, *size = sys.argv[1:]
    torch.set_num_threads(int(threads))
    given = [json.loads(line) for line in Path(path).read_text().splitlines()]
    print(json.dumps(score(given, model) if kind == "score" else generate(given, model, int(size[0]))))
