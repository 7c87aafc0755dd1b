"""Answers that are sets keep to one order and repeat nothing."""

import json

import llguidance
import pytest

from trainer import label_sets

VALUES = ["billing", "a \"quoted\" one", "line\nend", "ünï"]
SCHEMA = {"type": "array", "items": {"type": "string", "enum": VALUES}, "uniqueItems": True}


def accepts(text: str) -> bool:
    matcher = llguidance.LLMatcher(llguidance.LLTokenizer("byte"), llguidance.LLMatcher.grammar_from_lark(label_sets.rules(label_sets.values_of(SCHEMA))))
    data = list(text.encode())
    return matcher.try_consume_tokens(data) == len(data) and matcher.is_accepting()


def written(values: list[str]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def test_every_set_can_be_written_in_one_way():
    for chosen in range(1 << len(VALUES)):
        assert accepts(written([v for i, v in enumerate(VALUES) if chosen >> i & 1]))


@pytest.mark.parametrize("text", [written(VALUES[1::-1]), written([VALUES[0]] * 2), written(["other"]), '["billing",]', "[,]", '"billing"'])
def test_another_order_a_repetition_and_a_stranger_cannot(text):
    assert not accepts(text)


def test_other_schemas_are_left_to_the_grammar_of_json_schema():
    assert label_sets.values_of({"type": "object"}) is None
    assert label_sets.values_of({**SCHEMA, "minItems": 1}) is None
    assert label_sets.values_of({**SCHEMA, "uniqueItems": False}) is None
