"""A server that speaks vLLM's API (0.33.0) as far as the trainer uses it, and answers truly: by transformers and PEFT, none of the trainer's own code.

Stricter than vLLM in one thing: a field that vLLM does not document is refused, where vLLM would pass over it. Faults come on command.
"""

import json
import threading
import time
from collections import Counter

import llguidance
import llguidance.hf
import torch
import uvicorn
from fastapi import Body, FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from .conftest import free_port, wait

FIELDS = {"model", "prompt", "max_tokens", "temperature", "top_p", "seed", "stop", "logprobs", "stream", "stream_options", "top_k", "min_p", "repetition_penalty",
          "stop_token_ids", "logprob_token_ids", "return_tokens_as_token_ids", "structured_outputs"}


def error(status: int, message: str, kind: str = "BadRequestError") -> JSONResponse:
    return JSONResponse({"error": {"message": message, "type": kind, "param": None, "code": status}}, status)


class VllmServer:
    """`fault`: "500" fails on completions, "slow" takes `seconds` for each."""

    def __init__(self, folder, name: str, max_model_len: int = 2048):
        self.folder, self.name, self.max_model_len = folder, name, max_model_len
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.fault, self.seconds, self.port = None, 3.0, free_port()
        self.turn = threading.Lock()
        self.start()

    def start(self) -> None:
        """From nothing: whatever was loaded before is forgotten."""
        self.model, self.adapters, self.asked = AutoModelForCausalLM.from_pretrained(self.folder, dtype=torch.float32).eval(), {}, Counter()
        self.server = uvicorn.Server(uvicorn.Config(self.app(), port=self.port, log_level="warning"))
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        wait(lambda: self.server.started)

    def stop(self) -> None:
        self.server.should_exit = self.server.force_exit = True
        self.thread.join()

    def restart(self) -> None:
        self.stop()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def app(self) -> FastAPI:
        app = FastAPI()
        app.get("/health")(lambda: PlainTextResponse(""))
        app.get("/v1/models")(self.models)
        app.post("/v1/load_lora_adapter")(self.load)
        app.post("/v1/unload_lora_adapter")(self.unload)
        app.post("/v1/completions")(self.completions)
        return app

    def models(self):
        cards = [{"id": self.name, "root": str(self.folder), "parent": None, "max_model_len": self.max_model_len}]
        cards += [{"id": name, "root": path, "parent": self.name} for name, path in self.adapters.items()]
        return {"object": "list", "data": [{"object": "model", "created": 0, "owned_by": "vllm", **card} for card in cards]}

    def load(self, body: dict = Body(...)):
        name, path = body["lora_name"], body["lora_path"]
        with self.turn:
            if name in self.adapters:
                return error(400, f"The lora adapter '{name}' has already been loaded. If you want to load the adapter in place, set 'load_inplace' to True.", "InvalidUserInput")
            try:
                key = f"adapter{abs(hash(name))}"
                if isinstance(self.model, PeftModel):
                    self.model.load_adapter(path, key)
                else:
                    self.model = PeftModel.from_pretrained(self.model, path, adapter_name=key).eval()
            except Exception as wrong:
                return error(500, str(wrong), "InternalServerError")
            self.adapters[name] = path
        return PlainTextResponse(f"Success: LoRA adapter '{name}' added successfully.")

    def unload(self, body: dict = Body(...)):
        if self.adapters.pop(body["lora_name"], None) is None:
            return error(404, f"The lora adapter '{body['lora_name']}' cannot be found.", "NotFoundError")
        return PlainTextResponse(f"Success: LoRA adapter '{body['lora_name']}' removed successfully.")

    def completions(self, body: dict = Body(...)):
        if unknown := set(body) - FIELDS:
            return error(400, f"unknown fields {unknown}")
        if len(body.get("logprob_token_ids", ())) > 128:
            return error(400, f"Requested logprob_token_ids of length {len(body['logprob_token_ids'])}, which is greater than max allowed: 128")
        if body["model"] != self.name and body["model"] not in self.adapters:
            return error(404, f"The model `{body['model']}` does not exist. Valid aliases: {self.name}.", "NotFoundError")
        if self.fault == "500":
            return error(500, "EngineCore encountered an issue. See stack trace for the root cause.", "InternalServerError")
        if self.fault == "slow":
            time.sleep(self.seconds)
        self.asked[body["model"]] += 1
        prompts = body["prompt"] if isinstance(body["prompt"][0], list) else [body["prompt"]]
        if max(map(len, prompts)) + body["max_tokens"] > self.max_model_len:
            return error(400, f"This model's maximum context length is {self.max_model_len} tokens.")
        with self.turn, torch.no_grad():
            written = [self.write(prompt, body) for prompt in prompts]
        usage = {"prompt_tokens": sum(map(len, prompts)), "completion_tokens": sum(len(w["ids"]) for w in written)}
        usage["total_tokens"] = sum(usage.values())
        whole = {"id": "cmpl-1", "object": "text_completion", "created": 0, "model": body["model"]}
        choice = lambda i, text, finish, logprobs: {"index": i, "text": text, "finish_reason": finish, "logprobs": logprobs, "stop_reason": None}
        if body.get("stream"):
            parts = [choice(0, w["text"][n: n + 3], None, None) for w in written for n in range(0, len(w["text"]), 3)]
            parts += [choice(0, "", written[0]["finish"], written[0]["logprobs"])]
            events = [*({**whole, "choices": [c]} for c in parts), {**whole, "choices": [], "usage": usage}]
            return StreamingResponse((f"data: {text}\n\n" for text in [*map(json.dumps, events), "[DONE]"]), media_type="text/event-stream")
        return {**whole, "choices": [choice(i, w["text"], w["finish"], w["logprobs"]) for i, w in enumerate(written)], "usage": usage}

    def logits(self, model: str, tokens: list[int]) -> torch.Tensor:
        ids = torch.tensor([tokens])
        if model == self.name:
            if not isinstance(self.model, PeftModel):
                return self.model(ids).logits[0, -1]
            with self.model.disable_adapter():
                return self.model(ids).logits[0, -1]
        self.model.set_adapter(f"adapter{abs(hash(model))}")
        return self.model(ids).logits[0, -1]

    def write(self, prompt: list[int], body: dict) -> dict:
        generator = torch.Generator().manual_seed(body.get("seed") or 0)
        matcher = self.matcher(body.get("structured_outputs"))
        ids, text, finish, logprobs = [], "", "length", {"tokens": [], "token_logprobs": [], "top_logprobs": [], "text_offset": []}
        while len(ids) < body["max_tokens"] and finish == "length":
            raw = self.logits(body["model"], prompt + ids)
            chances = raw.log_softmax(-1)
            if matcher:
                allowed = matcher.compute_bitmask()
                raw = torch.tensor([x if allowed[i // 8] >> i % 8 & 1 else -torch.inf for i, x in enumerate(raw.tolist())])
            token = int(torch.multinomial((raw / body["temperature"]).softmax(-1), 1, generator=generator)) if body["temperature"] else int(raw.argmax())
            ids.append(token)
            if body.get("logprobs") is not None:
                best = body.get("logprob_token_ids") or chances.topk(max(1, body["logprobs"])).indices.tolist()
                logprobs["tokens"].append(f"token_id:{token}")
                logprobs["token_logprobs"].append(chances[token].item())
                logprobs["top_logprobs"].append({f"token_id:{t}": chances[t].item() for t in [token, *best]})
            if token in body.get("stop_token_ids", ()) or token == self.tokenizer.eos_token_id:
                finish = "stop"
                break
            if matcher:
                matcher.consume_token(token)
                finish = "stop" if matcher.is_stopped() else finish
            text = self.tokenizer.decode(ids, skip_special_tokens=True)
            for stop in body.get("stop") or ():
                if stop in text:
                    text, finish = text[: text.index(stop)], "stop"
        return {"ids": ids, "text": text, "finish": finish, "logprobs": logprobs if body.get("logprobs") is not None else None}

    def matcher(self, wanted: dict | None):
        if not wanted:
            return None
        grammar = llguidance.LLMatcher.grammar_from_json_schema(json.dumps(wanted["json"]))
        return llguidance.LLMatcher(llguidance.hf.from_tokenizer(self.tokenizer, n_vocab=self.model.config.vocab_size), grammar)
