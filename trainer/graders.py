"""Graders: how good an answer is, from 0 to 1, in OpenAI's `method.reinforcement.grader` shape.

    {"type": "string_check", "input": "{{sample.output_text}}", "reference": "{{item.answer}}", "operation": "eq" | "ne" | "like" | "ilike"}
    {"type": "text_similarity", "input", "reference", "evaluation_metric": "fuzzy_match" | "bleu" | "gleu" | "cosine" | "rouge_1" … "rouge_5" | "rouge_l"}
    {"type": "score_model", "model": …, "input": [messages], "range": [0, 1]}

Texts are templates over the answer (`sample.output_text`) and the row (`item.…`). `like` asks whether the input contains the reference, `ilike`
in whatever case. A score model is a model of this trainer; its score is the mean of the numbers 0 … 10, weighted by the probability that it
gives to each as its answer (Liu et al., 2023, arXiv:2303.16634), laid over the range.
"""

import re
from collections.abc import Callable

from .errors import bad_request

OPERATIONS = ("eq", "ne", "like", "ilike")
METRICS = ("fuzzy_match", "bleu", "gleu", "cosine", *(f"rouge_{n}" for n in range(1, 6)), "rouge_l")
FIELDS = {"string_check": ("input", "reference", "operation"), "text_similarity": ("input", "reference", "evaluation_metric"), "score_model": ("input", "model")}
MARKS = tuple(str(n) for n in range(11))
PLACE = re.compile(r"\{\{\s*(sample\.output_text|item\.\w+)\s*\}\}")
WHERE = "method.reinforcement.grader"

Score = Callable[[list[dict]], float]  # of messages


def check(grader) -> dict:
    """The grader as it was given, or a 400 that says what is wrong with it."""
    kind = grader.get("type") if isinstance(grader, dict) else None
    if kind not in FIELDS:
        raise bad_request(f"grader.type must be one of {list(FIELDS)}.", f"{WHERE}.type", "unsupported_grader")
    for field in FIELDS[kind]:
        if not grader.get(field):
            raise bad_request(f"A {kind} grader needs {field}.", f"{WHERE}.{field}", "missing_required_parameter")
    for field, allowed in (("operation", OPERATIONS), ("evaluation_metric", METRICS)):
        if field in FIELDS[kind] and grader[field] not in allowed:
            raise bad_request(f"{field} is {grader[field]!r}; it must be one of {list(allowed)}.", f"{WHERE}.{field}", "invalid_value")
    texts = [m.get("content") if isinstance(m, dict) else None for m in grader["input"]] if kind == "score_model" and isinstance(grader["input"], list) else [grader["input"]]
    if kind == "score_model" and not isinstance(grader["input"], list) or not all(isinstance(t, str) for t in texts):
        raise bad_request(f"input must be {'a list of messages' if kind == 'score_model' else 'a string'}.", f"{WHERE}.input", "invalid_value")
    return grader


def fill(text: str, answer: str, item: dict) -> str:
    def value(match) -> str:
        name = match[1]
        if name == "sample.output_text":
            return answer
        if name[5:] not in item:
            raise ValueError(f"the grader names {name} and a row has no field '{name[5:]}'; it has {sorted(item)}")
        return str(item[name[5:]])

    return PLACE.sub(value, text)


def grade(grader: dict, answer: str, item: dict, score: Score) -> float:
    """How good the answer to a row is. `score` asks the score model."""
    if grader["type"] == "score_model":
        low, high = grader.get("range", [0, 1])
        return low + (high - low) * score([{**m, "content": fill(m["content"], answer, item)} for m in grader["input"]])
    given, reference = fill(grader["input"], answer, item), fill(grader["reference"], answer, item)
    return string_check(grader["operation"], given, reference) if grader["type"] == "string_check" else similarity(grader["evaluation_metric"], given, reference)


def string_check(operation: str, given: str, reference: str) -> float:
    return float({"eq": given == reference, "ne": given != reference, "like": reference in given, "ilike": reference.lower() in given.lower()}[operation])


def similarity(metric: str, given: str, reference: str) -> float:
    if metric == "fuzzy_match":
        from rapidfuzz import fuzz

        return fuzz.ratio(given, reference) / 100
    if metric == "bleu":
        from sacrebleu import sentence_bleu

        return sentence_bleu(given, [reference]).score / 100
    if metric == "gleu":
        from nltk.translate.gleu_score import sentence_gleu

        return sentence_gleu([reference.split()], given.split()) if given.split() and reference.split() else 0.0
    if metric == "cosine":
        from . import bases, embeddings

        (a, _), (b, _) = embeddings.embed_all(bases.MINILM, [given, reference])
        return max(0.0, sum(x * y for x, y in zip(a, b)))
    from rouge_score.rouge_scorer import RougeScorer

    name = metric.replace("_l", "L").replace("_", "")
    return RougeScorer([name], use_stemmer=False).score(reference, given)[name].fmeasure


def expected_mark(scores: list[float]) -> float:
    """Mean of 0 … 10 under log-probabilities, over 10."""
    import math

    top = max(scores)
    weights = [math.exp(s - top) for s in scores]
    return sum(int(mark) * w for mark, w in zip(MARKS, weights)) / sum(weights) / 10
