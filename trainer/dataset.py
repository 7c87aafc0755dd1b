"""Training files, JSON lines: reading them, and saying exactly which line is wrong and why.

    {"messages": […]}                                                   a conversation; assistant messages take a `weight`
    {"prompt": "…", "completion": "…"}                                  plain text and its continuation
    {"text": "…"}                                                       a document, for continued pretraining
    {"input": {"messages"}, "preferred_output", "non_preferred_output"} two answers and which is better (method "dpo")

Every row may carry a `task` (what `mixture` weighs) and a `difficulty` (what `curriculum` sorts by).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .chat import Row, RowError, completion_row, document_rows, prompt, training_row

if TYPE_CHECKING:
    from .reinforcement import Task

ROLES = ("system", "developer", "user", "assistant", "tool")


class DatasetError(ValueError):
    """A file that cannot be trained on. `line` is 1-based."""

    def __init__(self, file: str, line: int | None, reason: str):
        super().__init__(f"{file}, line {line}: {reason}" if line else f"{file}: {reason}")
        self.line = line


@dataclass(frozen=True)
class Pair:
    """Two answers to one prompt."""

    chosen: Row
    rejected: Row

    @property
    def tokens(self) -> list[int]:
        return self.chosen.tokens + self.rejected.tokens

    @property
    def task(self) -> str:
        return self.chosen.task

    @property
    def difficulty(self) -> float:
        return self.chosen.difficulty


def read(path: Path, name: str, check: Callable[[dict], None]) -> Iterator[tuple[int, dict]]:
    """Yields (line, row) of each row that passes `check`; raises DatasetError at the first bad one."""
    empty = True
    with open(path, "rb") as f:
        for line, raw in enumerate(f, 1):
            if not raw.strip():
                continue
            empty = False
            try:
                row = json.loads(raw.decode("utf-8"))
                if not isinstance(row, dict):
                    raise RowError("a row must be a JSON object")
                check(row)
                _check_marks(row)
            except UnicodeDecodeError as error:
                raise DatasetError(name, line, f"not UTF-8 (byte {error.start})")
            except json.JSONDecodeError as error:
                raise DatasetError(name, line, f"not JSON: {error.msg} at column {error.colno}")
            except RowError as error:
                raise DatasetError(name, line, str(error))
            yield line, row
    if empty:
        raise DatasetError(name, None, "the file has no rows")


def read_chats(path: Path, name: str) -> Iterator[tuple[int, list[dict]]]:
    """(line, messages) of each conversation."""
    return ((line, row["messages"]) for line, row in read(path, name, check_chat))


def check_supervised(row: dict) -> None:
    if isinstance(row.get("text"), str):
        if not row["text"].strip():
            raise RowError("its text is empty")
    elif "completion" in row or "prompt" in row:
        for field in ("prompt", "completion"):
            if not isinstance(row.get(field), str) or not row[field]:
                raise RowError(f"{field} must be a string that is not empty")
    else:
        check_chat(row)


def check_chat(row: dict) -> None:
    messages = row.get("messages")
    if not isinstance(messages, list) or not messages:
        raise RowError('a row must be {"messages": [...]} with at least one message')
    _check_messages(messages, "messages")
    if not any(m["role"] == "assistant" and m.get("weight", 1) for m in messages):
        raise RowError("no assistant message has a weight above 0, so there is nothing to learn from it")


def check_preference(row: dict) -> None:
    asked = row["input"].get("messages") if isinstance(row.get("input"), dict) else None
    if not isinstance(asked, list) or not asked:
        raise RowError('a row must be {"input": {"messages": [...]}, "preferred_output": [...], "non_preferred_output": [...]}')
    _check_messages(asked, "input.messages")
    for field in ("preferred_output", "non_preferred_output"):
        given = row.get(field)
        if not isinstance(given, list) or len(given) != 1 or not isinstance(given[0], dict) or given[0].get("role") != "assistant":
            raise RowError(f"{field} must be a list with one assistant message")
        _check_messages(given, field)


def check_prompt(row: dict) -> None:
    """A row of method "reinforcement": what is asked, and whatever the grader names of it."""
    messages = row.get("messages")
    if not isinstance(messages, list) or not messages:
        raise RowError('a row must be {"messages": [...]} with at least one message, and the fields that the grader names')
    _check_messages(messages, "messages")
    if messages[-1]["role"] == "assistant":
        raise RowError("its last message is the assistant's; the model is to write that one")


def _check_messages(messages: list, where: str) -> None:
    for i, m in enumerate(messages):
        if not isinstance(m, dict) or m.get("role") not in ROLES:
            raise RowError(f"{where}[{i}].role must be one of {list(ROLES)}")
        if not isinstance(m.get("content"), str):
            raise RowError(f"{where}[{i}].content must be a string")
        weight = m.get("weight", 1)
        if "weight" in m and (m["role"] != "assistant" or isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight <= 100):
            raise RowError(f"{where}[{i}].weight must be a number from 0 to 100 on an assistant message")


def _check_marks(row: dict) -> None:
    if not isinstance(row.get("task", ""), str):
        raise RowError("task must be a string")
    if isinstance(row.get("difficulty", 0), bool) or not isinstance(row.get("difficulty", 0), (int, float)):
        raise RowError("difficulty must be a number")


CHECKS: dict[str, Callable[[dict], None]] = {"supervised": check_supervised, "dpo": check_preference, "reinforcement": check_prompt}


def training_rows(path: Path, name: str, tokenizer, max_length: int) -> list[Row]:
    return _made(path, name, check_supervised, lambda row: _supervised(row, tokenizer, max_length))


def preference_rows(path: Path, name: str, tokenizer, max_length: int) -> list[Pair]:
    def pair(row: dict) -> list[Pair]:
        asked = [{k: v for k, v in m.items() if k != "weight"} for m in row["input"]["messages"]]
        unlearnt = [{**m, "weight": 0} if m["role"] == "assistant" else m for m in asked]
        better, worse = (training_row(tokenizer, [*unlearnt, {"role": "assistant", "content": row[field][0]["content"]}], max_length)
                         for field in ("preferred_output", "non_preferred_output"))
        return [Pair(_marked(better, row), worse)]

    return _made(path, name, check_preference, pair)


def prompt_rows(path: Path, name: str, tokenizer, max_length: int) -> list["Task"]:
    from .reinforcement import Task

    def task(row: dict) -> list[Task]:
        tokens = prompt(tokenizer, row["messages"]).tokens
        if len(tokens) > max_length:
            raise RowError(f"its prompt has {len(tokens)} tokens, more than max_length {max_length}")
        return [Task(tokens, {k: v for k, v in row.items() if k != "messages"}, row.get("task", ""), float(row.get("difficulty", 0)))]

    return _made(path, name, check_prompt, task)


def _made(path: Path, name: str, check, make: Callable[[dict], list]) -> list[Any]:
    rows: list[Any] = []
    for line, row in read(path, name, check):
        try:
            rows += make(row)
        except RowError as error:
            raise DatasetError(name, line, str(error))
    return rows


def _supervised(row: dict, tokenizer, max_length: int) -> list[Row]:
    if "messages" in row:
        made = [training_row(tokenizer, row["messages"], max_length)]
    elif "completion" in row:
        made = [completion_row(tokenizer, row["prompt"], row["completion"], max_length)]
    else:
        made = document_rows(tokenizer, row["text"], max_length)
    return [_marked(r, row) for r in made]


def _marked(made: Row, row: dict) -> Row:
    return replace(made, task=row.get("task", ""), difficulty=float(row.get("difficulty", 0)))


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


ROWS: dict[str, Callable[[Path, str, Any, int], list]] = {"supervised": training_rows, "dpo": preference_rows, "reinforcement": prompt_rows}
