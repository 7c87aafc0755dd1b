"""Kills, restarts and pauses: a job ends with the curve of an undisturbed one."""

import os
import signal

from trainer.store import Store

from .conftest import LABELS, chat_rows, wait
from .test_server import SYSTEM, create, finished, upload

LONG = {"epochs": 10, "batch_size": 4}


def curve(client, job):
    events = client.fine_tuning.jobs.list_events(job.id, limit=1000).data
    return {e.data["step"]: (e.data["train_loss"], e.data["grad_norm"]) for e in events if e.type == "metrics"}


def steps(client, job, n):
    wait(lambda: len(curve(client, job)) >= n)


def child(job):
    """Process id of the job's training process."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{pid}/cmdline").read().split("\0")
        except OSError:
            continue
        if job.id in words and "trainer.job_process" in words:
            return int(pid)


def test_a_job_survives_kills_of_child_and_server_and_a_pause_with_the_same_curve(own_server):
    client = own_server.client
    calm = finished(client, create(client, hyperparameters=LONG, seed=3))
    job = create(client, hyperparameters=LONG, seed=3, key="once")
    steps(client, job, 5)
    os.kill(wait(lambda: child(job)), signal.SIGKILL)
    steps(client, job, 12)
    own_server.kill()
    wait(lambda: child(job) is None)  # the orphan notices by itself
    own_server.start()
    client = own_server.client
    assert create(client, key="once").id == job.id
    steps(client, job, 20)
    assert client.fine_tuning.jobs.pause(job.id).status == "paused"
    wait(lambda: child(job) is None)
    assert client.fine_tuning.jobs.retrieve(job.id).status == "paused"
    client.fine_tuning.jobs.resume(job.id)
    ended = finished(client, job)
    assert ended.status == "succeeded" and ended.trained_tokens == calm.trained_tokens
    assert curve(client, job) == curve(client, calm)
    assert client.files.content(ended.result_files[1]).read() == client.files.content(calm.result_files[1]).read()


def test_a_batch_goes_on_after_a_kill_without_repeating_rows(own_server):
    client = own_server.client
    body = lambda i: {"model": "tiny", "messages": [SYSTEM, {"role": "user", "content": f"message {i}"}],
                      "response_format": {"type": "json_schema", "json_schema": {"name": "label", "schema": {"type": "string", "enum": LABELS}}}}
    lines = [{"custom_id": str(i), "method": "POST", "url": "/v1/chat/completions", "body": body(i)} for i in range(400)]
    id = client.batches.create(input_file_id=upload(client, lines, "batch"), endpoint="/v1/chat/completions", completion_window="24h").id
    path = own_server.data / "batches" / f"{id}.jsonl"
    wait(lambda: path.exists() and path.read_bytes().count(b"\n") > 5)
    own_server.kill()
    before = [line for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
    with open(path, "a") as f:
        f.write('{"custom_id": "half')
    own_server.start()
    client = own_server.client
    batch = wait(lambda: (b := client.batches.retrieve(id)).status in ("completed", "failed") and b)
    assert batch.request_counts.completed == 400
    after = client.files.content(batch.output_file_id).text.splitlines(keepends=True)
    assert after[: len(before)] == before and len(after) == 400


def test_a_job_whose_process_keeps_dying_fails_and_says_so(own_server, models_folder):
    import json
    import shutil

    shutil.copytree(models_folder / "tiny", models_folder / "broken", dirs_exist_ok=True)
    config = json.loads((models_folder / "broken" / "config.json").read_text())
    (models_folder / "broken" / "config.json").write_text(json.dumps({**config, "hidden_size": 64}))
    client = own_server.client
    job = finished(client, client.fine_tuning.jobs.create(model="broken", training_file=upload(client, chat_rows())))
    assert job.status == "failed" and job.error.code == "training_process_died" and "3 times" in job.error.message


def test_the_store_keeps_what_it_has_confirmed(tmp_path):
    store = Store(tmp_path)
    store.insert("thing", {"id": "a"}, key="k")
    assert Store(tmp_path).by_key("thing", "k") == {"id": "a"}
    try:
        with store.transaction():
            store.update("thing", "a", lambda b: {**b, "x": 1})
            raise RuntimeError
    except RuntimeError:
        pass
    assert store.get("thing", "a") == {"id": "a"}


