"""`POST /v1/tokenize`: how many tokens conversations and texts have for a model, counted as its training and its answers are. No weights are loaded.

A conversation that ends with the assistant is counted as a training row (what `trained_tokens` adds up), any other as a prompt. The linear
classifiers count words, as their jobs report them. A Hugging Face name needs its tokenizer files alone.
"""

from functools import lru_cache

from . import bases, chat
from .dataset import last_user
from .errors import ApiError, bad_request

MAX_ITEMS = 20_000


def count(body: dict, base_of=lambda name: name) -> dict:
    for name in body:
        if name not in ("model", "conversations", "texts", "max_length"):
            raise bad_request(f"Unrecognized request argument supplied: {name}", name, "unknown_parameter")
    model, conversations, texts = body.get("model"), body.get("conversations") or [], body.get("texts") or []
    if not isinstance(model, str) or not isinstance(conversations, list) or not isinstance(texts, list) or len(conversations) + len(texts) > MAX_ITEMS:
        raise bad_request(f"model must be a string, conversations and texts lists of at most {MAX_ITEMS} items together.", "model")
    base, limit = base_of(model), body.get("max_length") or 1 << 30
    if base in bases.HEADS:
        return answer(model, [len(last_user(messages).split()) for messages in conversations], [len(text.split()) for text in texts])
    tokenizer = tokenizer_of(base)
    return answer(model, [tokens_of(tokenizer, messages, limit) for messages in conversations], [len(chat.encode(tokenizer, text)) for text in texts])


def tokens_of(tokenizer, messages: list[dict], limit: int) -> int:
    if messages and messages[-1]["role"] == "assistant":
        try:
            return len(chat.training_row(tokenizer, messages, limit).tokens)
        except chat.RowError as error:
            raise bad_request(f"A conversation cannot be trained on: {error}", "conversations") from error
    return len(chat.prompt(tokenizer, messages).tokens)


@lru_cache(maxsize=8)
def tokenizer_of(base: str):
    if base.count("/") != 1 or base.startswith((".", "/", "~")):
        return bases.tokenizer(base)
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(base, local_files_only=not bases.downloads_allowed(), trust_remote_code=False)
    except Exception as error:  # gated, unknown, or no way there
        raise ApiError(404, f"The tokenizer of '{base}' is not here and could not be fetched: {error}", param="model", code="model_not_found") from error


def answer(model: str, conversations: list[int], texts: list[int]) -> dict:
    return {"object": "tokens", "model": model, "conversations": conversations, "texts": texts}
