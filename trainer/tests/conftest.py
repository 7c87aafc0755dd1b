"""A tiny Llama with random weights and a byte-level tokenizer, and a real server over it. SmolLM2 only where its size matters."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import pytest
import torch

ROOT = Path(__file__).parent.parent.parent
CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def make_tiny(folder: Path) -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    text = ["card arrival card linking exchange rate lost or stolen card Which team should answer this message? billing shipping technical"] * 4
    t.train_from_iterator(text, trainers.BpeTrainer(vocab_size=320, special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                                    show_progress=False))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=t, eos_token="<|im_end|>", pad_token="<|im_end|>", bos_token="<|im_start|>", chat_template=CHATML)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(3)
    config = LlamaConfig(vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
                         max_position_embeddings=2048, tie_word_embeddings=True, initializer_range=0.2, eos_token_id=2, bos_token_id=1, pad_token_id=2)
    LlamaForCausalLM(config).save_pretrained(folder)


@pytest.fixture(scope="session")
def models_folder(tmp_path_factory):
    """TRAINER_MODELS for the tests: `tiny`, and links to the packaged models, which are converted once in their usual place."""
    from trainer import bases

    os.environ.pop("TRAINER_MODELS", None)
    folder = tmp_path_factory.mktemp("models")
    make_tiny(folder / "tiny")
    for name in bases.PACKAGED:
        (folder / name).symlink_to(bases.resolve(name).resolve(), target_is_directory=True)
    os.environ["TRAINER_MODELS"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def tiny(models_folder):
    """(name, tokenizer) of the tiny base."""
    from trainer import bases

    return "tiny", bases.tokenizer("tiny")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A trainer in its own process, over a data folder that outlives it."""

    def __init__(self, data: Path, key: str | None = None, **environment: str):
        self.data, self.key, self.environment = data, key, environment
        self.start()

    def start(self) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "trainer", "--port", str(self.port), "--data", str(self.data), "--warm", ""]
        with open(self.data.with_suffix(".log"), "ab") as log:
            self.process = subprocess.Popen([*command, *(["--key", self.key] if self.key else [])], cwd=ROOT, env={**os.environ, **self.environment}, stdout=log, stderr=log)
        wait(self.healthy, self.process)

    def healthy(self) -> bool:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5).status == 200
        except OSError:
            return False

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    @property
    def client(self):
        from openai import OpenAI

        return OpenAI(base_url=f"http://127.0.0.1:{self.port}/v1", api_key=self.key or "none", max_retries=0, timeout=120)


def wait(true, process=None, seconds: float = 600):
    """Polls until `true()`; the limit only turns a hang into a failure."""
    until = time.monotonic() + seconds
    while not (result := true()):
        assert process is None or process.poll() is None, "the server ended"
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
    return result


@pytest.fixture(scope="session")
def server(models_folder, tmp_path_factory):
    s = Server(tmp_path_factory.mktemp("server") / "data", TRAINER_CHECKPOINT_SECONDS="0")
    yield s
    s.stop()


@pytest.fixture
def own_server(models_folder, tmp_path):
    """Like `server`, for tests that kill it."""
    s = Server(tmp_path / "data", TRAINER_CHECKPOINT_SECONDS="0")
    yield s
    s.kill()


LABELS = ["billing", "shipping", "technical"]


def chat_rows(n: int = 24, system: str | None = "Which team should answer this message?") -> list[dict]:
    words = {"billing": "invoice charge refund", "shipping": "parcel courier late", "technical": "error crash login"}
    rows = []
    for i in range(n):
        label = LABELS[i % 3]
        user = f"{words[label].split()[i % 3 - 1]} {words[label].split()[i // 3 % 3]} number {i}"
        rows.append({"messages": [*([{"role": "system", "content": system}] if system else []), {"role": "user", "content": user}, {"role": "assistant", "content": label}]})
    return rows


def jsonl(rows: list[dict]) -> bytes:
    import json

    return "".join(json.dumps(r) + "\n" for r in rows).encode()


def unique() -> str:
    return secrets.token_hex(8)
