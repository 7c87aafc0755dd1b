"""Models that vLLM answers for: the same answers as our own engine's, whatever befalls the replicas."""

import json
import urllib.request

import openai
import pytest

from trainer.replicas import configured

from .conftest import LABELS, Server, chat_rows, wait
from .test_server import FORMAT, SYSTEM, ask, batch_of, create, finished, upload
from .vllm_server import VllmServer

SCHEMA = {"type": "object", "properties": {"team": {"enum": LABELS}, "urgent": {"type": "boolean"}}, "required": ["team", "urgent"], "additionalProperties": False}
JSON = {"type": "json_schema", "json_schema": {"name": "t", "schema": SCHEMA}}


@pytest.fixture(scope="module")
def replicas(models_folder):
    made = [VllmServer(models_folder / "tiny", "tiny") for _ in range(2)]
    yield made
    for replica in made:
        replica.stop()


@pytest.fixture(scope="module")
def fleet(replicas, models_folder, tmp_path_factory):
    """A trainer whose base `tiny` is served by the replicas."""
    s = Server(tmp_path_factory.mktemp("fleet") / "data", TRAINER_VLLM=f"tiny={','.join(r.url for r in replicas)}", TRAINER_VLLM_TIMEOUT="1")
    yield s
    s.stop()


@pytest.fixture(autouse=True)
def well(request):
    """Every test begins with replicas that are well, and known to be."""
    if "fleet" not in request.fixturenames:
        return
    for replica in request.getfixturevalue("replicas"):
        replica.fault = None
    fleet = request.getfixturevalue("fleet")
    wait(lambda: all(r["status"] == "ok" for r in health(fleet)))


def health(fleet) -> list[dict]:
    return json.load(urllib.request.urlopen(f"http://127.0.0.1:{fleet.port}/health"))["replicas"]


@pytest.fixture(scope="module")
def client(fleet):
    return fleet.client


@pytest.fixture(scope="module")
def tuned(client):
    job = finished(client, create(client, seed=5))
    assert job.status == "succeeded", job.error
    return job


@pytest.fixture(scope="module")
def twin(client, tuned, server):
    """The same weights on a trainer without replicas."""
    own = server.client
    file = own.files.create(file=("w.safetensors", client.files.content(tuned.result_files[1]).read()), purpose="fine-tune").id
    own.post("/models", body={"id": "twin", "base": "tiny", "weights_file": file}, cast_to=object)
    return own


def scores(answer) -> dict:
    choice = answer["choices"][0] if isinstance(answer, dict) else answer.choices[0].model_dump()
    return {t["token"]: t["logprob"] for t in choice["logprobs"]["content"][0]["top_logprobs"]}


def served(client, tuned) -> str:
    return f"{tuned.fine_tuned_model}@{client.models.retrieve(tuned.fine_tuned_model).sha256}"


def test_a_finished_model_is_loaded_on_every_replica_under_its_hash(client, tuned, replicas):
    wait(lambda: all(list(r.adapters) == [served(client, tuned)] for r in replicas))  # and none of its checkpoints


@pytest.mark.parametrize("model", ["tuned", "tiny"])
def test_enumerated_answers_and_all_their_probabilities_are_those_of_our_own_engine(client, tuned, twin, replicas, model):
    before = sum(sum(r.asked.values()) for r in replicas)
    for text in ("the parcel is late", "refund", "crash " * 30):
        theirs = scores(ask(client, tuned.fine_tuned_model if model == "tuned" else model, text, response_format=FORMAT, logprobs=True))
        assert theirs == pytest.approx(scores(ask(twin, "twin" if model == "tuned" else model, text, response_format=FORMAT, logprobs=True)), abs=1e-4)
    assert sum(sum(r.asked.values()) for r in replicas) == before + 3


