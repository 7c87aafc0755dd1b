"""The server through OpenAI's own client."""

import base64
import json
import struct

import openai
import pytest
import urllib.error
import urllib.request

from .conftest import LABELS, Server, chat_rows, jsonl, unique, wait

ENDED = ("succeeded", "failed", "cancelled")
SYSTEM = {"role": "system", "content": "Which team should answer this message?"}
FORMAT = {"type": "json_schema", "json_schema": {"name": "label", "schema": {"type": "string", "enum": LABELS}}}


def upload(client, rows, purpose="fine-tune"):
    return client.files.create(file=("rows.jsonl", jsonl(rows)), purpose=purpose).id


def create(client, model="tiny", rows=None, key=None, hyperparameters={}, **more):
    values = {"epochs": 2, "batch_size": 6, "rank": 4, "learning_rate": 1e-2} if model == "tiny" else {}
    return client.fine_tuning.jobs.create(
        model=model, training_file=upload(client, rows or chat_rows()), method={"type": "supervised", "supervised": {"hyperparameters": {**values, **hyperparameters}}},
        extra_headers={"Idempotency-Key": key} if key else {}, **more)


def finished(client, job):
    return wait(lambda: (j := client.fine_tuning.jobs.retrieve(job.id)).status in ENDED and j)


@pytest.fixture(scope="module")
def client(server):
    return server.client


@pytest.fixture(scope="module")
def tuned(client):
    """A finished job on the tiny model, with validation."""
    job = create(client, validation_file=upload(client, chat_rows(9)), seed=5, suffix="teams", metadata={"tunegate_key": "k-" + unique()})
    job = finished(client, job)
    assert job.status == "succeeded", job.error
    return job


def ask(client, model, text="the parcel is late", **more):
    return client.chat.completions.create(model=model, messages=[SYSTEM, {"role": "user", "content": text}], **more)


def batch_of(client, bodies, endpoint="/v1/chat/completions"):
    lines = [{"custom_id": f"row-{i}", "method": "POST", "url": endpoint, "body": body} for i, body in enumerate(bodies)]
    batch = client.batches.create(input_file_id=upload(client, lines, "batch"), endpoint=endpoint, completion_window="24h")
    batch = wait(lambda: (b := client.batches.retrieve(batch.id)).status in ("completed", "failed", "cancelled") and b)
    lines = {}
    for file in (batch.output_file_id, batch.error_file_id):
        if file:
            lines |= {line["custom_id"]: line for line in map(json.loads, client.files.content(file).text.splitlines())}
    return batch, [lines[f"row-{i}"] for i in range(len(bodies))] if lines else []


# Files


