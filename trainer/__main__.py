"""`python -m trainer --host 127.0.0.1 --port 7310 --data DIR [--key KEY]`"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # waiting threads must leave the cores to training
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def main() -> None:
    parser = argparse.ArgumentParser(prog="trainer", description="Trains and serves small language models behind the OpenAI wire shape.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7310)
    parser.add_argument("--data", type=Path, default=Path(".trainer"), help="where jobs, files and models are kept")
    parser.add_argument("--key", default=os.environ.get("TRAINER_KEY"), help="bearer key that callers must send (or TRAINER_KEY)")
    parser.add_argument("--warm", default="smollm2-135m-instruct", help="model to load in the background at start; '' for none")
    a = parser.parse_args()

    import uvicorn

    from .api import create_app

    data = a.data.resolve()
    uvicorn.run(create_app(data, a.key or None, a.warm), host=a.host, port=a.port, log_level="warning", timeout_graceful_shutdown=5)


if __name__ == "__main__":
    main()
