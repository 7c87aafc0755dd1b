"""Where and in which number format to compute. Decided by measuring, once per data folder, and written down, so that a resumed job
repeats it.

bf16 halves the memory traffic, but a processor may name `avx512_bf16` and still multiply faster in fp32 (seen: 290 against 150 GFLOP/s),
so on a CPU the flag only admits bf16 to the race, and bf16 must win it by a quarter.

fp32 products have two libraries to run in. PyTorch takes MKL, which leaves AVX-512 alone on a processor that is not Intel's; oneDNN does not
(seen on an EPYC: 105 against 235 GFLOP/s on one core, equal to 1e-7). It is chosen by the processor alone, so that every process adds the same
sums in the same order. `TRAINER_MATRIX_LIBRARY=mkl|onednn` overrides.
"""

import json
import os
import platform
import time
from pathlib import Path

import torch

from . import atomic

MATRIX = (576, 1536)
TOKENS = 512


def threads() -> int:
    """One number for every process, so that the same sums are added in the same order everywhere."""
    try:
        available = len(os.sched_getaffinity(0))
    except AttributeError:
        available = os.cpu_count() or 1
    return max(1, min(available, int(os.environ.get("TRAINER_THREADS", 16))))


def prepare() -> None:
    torch.set_num_threads(threads())
    # What PyTorch calls the precision here is the leave to hand fp32 products to oneDNN, which rounds their inputs only where there is AMX.
    torch.backends.mkldnn.matmul.fp32_precision = "bf16" if matrix_library() == "onednn" else "ieee"


def matrix_library() -> str:
    """`onednn` where that is exact and MKL would be slow, else `mkl`."""
    flags = processor_flags()
    exact = "avx512f" in flags and not any(flag.startswith("amx") for flag in flags)
    asked = os.environ.get("TRAINER_MATRIX_LIBRARY", "auto")
    return "onednn" if exact and asked != "mkl" and (asked == "onednn" or processor_maker() != "GenuineIntel") else "mkl"


def name() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def processor_flags() -> set[str]:
    return set(_cpuinfo("flags").split())


def processor_maker() -> str:
    return _cpuinfo("vendor_id")


def _cpuinfo(field: str) -> str:
    """A line of Linux's description of the processor; empty elsewhere."""
    try:
        return next(line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith(field))
    except (OSError, StopIteration):
        return ""


def precision(data: Path) -> str:
    """`bf16` or `fp32`, as decided for this machine at the first call."""
    path = data / "device.json"
    host = f"{platform.node()} {platform.processor()} {threads()} {torch.__version__} {name()} {matrix_library()}"
    if path.exists():
        known = json.loads(path.read_text())
        if known.get("host") == host:
            return known["precision"]
    decided = {"host": host, "device": name(), "threads": threads(), **_measure()}
    atomic.write_file(path, json.dumps(decided, indent=1).encode())
    return decided["precision"]


def _measure() -> dict:
    if name() == "cuda":
        return {"precision": "bf16" if torch.cuda.is_bf16_supported() else "fp32"}
    flags = processor_flags() & {"avx512_bf16", "amx_bf16", "amx_tile"}
    if name() == "mps" or not flags:
        return {"precision": "fp32", "flags": sorted(flags)}
    speed = {label: _gflops(dtype) for label, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16))}
    return {"precision": "bf16" if speed["bf16"] > 1.25 * speed["fp32"] else "fp32", "flags": sorted(flags), "gflops": speed}


def _gflops(dtype: torch.dtype) -> float:
    w, x = torch.randn(MATRIX[1], MATRIX[0], dtype=dtype), torch.randn(TOKENS, MATRIX[0], dtype=dtype)
    best = float("inf")
    for _ in range(12):
        start = time.process_time()
        torch.nn.functional.linear(x, w)
        best = min(best, time.process_time() - start)
    return round(2 * w.numel() * TOKENS / best / 1e9, 1)


def dtype(precision: str) -> torch.dtype:
    return torch.bfloat16 if precision == "bf16" else torch.float32
