# The trainer with CUDA: it needs the NVIDIA container runtime. `--build-arg LOCK=requirements-cpu.lock --build-arg TORCH=cpu` makes one for CPUs.
FROM python:3.12-slim-bookworm AS packages
ARG LOCK=requirements.lock
ARG TORCH=
COPY --from=ghcr.io/astral-sh/uv:0.12.10 /uv /bin/uv
WORKDIR /app
COPY trainer/requirements.lock trainer/requirements-cpu.lock trainer/
RUN uv venv /venv && uv pip sync --python /venv/bin/python ${TORCH:+--torch-backend=$TORCH} trainer/$LOCK

FROM python:3.12-slim-bookworm
# torch compiles some kernels when they are first used.
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 HF_HOME=/data/huggingface TRAINER_MODELS=/data/models
COPY --from=packages /venv /venv
COPY trainer trainer
RUN useradd --create-home --uid 1000 trainer && mkdir -p /data && chown trainer:trainer /data
USER trainer
VOLUME /data
EXPOSE 7310
ENTRYPOINT ["python", "-m", "trainer"]
CMD ["--host", "0.0.0.0", "--port", "7310", "--data", "/data"]
