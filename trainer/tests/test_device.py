"""Number formats and matrix libraries: faster ones must compute the same."""

import pytest
import torch

from trainer import device


@pytest.fixture
def as_before():
    before = torch.backends.mkldnn.matmul.fp32_precision, torch.get_num_threads()
    yield
    torch.backends.mkldnn.matmul.fp32_precision = before[0]
    torch.set_num_threads(before[1])


@pytest.mark.parametrize("library", ["mkl", "onednn", "auto"])
def test_fp32_products_are_fp32_products_in_whichever_library(monkeypatch, as_before, library):
    monkeypatch.setenv("TRAINER_MATRIX_LIBRARY", library)
    device.prepare()
    x, w = torch.randn(70, 576, generator=torch.Generator().manual_seed(0)), torch.randn(192, 576, generator=torch.Generator().manual_seed(1))
    exact = x.double() @ w.double().t()
    for product in (torch.nn.functional.linear(x, w), x @ w.t(), torch.bmm(x[None], w.t()[None])[0]):
        assert (product - exact).abs().max() < 1e-4  # values of about 24; inputs rounded to bf16 miss by 0.2


def test_the_library_follows_the_processor(monkeypatch):
    monkeypatch.delenv("TRAINER_MATRIX_LIBRARY", raising=False)
    for maker, flags, library in (("AuthenticAMD", "avx2 avx512f", "onednn"), ("GenuineIntel", "avx2 avx512f", "mkl"), ("AuthenticAMD", "avx2", "mkl"),
                                  ("AuthenticAMD", "avx512f amx_bf16", "mkl"), ("", "", "mkl")):
        monkeypatch.setattr(device, "_cpuinfo", {"vendor_id": maker, "flags": flags}.get)
        assert device.matrix_library() == library
