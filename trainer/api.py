"""The HTTP face: routes in the order of OpenAI's reference, errors in its shape, and the few extensions that INSTALL.md lists."""

import hmac
import json
import os
import threading
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Body, FastAPI, File, Form, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from starlette.exceptions import HTTPException

from . import __version__, batches, completions, embedding_requests, files, hyperparameters, jobs, machine, registry, tokens
from .engine import Engine
from .errors import ApiError, bad_request
from .store import Store

MAX_BODY = 64 * 1024 * 1024


def create_app(data: Path, key: str | None = None, warm: str | None = None) -> FastAPI:
    """The server over one data folder. `warm` names a model that is loaded in the background."""
    store = Store(data)
    held = files.Files(store, data)
    models = registry.Models(store, held, data)
    engine = Engine()
    replicas = fleet(models)
    answers = completions.Completions(models, engine, replicas)
    tuning = jobs.Jobs(store, held, data)
    batching = batches.Batches(store, held, data, answers)

    @asynccontextmanager
    async def lifespan(_: FastAPI):
        tuning.start()
        batching.start()
        if replicas:
            replicas.start()
        if warm:
            threading.Thread(target=lambda: answers.warm(warm), daemon=True).start()
        yield
        tuning.stop()
        batching.stop()
        if replicas:
            replicas.stop()

    app = FastAPI(title="Trainer", version=__version__, lifespan=lifespan)
    app.state.store, app.state.jobs, app.state.completions = store, tuning, answers
    guard(app, key)

    @app.get("/health")
    def health():
        return {"status": "ok", "device": device_known(data), "version": __version__, **({"replicas": replicas.describe()} if replicas else {})}

    @app.post("/v1/files")
    def upload(file: UploadFile = File(...), purpose: str = Form(...)):
        return held.add(file.file, file.filename or "file", purpose)

    @app.get("/v1/files")
    def list_files(after: str | None = None, limit: int = 10000, purpose: str | None = None, order: str = "desc"):
        return held.list(after, bounded(limit, 10000), purpose, order == "asc")

    @app.get("/v1/files/{id}")
    def get_file(id: str):
        return held.get(id)

    @app.get("/v1/files/{id}/content")
    def file_content(id: str):
        return FileResponse(held.path(id), media_type="application/octet-stream")

    @app.delete("/v1/files/{id}")
    def delete_file(id: str):
        return held.delete(id)

    @app.post("/v1/fine_tuning/jobs")
    def create_job(request: Request, body: dict = Body(...)):
        read_job(body)
        return tuning.create(body, request.headers.get("idempotency-key") or (body.get("metadata") or {}).get("tunegate_key"))

    @app.get("/v1/fine_tuning/jobs")
    def list_jobs(request: Request, after: str | None = None, limit: int = 20):
        wanted = metadata_filter(request)
        return store.page(jobs.KIND, after=after, limit=bounded(limit, 100), where=lambda j: wanted.items() <= j["metadata"].items())

    @app.get("/v1/fine_tuning/jobs/{id}")
    def get_job(id: str):
        return store.get(jobs.KIND, id)

    @app.get("/v1/fine_tuning/jobs/{id}/events")
    def job_events(id: str, after: str | None = None, limit: int = 20, order: str = "desc"):
        store.get(jobs.KIND, id)
        return store.page(jobs.EVENT, parent=id, after=after, limit=bounded(limit, 1000), oldest_first=order == "asc")

    @app.get("/v1/fine_tuning/jobs/{id}/checkpoints")
    def job_checkpoints(id: str, after: str | None = None, limit: int = 10):
        store.get(jobs.KIND, id)
        return store.page(jobs.CHECKPOINT, parent=id, after=after, limit=bounded(limit, 100))

    @app.post("/v1/fine_tuning/jobs/{id}/cancel")
    def cancel_job(id: str):
        return tuning.cancel(id)

    @app.post("/v1/fine_tuning/jobs/{id}/pause")
    def pause_job(id: str):
        return tuning.pause(id)

    @app.post("/v1/fine_tuning/jobs/{id}/resume")
    def resume_job(id: str):
        return tuning.resume(id)

    @app.post("/v1/chat/completions")
    def chat_completions(body: dict = Body(...)):
        asked = completions.read(body)
        if not asked.stream:
            return answers.complete(asked)
        chunks = answers.stream(asked)
        return StreamingResponse((f"data: {json.dumps(c)}\n\n" if c else "data: [DONE]\n\n" for c in ended(chunks)), media_type="text/event-stream")

    @app.post("/v1/embeddings")
    def embeddings(body: dict = Body(...)):
        return embedding_requests.embed(engine, body)

    @app.post("/v1/tokenize")
    def tokenize(body: dict = Body(...)):
        return tokens.count(body, models.base_of)

    @app.get("/v1/machine")
    def machine_here(base: str | None = None):
        return machine.describe(base, data)

    @app.get("/v1/models")
    def list_models():
        return models.list()

    @app.post("/v1/models")
    def register_model(body: dict = Body(...)):
        for name in ("id", "weights_file"):
            if not isinstance(body.get(name), str):
                raise bad_request(f"{name} must be a string.", name)
        made = models.register(body["id"], body.get("base"), body["weights_file"])
        if replicas:
            replicas.wake()
        return registry.public(made)

    @app.post("/v1/models/{id:path}/export")
    def export_model(id: str, body: dict = Body(...)):
        from . import export

        return export.export(store, held, data, id, body)

    @app.get("/v1/models/{id:path}")
    def get_model(id: str):
        return registry.public(models.get(id))

    @app.delete("/v1/models/{id:path}")
    def delete_model(id: str):
        model = models.get(id)
        gone = models.delete(id)
        answers.forget(id)
        if replicas:
            replicas.unload(model)
        return gone

    @app.post("/v1/batches")
    def create_batch(request: Request, body: dict = Body(...)):
        if not isinstance(body.get("input_file_id"), str):
            raise bad_request("input_file_id must be a string.", "input_file_id")
        check_metadata(body)
        return batching.create(body, request.headers.get("idempotency-key"))

    @app.get("/v1/batches")
    def list_batches(after: str | None = None, limit: int = 20):
        page = store.page(batches.KIND, after=after, limit=bounded(limit, 100))
        return {**page, "data": [batching.show(b) for b in page["data"]]}

    @app.get("/v1/batches/{id}")
    def get_batch(id: str):
        return batching.show(store.get(batches.KIND, id))

    @app.post("/v1/batches/{id}/cancel")
    def cancel_batch(id: str):
        return batching.cancel(id)

    return app


