"""Chat JSONL: reading it, and saying exactly which line is wrong and why."""

import json
from collections.abc import Iterator
from pathlib import Path

from .chat import Row, RowError, training_row

ROLES = ("system", "developer", "user", "assistant", "tool")


class DatasetError(ValueError):
    """A file that cannot be trained on. `line` is 1-based."""

    def __init__(self, file: str, line: int | None, reason: str):
        super().__init__(f"{file}, line {line}: {reason}" if line else f"{file}: {reason}")
        self.line = line


def read_chats(path: Path, name: str) -> Iterator[tuple[int, list[dict]]]:
    """Yields (line, messages) of each row; raises DatasetError at the first bad one."""
    empty = True
    with open(path, "rb") as f:
        for line, raw in enumerate(f, 1):
            if not raw.strip():
                continue
            empty = False
            yield line, _messages(raw, name, line)
    if empty:
        raise DatasetError(name, None, "the file has no rows")


def _messages(raw: bytes, name: str, line: int) -> list[dict]:
    try:
        row = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DatasetError(name, line, f"not UTF-8 (byte {error.start})")
    except json.JSONDecodeError as error:
        raise DatasetError(name, line, f"not JSON: {error.msg} at column {error.colno}")
    messages = row.get("messages") if isinstance(row, dict) else None
    if not isinstance(messages, list) or not messages:
        raise DatasetError(name, line, 'a row must be {"messages": [...]} with at least one message')
    for i, m in enumerate(messages):
        if not isinstance(m, dict) or m.get("role") not in ROLES:
            raise DatasetError(name, line, f"messages[{i}].role must be one of {list(ROLES)}")
        if not isinstance(m.get("content"), str):
            raise DatasetError(name, line, f"messages[{i}].content must be a string")
        weight = m.get("weight", 1)
        if "weight" in m and (m["role"] != "assistant" or isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight <= 100):
            raise DatasetError(name, line, f"messages[{i}].weight must be a number from 0 to 100 on an assistant message")
    if not any(m["role"] == "assistant" and m.get("weight", 1) for m in messages):
        raise DatasetError(name, line, "no assistant message has a weight above 0, so there is nothing to learn from it")
    return messages


def training_rows(path: Path, name: str, tokenizer, max_length: int) -> list[Row]:
    rows = []
    for line, messages in read_chats(path, name):
        try:
            rows.append(training_row(tokenizer, messages, max_length))
        except RowError as error:
            raise DatasetError(name, line, str(error))
    return rows


def labelled_texts(path: Path, name: str) -> tuple[list[str], list[str], list[float]]:
    """Last user message, the assistant's label that follows, and its weight, for models that only classify."""
    texts, labels, weights = [], [], []
    for line, messages in read_chats(path, name):
        if messages[-1]["role"] != "assistant" or not any(m["role"] == "user" for m in messages):
            raise DatasetError(name, line, "needs a user message and, last, an assistant message that is the label")
        texts.append(last_user(messages))
        labels.append(messages[-1]["content"])
        weights.append(float(messages[-1].get("weight", 1)))
    return texts, labels, weights


def last_user(messages: list[dict]) -> str:
    return next((m["content"] for m in reversed(messages) if m["role"] == "user"), "")
