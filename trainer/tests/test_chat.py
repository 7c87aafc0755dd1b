import pytest

from trainer import chat

SYSTEM, USER = {"role": "system", "content": "Which team should answer?"}, {"role": "user", "content": "my card is lost"}


def assistant(content, **more):
    return {"role": "assistant", "content": content, **more}


def trained_text(tokenizer, row):
    return tokenizer.decode([t for t, w in zip(row.tokens, row.weights) if w])


def test_the_loss_covers_the_answer_and_its_end_mark_and_nothing_else(tiny):
    _, tokenizer = tiny
    row = chat.training_row(tokenizer, [SYSTEM, USER, assistant("billing")], 512)
    assert trained_text(tokenizer, row) == "billing<|im_end|>"
    assert tokenizer.decode(row.tokens) == chat.render(tokenizer, [SYSTEM, USER, assistant("billing")], False).rstrip("\n")


def test_a_message_of_weight_0_is_read_but_not_learned(tiny):
    _, tokenizer = tiny
    row = chat.training_row(tokenizer, [SYSTEM, USER, assistant("wrong", weight=0), USER, assistant("right")], 512)
    assert trained_text(tokenizer, row) == "right<|im_end|>"
    assert "wrong" in tokenizer.decode(row.tokens)


def test_a_fractional_weight_scales_its_tokens(tiny):
    _, tokenizer = tiny
    row = chat.training_row(tokenizer, [USER, assistant("billing", weight=0.25), USER, assistant("shipping")], 512)
    assert {w for w in row.weights if w} == {0.25, 1.0}
    assert trained_text(tokenizer, row) == "billing<|im_end|>shipping<|im_end|>"


def test_a_row_without_anything_to_learn_is_refused(tiny):
    with pytest.raises(chat.RowError, match="weight above 0"):
        chat.training_row(tiny[1], [USER, assistant("x", weight=0)], 512)


def test_a_long_prompt_is_cut_and_the_answer_kept(tiny):
    _, tokenizer = tiny
    row = chat.training_row(tokenizer, [SYSTEM, {"role": "user", "content": "word " * 300}, assistant("billing")], 64)
    assert len(row.tokens) == 64
    assert trained_text(tokenizer, row) == "billing<|im_end|>"
    assert tokenizer.decode(row.tokens).endswith("assistant\nbilling<|im_end|>")


def test_an_answer_longer_than_max_length_is_refused(tiny):
    with pytest.raises(chat.RowError, match="max_length"):
        chat.training_row(tiny[1], [USER, assistant("word " * 300)], 64)


def test_serving_tokenises_the_prompt_as_training_does(tiny):
    _, tokenizer = tiny
    row = chat.training_row(tokenizer, [SYSTEM, USER, assistant("billing")], 512)
    prompt = chat.prompt(tokenizer, [SYSTEM, USER])
    assert row.tokens[: row.first_trained] == prompt.tokens
    assert row.tokens[row.first_trained:] == [*chat.encode(tokenizer, "billing"), *chat.end_tokens(tokenizer, [SYSTEM, USER])]


@pytest.mark.parametrize("content", ["my card", "assistant", "a", " leading", "\nline"])
def test_the_shared_prefix_ends_where_the_last_user_message_begins(tiny, content):
    _, tokenizer = tiny
    p = chat.prompt(tokenizer, [SYSTEM, {"role": "user", "content": content}])
    other = chat.prompt(tokenizer, [SYSTEM, {"role": "user", "content": "zebra"}])
    assert p.tokens[: p.shared] == other.tokens[: other.shared] or content.startswith("\n")
    assert chat.render(tokenizer, [SYSTEM, {"role": "user", "content": content}], True).startswith(tokenizer.decode(p.tokens[: p.shared]))
    assert p.shared > 10