def fleet(models: registry.Models):
    """The vLLM replicas that TRAINER_VLLM names, if any."""
    if not os.environ.get("TRAINER_VLLM"):
        return None
    from .replicas import Replicas

    return Replicas.from_environment(models)


def guard(app: FastAPI, key: str | None) -> None:
    """Key, body size, and every error in OpenAI's shape."""

    @app.middleware("http")
    async def check(request: Request, call_next):
        if key and request.url.path != "/health":
            given = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(given.encode(), key.encode()):
                message = "Incorrect API key provided." if given else "You didn't provide an API key. Use the header Authorization: Bearer KEY."
                return JSONResponse(ApiError(401, message, code="invalid_api_key").body(), 401)
        size = request.headers.get("content-length")
        limit = files.MAX_BYTES + (1 << 20) if request.url.path == "/v1/files" else MAX_BODY
        if request.method in ("POST", "PUT", "PATCH") and size and size.isdigit() and int(size) > limit:
            return JSONResponse(ApiError(413, f"The request is larger than {limit} bytes.", code="request_too_large").body(), 413)
        return await call_next(request)

    @app.exception_handler(ApiError)
    async def refused(_: Request, error: ApiError):
        return JSONResponse(error.body(), error.status)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError):
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"][1:]) or None
        if first["type"] == "json_invalid":
            return JSONResponse(bad_request("We could not parse the JSON body of your request.").body(), 400)
        return JSONResponse(bad_request(f"{where or 'body'}: {first['msg']}", where).body(), 400)

    @app.exception_handler(HTTPException)
    async def missing(request: Request, error: HTTPException):
        message = f"Invalid URL ({request.method} {request.url.path})" if error.status_code == 404 else str(error.detail)
        return JSONResponse(ApiError(error.status_code, message).body(), error.status_code)

    @app.exception_handler(Exception)
    async def broken(_: Request, error: Exception):
        return JSONResponse(ApiError(500, f"The server had an error while processing your request: {type(error).__name__}").body(), 500)


def ended(chunks):
    yield from chunks
    yield None


def bounded(limit: int, most: int) -> int:
    if not 1 <= limit <= most:
        raise bad_request(f"limit is {limit}; it must be from 1 to {most}.", "limit")
    return limit


def metadata_filter(request: Request) -> dict[str, str]:
    return {name[9:-1]: value for name, value in request.query_params.items() if name.startswith("metadata[") and name.endswith("]")}


def check_metadata(body: dict) -> None:
    metadata = body.get("metadata")
    if metadata is None:
        return
    if not isinstance(metadata, dict) or len(metadata) > 16 or not all(isinstance(v, str) and len(k) <= 64 and len(v) <= 512 for k, v in metadata.items()):
        raise bad_request("metadata takes at most 16 pairs of strings, keys up to 64 and values up to 512 characters.", "metadata")


def read_job(body: dict) -> None:
    """The shape of a job's body; hyperparameters are checked where their ranges are."""
    for name in body:
        if name not in ("model", "training_file", "validation_file", "seed", "suffix", "metadata", "method", "hyperparameters", "integrations"):
            raise bad_request(f"Unrecognized request argument supplied: {name}", name, "unknown_parameter")
    for name in ("model", "training_file"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise bad_request(f"{name} is required and must be a string.", name, "missing_required_parameter")
    seed, suffix, method = body.get("seed"), body.get("suffix"), body.get("method") or {"type": "supervised"}
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 1 << 31):
        raise bad_request("seed must be a whole number from 0 to 2147483647.", "seed")
    if suffix is not None and (not isinstance(suffix, str) or len(suffix) > 64 or not all(c.isalnum() or c in "-_." for c in suffix)):
        raise bad_request("suffix takes up to 64 letters, digits, dots, hyphens and underscores.", "suffix")
    if not isinstance(method, dict) or method.get("type") not in hyperparameters.METHODS:
        raise bad_request(f"method.type must be one of {list(hyperparameters.METHODS)}.", "method.type", "unsupported_method")
    if not isinstance(method.get(method["type"]) or {}, dict):
        raise bad_request(f"method.{method['type']} must be an object.", f"method.{method['type']}")
    if body.get("integrations"):
        raise bad_request("integrations are not supported.", "integrations", "unsupported_parameter")
    check_metadata(body)


def device_known(data: Path) -> str:
    """The device, once something has measured it; answering must not wait for torch."""
    path = data / "device.json"
    return json.loads(path.read_text())["device"] if path.exists() else "cpu"


