"""From messages to tokens, the same way in training and in serving.

A conversation is rendered by the model's own chat template and cut into pieces where the model begins and ends to speak:

    <|im_start|>system … <|im_start|>user … <|im_end|>\\n<|im_start|>assistant\\n | billing<|im_end|> | \\n<|im_start|>user …
    └──────────────────────────── prompt, weight 0 ────────────────────────────┘ └─ answer, w ─┘

Each piece is tokenised by itself. Serving tokenises the same prompt and starts to answer at the same place, so a tuned model never meets
a token boundary that it was not trained on. The loss covers the answer *and its end mark*, else the model never learns to stop.
"""

from dataclasses import dataclass, replace
from functools import cache

from .errors import bad_request

PLAIN_TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}{{ eos_token }}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"


@dataclass(frozen=True)
class Row:
    """One training example. `weights[i]` is the weight of token i in the loss: 0 for what the model only reads."""

    tokens: list[int]
    weights: list[float]
    task: str = ""  # what a mixture weighs
    difficulty: float = 0.0  # what a curriculum sorts by

    @property
    def first_trained(self) -> int:
        return next(i for i, w in enumerate(self.weights) if w)

    @property
    def trained(self) -> int:
        return sum(1 for w in self.weights if w)


class RowError(ValueError):
    """A row that cannot be trained on; the message is for the person who wrote it."""


def template(tokenizer) -> str:
    return tokenizer.chat_template or PLAIN_TEMPLATE


def render(tokenizer, messages: list[dict], answer_next: bool) -> str:
    spoken = [{k: v for k, v in m.items() if k != "weight"} for m in messages]
    try:
        return tokenizer.apply_chat_template(spoken, tokenize=False, add_generation_prompt=answer_next, chat_template=template(tokenizer))
    except Exception as error:  # a template raises what it likes
        raise bad_request(f"The model's chat template refuses these messages: {error}", "messages") from error


def encode(tokenizer, text: str) -> list[int]:
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def end_tokens(tokenizer, messages: list[dict]) -> list[int]:
    """The tokens with which this model ends its turn, read off the template: `<|im_end|>` in ChatML."""
    return list(_end_tokens(tokenizer, messages[0]["role"] == "system" if messages else False))


@cache
def _end_tokens(tokenizer, system: bool) -> tuple[int, ...]:
    asked = ([{"role": "system", "content": "x"}] if system else []) + [{"role": "user", "content": "x"}]
    before = render(tokenizer, asked, True)
    after = render(tokenizer, [*asked, {"role": "assistant", "content": "\ue000"}], False)
    end = after[len(before):].split("\ue000", 1)[-1].rstrip() if after.startswith(before) else ""
    return tuple(encode(tokenizer, end)) or (tokenizer.eos_token_id,)


def training_row(tokenizer, messages: list[dict], max_length: int) -> Row:
    """Tokens and loss weights of one conversation.

    `weight` on an assistant message (default 1) scales its tokens; 0 leaves it out of the loss.
    Too long a row loses tokens from its longest stretch of prompt, never from an answer.
    """
    tokens: list[int] = []
    weights: list[float] = []
    done = ""
    for i, message in enumerate(messages):
        weight = float(message.get("weight", 1)) if message["role"] == "assistant" else 0.0
        if not weight:
            continue
        before, after = render(tokenizer, messages[:i], True), render(tokenizer, messages[: i + 1], False).rstrip("\n")
        if not (before.startswith(done) and after.startswith(before)):
            raise RowError("the model's chat template rewrites earlier turns, so the answer cannot be told from the prompt")
        for piece, w in ((before[len(done):], 0.0), (after[len(before):], weight)):
            ids = encode(tokenizer, piece)
            tokens += ids
            weights += [w] * len(ids)
        done = after
    if not any(weights):
        raise RowError("no assistant message has a weight above 0, so there is nothing to learn from it")
    return shorten(Row(tokens, weights), max_length)


def shorten(row: Row, max_length: int, keep: int = 16) -> Row:
    """Cuts the longest run of prompt tokens, leaving `keep` of them before the answer, until the row fits."""
    excess = len(row.tokens) - max_length
    if excess <= 0:
        return row
    runs, start = [], None
    for i, w in enumerate([*row.weights, 1.0]):
        if not w and start is None:
            start = i
        elif w and start is not None:
            runs.append((i - start, start))
            start = None
    length, start = max(runs, default=(0, 0))
    if length - keep < excess:
        raise RowError(f"it has {len(row.tokens)} tokens, more than max_length {max_length}, and its prompt cannot be shortened enough")
    end = start + length - keep
    return replace(row, tokens=row.tokens[: end - excess] + row.tokens[end:], weights=row.weights[: end - excess] + row.weights[end:])


def completion_row(tokenizer, prompt: str, completion: str, max_length: int) -> Row:
    """Plain text and its continuation, without a template; the end mark belongs to the continuation."""
    before, after = encode(tokenizer, prompt), [*encode(tokenizer, completion), tokenizer.eos_token_id]
    if not before:
        raise RowError("its prompt is empty; raw text to go on training with is {\"text\"}")
    return shorten(Row(before + after, [0.0] * len(before) + [1.0] * len(after)), max_length)


def document_rows(tokenizer, text: str, max_length: int) -> list[Row]:
    """A document for continued pretraining, in stretches of `max_length`; every token but a stretch's first is learnt."""
    tokens = [*encode(tokenizer, text), tokenizer.eos_token_id]
    stretches = [tokens[i: i + max_length] for i in range(0, len(tokens), max_length)]
    return [Row(stretch, [0.0] + [1.0] * (len(stretch) - 1)) for stretch in stretches if len(stretch) > 1]


@dataclass(frozen=True)
class Prompt:
    """A request's tokens, and how many of them precede the content of the last user message."""

    tokens: list[int]
    shared: int


def prompt(tokenizer, messages: list[dict]) -> Prompt:
    """Renders a request. The split depends on the request alone, so an answer never depends on what else is asked."""
    text = render(tokenizer, messages, True)
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    tokens, ends = encoded["input_ids"], [end for _, end in encoded["offset_mapping"]]
    last = max((i for i, m in enumerate(messages) if m["role"] == "user"), default=None)
    if last is None:
        return Prompt(tokens, 0)
    start = _start_of_content(tokenizer, messages, last)
    shared = next((i for i, end in enumerate(ends) if end > start), len(tokens))
    return Prompt(tokens, min(shared, len(tokens) - 1))


def _start_of_content(tokenizer, messages: list[dict], index: int) -> int:
    """Where message `index`'s content starts in the rendered text: up to there two different contents render alike."""
    a, b = (render(tokenizer, [*messages[:index], {**messages[index], "content": mark}, *messages[index + 1:]], True) for mark in "\ue000\ue001")
    return next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), 0)