def test_a_file_comes_back_as_it_was_sent(client):
    content = jsonl(chat_rows(3))
    file = client.files.create(file=("../../etc/rows.jsonl", content), purpose="fine-tune")
    assert file.bytes == len(content) and file.purpose == "fine-tune"
    assert client.files.content(file.id).read() == content
    assert client.files.retrieve(file.id).id in [f.id for f in client.files.list(limit=5)]
    assert client.files.delete(file.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


def test_an_unknown_purpose_is_refused(client):
    with pytest.raises(openai.BadRequestError) as e:
        client.files.create(file=("a.jsonl", b"{}"), purpose="mischief")
    assert e.value.param == "purpose"


# Jobs


def test_a_job_ends_with_model_files_events_and_checkpoints(client, tuned):
    assert tuned.trained_tokens > 0 and tuned.fine_tuned_model.startswith("ft:tiny:local:teams:")
    csv, weights = tuned.result_files
    assert client.files.content(csv).text.splitlines()[0].startswith("step,train_loss,train_mean_token_accuracy,valid_loss")
    assert len(client.files.content(csv).text.splitlines()) == 1 + 8
    assert client.files.content(weights).read()[:200].count(b"trainer")
    events = list(client.fine_tuning.jobs.list_events(tuned.id, limit=5))
    metrics = [e.data for e in events if e.type == "metrics"]
    assert [m["step"] for m in metrics] == list(range(8, 0, -1))
    assert {"total_steps", "train_loss", "train_mean_token_accuracy", "valid_loss", "valid_mean_token_accuracy", "learning_rate", "grad_norm", "tokens_per_second", "eta"} <= set(metrics[0])
    checkpoints = client.fine_tuning.jobs.checkpoints.list(tuned.id).data
    assert [c.step_number for c in checkpoints] == [8, 4]
    assert checkpoints[0].metrics.valid_loss > 0
    assert ask(client, checkpoints[1].fine_tuned_model_checkpoint, response_format=FORMAT).choices[0].message.content.strip('"') in LABELS


def test_a_repeated_create_with_the_same_key_returns_the_first_job(client, tuned):
    key = "key-" + unique()
    first = create(client, key=key, metadata={"tunegate_key": key})
    assert create(client, key=key).id == first.id
    assert create(client, metadata={"tunegate_key": key}).id == first.id
    client.fine_tuning.jobs.cancel(first.id)
    assert create(client, key=key).id == first.id
    assert [j.id for j in client.fine_tuning.jobs.list(metadata={"tunegate_key": key})] == [first.id]


def test_jobs_are_listed_newest_first_in_pages(client, tuned):
    made = [create(client, metadata={"group": "paging"}, hyperparameters={"epochs": 50}) for _ in range(3)]
    for job in made:
        client.fine_tuning.jobs.cancel(job.id)
    page = client.fine_tuning.jobs.list(limit=2, metadata={"group": "paging"})
    assert [j.id for j in page.data] == [made[2].id, made[1].id] and page.has_more
    page = client.fine_tuning.jobs.list(limit=2, after=made[1].id, metadata={"group": "paging"})
    assert [j.id for j in page.data] == [made[0].id] and not page.has_more


def test_a_cancelled_job_stays_cancelled_and_the_next_one_runs(client):
    job = create(client, hyperparameters={"epochs": 50})
    wait(lambda: client.fine_tuning.jobs.list_events(job.id).data[0].type == "metrics")
    assert client.fine_tuning.jobs.cancel(job.id).status == "cancelled"
    assert finished(client, create(client, hyperparameters={"epochs": 1})).status == "succeeded"
    assert client.fine_tuning.jobs.retrieve(job.id).status == "cancelled"
    with pytest.raises(openai.BadRequestError, match="only a job that is paused"):
        client.fine_tuning.jobs.resume(job.id)


def test_files_are_validated_while_another_job_trains(client):
    training = create(client, hyperparameters={"epochs": 50})
    assert finished(client, create(client, rows=[{"messages": []}])).status == "failed"
    assert client.fine_tuning.jobs.cancel(training.id).status == "cancelled"


def test_a_bad_row_fails_the_job_with_its_line_and_reason(client):
    rows = chat_rows(3)
    rows[1] = {"messages": [{"role": "user", "content": "hello"}]}
    job = finished(client, create(client, rows=rows))
    assert job.status == "failed" and job.error.code == "invalid_training_file" and "line 2" in job.error.message and job.error.param == "training_file"


@pytest.mark.parametrize("body, param, said", [
    ({"hyperparameters": {"epochs": 99}}, "method.supervised.hyperparameters.epochs", "from 1 to 50"),
    ({"hyperparameters": {"epoch": 3}}, "method.supervised.hyperparameters.epoch", "There are: n_epochs"),
    ({"hyperparameters": {"scheduler": "zigzag"}}, "method.supervised.hyperparameters.scheduler", "cosine"),
    ({"hyperparameters": {"tuning": "full", "rank": 4}}, "method.supervised.hyperparameters.rank", "LoRA"),
    ({"seed": -1}, "seed", "seed"),
    ({"metadata": {"k": "v" * 600}}, "metadata", "512"),
])
def test_impossible_job_values_are_refused_with_their_range(client, body, param, said):
    with pytest.raises(openai.BadRequestError) as e:
        create(client, **body)
    assert e.value.param == param and said in e.value.message


def test_unknown_files_and_models_are_named(client):
    with pytest.raises(openai.BadRequestError, match="file-nowhere"):
        client.fine_tuning.jobs.create(model="tiny", training_file="file-nowhere")
    with pytest.raises(openai.NotFoundError) as e:
        create(client, model="nobody/knows-this")
    assert e.value.code == "model_not_found" and "smollm2-135m-instruct" in e.value.message


# Answers


def test_an_enumerated_answer_lists_every_value_with_its_probability(client, tuned):
    import math

    answer = ask(client, tuned.fine_tuned_model, response_format=FORMAT, logprobs=True, top_logprobs=1).choices[0]
    (entry,) = answer.logprobs.content
    assert json.loads(answer.message.content) == entry.token
    assert {t.token for t in entry.top_logprobs} == set(LABELS)
    assert sum(math.exp(t.logprob) for t in entry.top_logprobs) == pytest.approx(1)
    assert entry.top_logprobs[0].logprob == max(t.logprob for t in entry.top_logprobs) == entry.logprob


def test_answers_are_the_same_to_the_bit_alone_in_a_batch_and_in_another_order(client, tuned):
    texts = [f"message {i} about my {'card parcel login'.split()[i % 3]}" + " please" * (i % 4) for i in range(9)]
    body = lambda t: {"model": tuned.fine_tuned_model, "messages": [SYSTEM, {"role": "user", "content": t}], "response_format": FORMAT, "logprobs": True}
    scores = lambda r: {t["token"]: t["logprob"] for t in r["choices"][0]["logprobs"]["content"][0]["top_logprobs"]}
    alone = [scores(client.chat.completions.create(**body(t)).model_dump()) for t in texts]
    batch, lines = batch_of(client, [body(t) for t in texts])
    assert [scores(line["response"]["body"]) for line in lines] == alone
    _, lines = batch_of(client, [body(t) for t in reversed(texts)])
    assert [scores(line["response"]["body"]) for line in reversed(lines)] == alone
    turned = {**FORMAT, "json_schema": {"name": "label", "schema": {"type": "string", "enum": LABELS[::-1]}}}
    assert scores(client.chat.completions.create(**{**body(texts[0]), "response_format": turned}).model_dump()) == alone[0]


def test_a_tuned_model_and_its_base_are_served_side_by_side(client, tuned):
    answers = {}
    for name in ("tiny", tuned.fine_tuned_model, "tiny", tuned.fine_tuned_model):
        got = ask(client, name, response_format=FORMAT, logprobs=True).choices[0].logprobs.content[0].logprob
        assert answers.setdefault(name, got) == got
    assert len(set(answers.values())) == 2


def test_streamed_and_whole_answers_agree(client):
    whole = ask(client, "tiny", temperature=0, max_tokens=12)
    chunks = list(ask(client, "tiny", temperature=0, max_tokens=12, stream=True, stream_options={"include_usage": True}))
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == whole.choices[0].message.content
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == whole.choices[0].finish_reason
    assert chunks[-1].usage == whole.usage


def test_the_same_seed_samples_the_same_answers_and_choices_differ(client):
    first, again = (ask(client, "tiny", seed=4, n=3, max_tokens=8) for _ in range(2))
    assert [c.message.content for c in first.choices] == [c.message.content for c in again.choices]
    assert len({c.message.content for c in first.choices}) > 1


def test_a_stop_string_ends_the_answer_before_it(client):
    whole = ask(client, "tiny", temperature=0, max_tokens=12).choices[0].message.content
    stop = whole[4:6]
    cut = ask(client, "tiny", temperature=0, max_tokens=12, stop=stop).choices[0]
    assert cut.message.content == whole[: whole.index(stop)] and cut.finish_reason == "stop"


def test_generated_tokens_come_with_their_probabilities(client):
    answer = ask(client, "tiny", temperature=0, max_tokens=5, logprobs=True, top_logprobs=3).choices[0]
    assert all(len(t.top_logprobs) == 3 and t.logprob == t.top_logprobs[0].logprob for t in answer.logprobs.content)


def test_a_json_schema_is_kept_to_whatever_the_model_wants(client):
    schema = {"type": "object", "properties": {"team": {"enum": LABELS}, "urgent": {"type": "boolean"}}, "required": ["team", "urgent"], "additionalProperties": False}
    for seed in range(3):
        answer = ask(client, "tiny", seed=seed, max_tokens=60, response_format={"type": "json_schema", "json_schema": {"name": "t", "schema": schema}}).choices[0]
        said = json.loads(answer.message.content)
        assert said["team"] in LABELS and isinstance(said["urgent"], bool) and answer.finish_reason == "stop"


@pytest.mark.parametrize("body, param", [
    ({"temperature": 9}, "temperature"), ({"top_logprobs": 3}, "top_logprobs"), ({"response_format": {"type": "json_schema"}}, "response_format"),
    ({"response_format": {"type": "json_schema", "json_schema": {"name": "l", "schema": {"type": "string", "enum": ["a", "a"]}}}}, "response_format.json_schema.schema.enum"),
    ({"frequency_penalty": 1}, "frequency_penalty"), ({"extra_body": {"banana": 1}}, "banana"),
])
def test_a_bad_request_names_its_parameter(client, body, param):
    with pytest.raises(openai.BadRequestError) as e:
        ask(client, "tiny", **body)
    assert e.value.param == param and e.value.type == "invalid_request_error"


def test_an_unknown_model_is_a_404_with_what_there_is(client):
    with pytest.raises(openai.NotFoundError) as e:
        ask(client, "ft:nobody")
    assert e.value.code == "model_not_found" and "tiny" in e.value.message


def test_a_body_that_is_not_json_and_a_path_that_is_not_there_get_openai_bodies(server):
    for path, data, status in (("/v1/chat/completions", b"{", 400), ("/v1/nowhere", None, 404)):
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", data=data, headers={"Content-Type": "application/json"})
        with pytest.raises(urllib.error.HTTPError) as e:
            urllib.request.urlopen(request)
        assert e.value.code == status and set(json.loads(e.value.read())["error"]) == {"message", "type", "param", "code"}


# Classifiers, embeddings, models, batches


@pytest.mark.parametrize("kind", ["classical", "embedding"])
def test_a_classifier_is_trained_and_served_like_any_model(client, kind):
    job = finished(client, create(client, model=kind, rows=chat_rows(30)))
    assert job.status == "succeeded", job.error
    answer = ask(client, job.fine_tuned_model, "refund my invoice", response_format=FORMAT, logprobs=True).choices[0]
    assert json.loads(answer.message.content) == "billing"
    assert {t.token for t in answer.logprobs.content[0].top_logprobs} == set(LABELS)
    assert ask(client, job.fine_tuned_model, "refund my invoice").choices[0].message.content == "billing"


def test_a_fully_tuned_model_is_served_and_registered_elsewhere(client):
    job = finished(client, client.fine_tuning.jobs.create(
        model="tiny", training_file=upload(client, chat_rows()), method={"type": "supervised", "supervised": {"hyperparameters": {"tuning": "full", "epochs": 1, "learning_rate": 1e-3}}}))
    assert job.status == "succeeded", job.error
    score = lambda m: ask(client, m, response_format=FORMAT, logprobs=True).choices[0].logprobs.content[0].logprob
    file = client.files.create(file=("w.safetensors", client.files.content(job.result_files[1]).read()), purpose="fine-tune").id
    client.post("/models", body={"id": "full-v1", "weights_file": file}, cast_to=object)
    assert score("full-v1") == score(job.fine_tuned_model) != score("tiny")


def test_weights_that_are_larger_than_an_upload_may_be_are_made_and_downloaded(models_folder, tmp_path):
    server = Server(tmp_path / "data", TRAINER_MAX_UPLOAD_BYTES="20000")
    client = server.client
    try:
        full = {"type": "supervised", "supervised": {"hyperparameters": {"tuning": "full", "epochs": 1}}}
        job = finished(client, client.fine_tuning.jobs.create(model="tiny", training_file=upload(client, chat_rows()), method=full))
        assert job.status == "succeeded", job.error
        weights = client.files.content(job.result_files[1]).read()
        assert len(weights) > 20_000
        with pytest.raises(openai.APIStatusError) as refused:
            client.files.create(file=("w.safetensors", weights), purpose="fine-tune")
        assert (refused.value.status_code, refused.value.code) == (413, "file_too_large")
    finally:
        server.stop()


def test_embeddings_have_length_one_and_both_encodings_agree(client):
    texts = ["where is my parcel", "the parcel is late", "quantum chromodynamics"]
    floats = client.embeddings.create(model="all-minilm-l6-v2", input=texts, encoding_format="float").data
    coded = client.embeddings.create(model="all-minilm-l6-v2", input=texts, encoding_format="base64").data
    dot = lambda a, b: sum(x * y for x, y in zip(a, b))
    a, b, c = (d.embedding for d in floats)
    assert len(a) == 384 and dot(a, a) == pytest.approx(1, abs=1e-5) and dot(a, b) > dot(a, c) + 0.3
    assert struct.unpack("<384f", base64.b64decode(coded[0].embedding)) == pytest.approx(a)


def test_a_downloaded_model_answers_the_same_under_another_name(client, tuned):
    file = client.files.create(file=("w.safetensors", client.files.content(tuned.result_files[1]).read()), purpose="fine-tune").id
    register = lambda id, weights: client.post("/models", body={"id": id, "base": "tiny", "weights_file": weights}, cast_to=object)
    assert register("teams-v1", file)["base"] == "tiny"
    assert register("teams-v1", file)["id"] == "teams-v1"
    score = lambda m: ask(client, m, response_format=FORMAT, logprobs=True).choices[0].logprobs.content[0].logprob
    assert score("teams-v1") == score(tuned.fine_tuned_model)
    other = client.files.create(file=("w.safetensors", b"something else"), purpose="fine-tune").id
    with pytest.raises(openai.ConflictError):
        register("teams-v1", other)
    with pytest.raises(openai.BadRequestError, match="safetensors"):
        register("teams-v2", other)
    assert {"tiny", "teams-v1", "all-minilm-l6-v2", "classical"} <= {m.id for m in client.models.list()}
    assert client.models.delete("teams-v1").deleted
    with pytest.raises(openai.NotFoundError):
        ask(client, "teams-v1", response_format=FORMAT)


def test_a_base_model_cannot_be_deleted(client):
    with pytest.raises(openai.PermissionDeniedError):
        client.models.delete("tiny")


def test_a_batch_counts_answers_and_errors(client, tuned):
    good = {"model": tuned.fine_tuned_model, "messages": [{"role": "user", "content": "late"}], "response_format": FORMAT}
    batch, lines = batch_of(client, [good, {**good, "model": "nobody"}, good])
    assert (batch.status, batch.request_counts.total, batch.request_counts.completed, batch.request_counts.failed) == ("completed", 3, 2, 1)
    assert lines[0]["response"]["status_code"] == 200 and lines[0]["response"]["latency_ms"] > 0 and lines[0]["response"]["body"]["usage"]["prompt_tokens"] > 0
    assert lines[1]["response"]["status_code"] == 404 and lines[1]["response"]["body"]["error"]["code"] == "model_not_found"


def test_a_batch_of_embeddings_equals_single_calls(client):
    _, (line,) = batch_of(client, [{"model": "all-minilm-l6-v2", "input": "hello"}], "/v1/embeddings")
    single = client.embeddings.create(model="all-minilm-l6-v2", input="hello", encoding_format="float")
    assert line["response"]["body"]["data"][0]["embedding"] == single.data[0].embedding


def test_a_malformed_batch_fails_with_its_lines(client):
    row = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {}}
    id = client.batches.create(input_file_id=upload(client, [row, row, {"no": "id"}], "batch"), endpoint="/v1/chat/completions", completion_window="24h").id
    batch = wait(lambda: (b := client.batches.retrieve(id)).status in ("completed", "failed") and b)
    assert batch.status == "failed" and [e.line for e in batch.errors.data] == [2, 3]