def test_values_that_begin_alike_are_scored_choice_by_choice(client, twin, tuned):
    values = ["card", "card_arrival", "card_linking", "exchange_rate", "exchange_via_app"]
    many = {"type": "json_schema", "json_schema": {"name": "label", "schema": {"type": "string", "enum": values}}}
    theirs, own = (ask(c, m, response_format=many, logprobs=True) for c, m in ((client, tuned.fine_tuned_model), (twin, "twin")))
    assert scores(theirs) == pytest.approx(scores(own), abs=1e-4)
    assert (theirs.choices[0].message.content, theirs.usage) == (own.choices[0].message.content, own.usage)
    one = {"type": "json_schema", "json_schema": {"name": "label", "schema": {"type": "string", "enum": ["card"]}}}
    assert scores(ask(client, tuned.fine_tuned_model, response_format=one, logprobs=True)) == {"card": 0.0}


def test_values_that_differ_in_more_tokens_than_vllm_tells_of_at_once_are_scored_all_the_same(client, twin, tuned):
    values = [chr(0x21 + i) if i < 94 else chr(0xA1 + i - 94) for i in range(180)]
    many = {"type": "json_schema", "json_schema": {"name": "label", "schema": {"type": "string", "enum": values}}}
    theirs, own = (ask(c, m, response_format=many, logprobs=True) for c, m in ((client, tuned.fine_tuned_model), (twin, "twin")))
    assert scores(theirs) == pytest.approx(scores(own), abs=1e-4)


@pytest.mark.parametrize("more", [{"max_tokens": 12}, {"max_tokens": 60, "response_format": JSON}, {"max_tokens": 12, "stop": "e"}, {"max_tokens": 6, "logprobs": True, "top_logprobs": 3}])
def test_written_answers_are_those_of_our_own_engine_whole_and_streamed(client, tuned, twin, more):
    theirs, own = (ask(c, m, temperature=0, **more).choices[0] for c, m in ((client, tuned.fine_tuned_model), (twin, "twin")))
    assert (theirs.message.content, theirs.finish_reason) == (own.message.content, own.finish_reason)
    if "logprobs" in more:
        flat = lambda choice: [(e.token, pytest.approx(e.logprob, abs=1e-4), [t.token for t in e.top_logprobs]) for e in choice.logprobs.content]
        assert flat(theirs) == flat(own) and len(theirs.logprobs.content) == 6
    chunks = list(ask(client, tuned.fine_tuned_model, temperature=0, stream=True, stream_options={"include_usage": True}, **more))
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == own.message.content
    assert chunks[-1].usage.completion_tokens and [c.choices[0].finish_reason for c in chunks if c.choices][-1] == own.finish_reason


def test_a_batch_is_answered_by_all_replicas_as_single_calls_are(client, tuned, replicas):
    body = lambda i: {"model": tuned.fine_tuned_model, "messages": [SYSTEM, {"role": "user", "content": f"message {i} late"}], "response_format": FORMAT, "logprobs": True}
    counted = [sum(r.asked.values()) for r in replicas]
    batch, lines = batch_of(client, [body(i) for i in range(50)])
    assert batch.request_counts.completed == 50
    assert all(sum(r.asked.values()) > before for r, before in zip(replicas, counted))
    for i in (0, 25, 49):
        assert scores(lines[i]["response"]["body"]) == scores(client.chat.completions.create(**body(i)))


def test_a_replica_that_was_restarted_gets_its_adapter_again_with_the_next_request(client, tuned, replicas):
    known = [replica.adapters for replica in replicas]
    for replica in replicas:
        replica.restart()
    assert all(replica.adapters is not before for replica, before in zip(replicas, known))  # forgotten
    answers = [ask(client, tuned.fine_tuned_model, response_format=FORMAT, logprobs=True) for _ in range(4)]
    assert len({json.dumps(scores(a)) for a in answers}) == 1
    wait(lambda: all(served(client, tuned) in r.adapters for r in replicas))


