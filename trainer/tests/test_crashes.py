"""Kills, restarts and pauses: a job ends with the curve of an undisturbed one."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from safetensors.torch import load_file

from trainer import checkpoints
from trainer.store import Store

from .conftest import LABELS, Server, chat_rows, wait
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


def test_a_job_that_is_killed_at_random_moments_ends_as_an_undisturbed_one(own_server):
    """`TRAINER_KILLS=20` for the long form; most kills hit the child, some the whole server."""
    kills, dice = int(os.environ.get("TRAINER_KILLS", 3)), random.Random(os.environ.get("TRAINER_KILL_SEED", 1))
    long = {**LONG, "epochs": max(10, kills)}
    client = own_server.client
    calm = finished(client, create(client, hyperparameters=long, seed=4))
    job = create(client, hyperparameters=long, seed=4, key="hunted")
    done = 0
    for kill in range(kills):
        steps(client, job, done + dice.randint(1, 3))
        time.sleep(dice.random() * 0.2)  # the moment within a step; nothing is waited for
        if kill % 4 == 2:
            own_server.kill()
            wait(lambda: child(job) is None)
            own_server.start()
            client = own_server.client
        elif pid := child(job):
            os.kill(pid, signal.SIGKILL)
        done = len(curve(client, job))
    ended = finished(client, job)
    assert ended.status == "succeeded", ended.error
    expected, got = curve(client, calm), curve(client, job)
    assert list(got) == list(expected) and ended.trained_tokens == calm.trained_tokens
    for step, (loss, _) in expected.items():
        assert abs(got[step][0] - loss) < 1e-4, step


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if sys.platform != "linux" or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("a small disk is made by mount, which only root may do on Linux")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_fails_the_job_with_its_checkpoint_intact(small_disk, models_folder):
    server = Server(small_disk / "data", TRAINER_CHECKPOINT_SECONDS="0")
    client = server.client
    try:
        job = create(client, hyperparameters={**LONG, "epochs": 50})
        steps(client, job, 3)
        with open(small_disk / "filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                pass
        ended = finished(client, job)
        assert (ended.status, ended.error.code) == ("failed", "storage_failed")
        newest = checkpoints.latest(server.data / "jobs" / job.id)
        assert json.loads((newest / "progress.json").read_text())["step"] >= 3
        assert all(load_file(newest / f"{name}.safetensors") for name in ("weights", "optimizer"))
        (small_disk / "filler").unlink()
        assert finished(client, create(client)).status == "succeeded"
    finally:
        server.kill()


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