def test_a_key_is_asked_for(models_folder, tmp_path):
    s = Server(tmp_path / "data", key="secret")
    try:
        assert s.client.models.list().data
        with pytest.raises(openai.AuthenticationError) as e:
            openai.OpenAI(base_url=f"http://127.0.0.1:{s.port}/v1", api_key="wrong", max_retries=0).models.list()
        assert e.value.code == "invalid_api_key"
    finally:
        s.kill()


def test_greedy_answers_are_the_same_alone_and_in_a_batch_that_shares_passes(client):
    schema = {"type": "object", "properties": {"team": {"enum": LABELS}, "n": {"type": "integer"}, "note": {"type": "string", "maxLength": 9}},
              "required": ["team", "n", "note"], "additionalProperties": False}
    formats = [{}, {"response_format": {"type": "json_schema", "json_schema": {"name": "t", "schema": schema}}}]
    bodies = [{"model": "tiny", "messages": [SYSTEM, {"role": "user", "content": f"message {i}" + " please" * (i % 5)}], "temperature": 0, "max_tokens": 10 + i % 7, **formats[i % 40 // 20]}
              for i in range(40)]
    alone = [client.chat.completions.create(**body).choices[0] for body in bodies]
    _, lines = batch_of(client, bodies)
    choices = [line["response"]["body"]["choices"][0] for line in lines]
    assert [(c["message"]["content"], c["finish_reason"]) for c in choices] == [(c.message.content, c.finish_reason) for c in alone]
    assert "latency_ms" in lines[0]["response"] and "latency_ms" not in lines[39]["response"]


def test_a_row_that_cannot_be_answered_spoils_none_of_its_neighbours(client):
    body = lambda text: {"model": "tiny", "messages": [{"role": "user", "content": text}], "temperature": 0, "max_tokens": 4}
    bodies = [body(f"message {i}") for i in range(26)] + [body("far too long " * 900), body("last")]
    batch, lines = batch_of(client, bodies)
    assert (batch.request_counts.completed, batch.request_counts.failed) == (27, 1)
    assert lines[26]["response"]["body"]["error"]["code"] == "context_length_exceeded" and lines[27]["response"]["status_code"] == 200


# Methods


def trained_by(client, method, rows, model="tiny", grader=None, **values):
    own = {"hyperparameters": {"n_epochs": 1, "batch_size": 4, "rank": 4, "learning_rate": 1e-2, **values}, **({"grader": grader} if grader else {})}
    return finished(client, client.fine_tuning.jobs.create(model=model, training_file=upload(client, rows), method={"type": method, method: own}))


def test_preferences_then_reinforcement_by_a_score_model_then_more_rows_each_going_on_from_the_last(client):
    ask = lambda i: [{"role": "user", "content": f"message {i}"}]
    say = lambda text: [{"role": "assistant", "content": text}]
    first = trained_by(client, "dpo", [{"input": {"messages": ask(i)}, "preferred_output": say("yes"), "non_preferred_output": say("no")} for i in range(8)], beta=0.2)
    assert first.status == "succeeded", first.error
    events = [e.data for e in client.fine_tuning.jobs.list_events(first.id).data if e.type == "metrics"]
    assert events[-1]["train_loss"] == pytest.approx(0.6931, abs=1e-3)
    grader = {"type": "score_model", "model": "tiny", "input": [{"role": "user", "content": "How good is {{sample.output_text}}?"}]}
    then = trained_by(client, "reinforcement", [{"messages": ask(i)} for i in range(4)], first.fine_tuned_model, grader, group_size=2, max_completion_tokens=4)
    assert then.status == "succeeded", then.error
    reward = next(e.data["train_mean_reward"] for e in client.fine_tuning.jobs.list_events(then.id).data if e.type == "metrics")
    assert 0 < reward < 1
    last = trained_by(client, "supervised", chat_rows(8), then.fine_tuned_model, replay=0.25)
    assert last.status == "succeeded", last.error
    assert client.models.retrieve(last.fine_tuned_model).base == "tiny"
    assert ask_text(client, last.fine_tuned_model)


def ask_text(client, model):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": "hi"}], max_tokens=3, temperature=0).choices


@pytest.mark.parametrize("method, said", [
    ({"type": "dpo", "dpo": {"hyperparameters": {"beta": 3}}}, "beta is 3; it must be a number above 0 up to 2"),
    ({"type": "supervised", "supervised": {"hyperparameters": {"beta": 0.1}}}, "Unknown hyperparameter 'beta' of method \"supervised\""),
    ({"type": "reinforcement", "reinforcement": {}}, "grader.type must be one of"),
    ({"type": "evolution"}, "method.type must be one of"),
    ({"type": "supervised", "supervised": {"hyperparameters": {"tuning": "qlora"}}}, "QLoRA")])
def test_impossible_methods_are_refused_with_what_is_possible(client, method, said):
    with pytest.raises(openai.BadRequestError) as e:
        client.fine_tuning.jobs.create(model="tiny", training_file=upload(client, chat_rows(3)), method=method)
    assert said in e.value.message


def test_sets_of_labels_are_learned_and_written_in_one_order(client):
    rows = chat_rows(30)
    for i, row in enumerate(rows):
        row["messages"][-1]["content"] = json.dumps(sorted({row["messages"][-1]["content"], *(["urgent"] if i % 2 else [])}))
    job = finished(client, create(client, "classical", rows, hyperparameters={"multi_label": True}))
    values = ["shipping", "billing"]
    schema = {"type": "array", "items": {"type": "string", "enum": values}, "uniqueItems": True}
    shape = {"type": "json_schema", "json_schema": {"name": "labels", "schema": schema}}
    assert "shipping" in json.loads(ask(client, job.fine_tuned_model, "the parcel courier is late", response_format=shape).choices[0].message.content)
    said = json.loads(ask(client, "tiny", response_format=shape, temperature=0).choices[0].message.content)
    assert said == [v for v in values if v in said]
    with pytest.raises(openai.BadRequestError, match="multi_label belongs to"):
        create(client, "tiny", rows, hyperparameters={"multi_label": True})