@pytest.mark.parametrize("fault", ["500", "slow", "down"])
def test_what_one_replica_cannot_answer_another_does(fleet, client, tuned, replicas, fault):
    expected = scores(ask(client, tuned.fine_tuned_model, response_format=FORMAT, logprobs=True))
    replicas[0].fault = fault
    if fault == "down":
        replicas[0].stop()
        wait(lambda: [r["status"] for r in health(fleet)] == ["out", "ok"])
    before = replicas[1].asked[served(client, tuned)]
    for _ in range(3):
        assert scores(ask(client, tuned.fine_tuned_model, response_format=FORMAT, logprobs=True)) == expected
    assert replicas[1].asked[served(client, tuned)] >= before + 2
    if fault == "down":
        replicas[0].start()


def test_without_replicas_a_request_is_refused_and_a_batch_waits(fleet, client, tuned, replicas):
    for replica in replicas:
        replica.stop()
    with pytest.raises(openai.InternalServerError) as e:
        ask(client, tuned.fine_tuned_model, response_format=FORMAT)
    assert e.value.status_code == 503 and e.value.code == "no_replica" and replicas[0].url in e.value.message
    body = {"model": tuned.fine_tuned_model, "messages": [SYSTEM, {"role": "user", "content": "late"}], "response_format": FORMAT}
    row = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": body}
    id = client.batches.create(input_file_id=upload(client, [row], "batch"), endpoint="/v1/chat/completions", completion_window="24h").id
    wait(lambda: client.batches.retrieve(id).status == "in_progress")
    for replica in replicas:
        replica.start()
    batch = wait(lambda: (b := client.batches.retrieve(id)).status in ("completed", "failed") and b)
    assert batch.request_counts.completed == 1


def test_what_vllm_refuses_and_what_fails_everywhere_is_told(client, tuned, replicas):
    with pytest.raises(openai.BadRequestError) as e:
        ask(client, tuned.fine_tuned_model, "far too long " * 900)
    assert e.value.code == "context_length_exceeded"
    for replica in replicas:
        replica.fault = "500"
    with pytest.raises(openai.InternalServerError, match="EngineCore") as e:
        ask(client, tuned.fine_tuned_model)
    assert e.value.status_code == 502


def test_a_deleted_model_leaves_every_replica(client, tuned, replicas):
    file = client.files.create(file=("w.safetensors", client.files.content(tuned.result_files[1]).read()), purpose="fine-tune").id
    client.post("/models", body={"id": "brief", "base": "tiny", "weights_file": file}, cast_to=object)
    name = f"brief@{client.models.retrieve('brief').sha256}"
    wait(lambda: all(name in r.adapters for r in replicas))
    client.models.delete("brief")
    assert not any(name in r.adapters for r in replicas)


def test_what_vllm_cannot_serve_stays_with_our_own_engine(client, replicas):
    job = finished(client, client.fine_tuning.jobs.create(model="tiny", training_file=upload(client, chat_rows()), method={"type": "supervised", "supervised": {
        "hyperparameters": {"epochs": 1, "rank": 4, "dora": True}}}))
    before = sum(sum(r.asked.values()) for r in replicas)
    assert ask(client, job.fine_tuned_model, response_format=FORMAT).choices[0].message.content.strip('"') in LABELS
    assert sum(sum(r.asked.values()) for r in replicas) == before


@pytest.mark.parametrize("text, said", [("http://a:1", "is not BASE=URL"), ("tiny=", "is not BASE=URL"), ("tiny=ftp://a", "http://HOST:PORT"), ("tiny=http://u:p@a:1", "TRAINER_VLLM_KEY"),
                                        ("tiny=http://a:1/v1", "without a path")])
def test_a_list_of_replicas_that_makes_no_sense_is_refused(text, said):
    with pytest.raises(ValueError, match=said):
        configured(text)
    assert configured("a=http://x:1,http://y:2/; b/c=https://z") == {"a": ["http://x:1", "http://y:2"], "b/c": ["https://z"]}
