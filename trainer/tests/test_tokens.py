"""Counting without training agrees with what training and answering report."""

import pytest

from trainer import chat, machine, tokens
from trainer.errors import ApiError

SYSTEM, USER, ANSWER = ({"role": r, "content": c} for r, c in (("system", "Which team?"), ("user", "my card is lost"), ("assistant", "billing")))


def test_a_conversation_with_an_answer_counts_as_its_training_row(tiny):
    name, tokenizer = tiny
    counted = tokens.count({"model": name, "conversations": [[SYSTEM, USER, ANSWER], [USER, ANSWER]]})
    assert counted["conversations"] == [len(chat.training_row(tokenizer, m, 512).tokens) for m in ([SYSTEM, USER, ANSWER], [USER, ANSWER])]


def test_a_question_counts_as_its_prompt_and_a_text_as_itself(tiny):
    name, tokenizer = tiny
    counted = tokens.count({"model": name, "conversations": [[SYSTEM, USER]], "texts": ["billing"]})
    assert counted["conversations"] == [len(chat.prompt(tokenizer, [SYSTEM, USER]).tokens)]
    assert counted["texts"] == [len(chat.encode(tokenizer, "billing"))]


def test_a_row_is_counted_as_it_is_shortened(tiny):
    long = {"role": "user", "content": "word " * 300}
    assert tokens.count({"model": tiny[0], "conversations": [[long, ANSWER]], "max_length": 64})["conversations"] == [64]


def test_linear_classifiers_count_words(models_folder):
    assert tokens.count({"model": "classical", "conversations": [[SYSTEM, USER, ANSWER]]})["conversations"] == [4]


def test_an_unknown_tokenizer_is_told_as_missing(models_folder):
    for name in ("nobody", "nobody/nothing"):
        with pytest.raises(ApiError) as refused:
            tokens.count({"model": name, "texts": ["x"]})
        assert refused.value.status == 404


def test_the_machine_tells_its_memory_and_the_size_of_a_base(tiny, tmp_path):
    told = machine.describe(tiny[0], tmp_path)
    assert told["memory_bytes"] > 1 << 20 and told["precision"] in ("fp32", "bf16")
    assert told["base"] == {**told["base"], "layers": 2, "width": 32, "heads": 4, "key_value_width": 16, "feed_forward": 64}
    assert told["base"]["parameters"] > 10_000
    assert machine.describe("classical", tmp_path)["base"] is None
