import json

import pytest
import torch
from safetensors.torch import load_file

from trainer import bases, job_language, lora


def logits(model, tokens):
    from trainer.inference import Cached

    with torch.no_grad():
        return bases.head(model, bases.decode(model, torch.tensor([tokens]), torch.arange(len(tokens))[None], Cached()))


TOKENS = [5, 9, 40, 17, 33, 101, 7]


def trained(name="a", seed=0, **config):
    model = bases.load_causal("tiny", torch.float32)
    parameters = lora.attach(model, name, lora.LoraConfig(**{"rank": 4, "alpha": 8, **config}), torch.Generator().manual_seed(seed))
    for p in parameters:
        torch.nn.init.normal_(p, std=0.1, generator=torch.Generator().manual_seed(seed + p.numel()))
    return model


def test_rank_16_on_all_linear_layers_of_smollm2_has_4_884_480_parameters(models_folder):
    model = bases.load_causal(bases.SMOLLM2, torch.float32)
    assert sum(p.numel() for p in model.parameters()) == 134_515_008
    assert sum(p.numel() for p in lora.attach(model, "a", lora.LoraConfig(rank=16))) == 4_884_480


def test_a_new_adapter_changes_nothing(tiny):
    model = bases.load_causal("tiny", torch.float32)
    before = logits(model, TOKENS)
    lora.attach(model, "a", lora.LoraConfig(rank=4))
    lora.use(model, "a")
    assert torch.equal(logits(model, TOKENS), before)
    lora.attach(model, "b", lora.LoraConfig(rank=4, dora=True))
    lora.use(model, "b")
    assert torch.allclose(logits(model, TOKENS), before, atol=1e-5)  # m/‖W‖ is 1 to a rounding


def test_tokens_under_adapters_of_their_own_share_a_pass(tiny):
    model = trained("a", dora=True)
    for p in lora.attach(model, "b", lora.LoraConfig(rank=4)):
        torch.nn.init.normal_(p, std=0.1, generator=torch.Generator().manual_seed(9))
    alone = []
    for name in ("a", None, "b"):
        lora.use(model, name)
        alone.append(logits(model, TOKENS[:1])[0])
    class Each:
        attend = staticmethod(lambda layer, q, k, v, scaling: v.repeat_interleave(q.shape[0] // v.shape[0], 0))  # a single token sees itself
    lora.use_each(model, ["a", None, "b"])
    with torch.no_grad():
        together = bases.head(model, bases.decode(model, torch.tensor([TOKENS[:1] * 3]), torch.tensor([[0, 0, 0]]), Each()))
    assert torch.allclose(together, torch.stack(alone), atol=1e-5)


def test_switching_an_adapter_off_gives_the_base_back(tiny):
    before = logits(bases.load_causal("tiny", torch.float32), TOKENS)
    model = trained()
    lora.use(model, "a")
    assert not torch.allclose(logits(model, TOKENS), before)
    lora.use(model, None)
    assert torch.equal(logits(model, TOKENS), before)


@pytest.mark.parametrize("config", [{}, {"dora": True}])
def test_merged_and_unmerged_logits_agree(tiny, config):
    model = trained(**config)
    lora.use(model, "a")
    unmerged = logits(model, TOKENS)
    lora.merge(model, "a")
    assert (logits(model, TOKENS) - unmerged).abs().max() < 1e-4


@pytest.mark.parametrize("config", [{}, {"target_modules": ["q_proj", "v_proj"]}, {"rank_stabilised": True}, {"frozen_layers": 1}, {"layers": [0]}, {"dora": True}])
def test_peft_loads_the_file_and_computes_the_same(tiny, tmp_path, config):
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model = trained(**config)
    lora.use(model, "a")
    job_language.write_weights(tmp_path, model, str(bases.resolve("tiny")), lora.LoraConfig(**{"rank": 4, "alpha": 8, **config}), lora.state(model, "a"))
    peft = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(bases.resolve("tiny"), dtype=torch.float32), tmp_path)
    with torch.no_grad():
        assert (peft(torch.tensor([TOKENS])).logits[0] - logits(model, TOKENS)).abs().max() < 1e-5


def test_a_saved_adapter_loads_beside_another_without_touching_it(tiny, tmp_path):
    model, other = trained("a"), trained("b", seed=9)
    for m, n in ((model, "a"), (other, "b")):
        lora.use(m, n)
    a, b = logits(model, TOKENS), logits(other, TOKENS)
    job_language.write_weights(tmp_path, other, "tiny", lora.LoraConfig(rank=4, alpha=8), lora.state(other, "b"))
    lora.attach(model, "b", lora.from_peft((tmp_path / "adapter_config.json").read_text()))
    lora.load(model, "b", load_file(tmp_path / "adapter_model.safetensors"))
    lora.use(model, "b")
    assert torch.equal(logits(model, TOKENS), b)
    lora.use(model, "a")
    assert torch.equal(logits(model, TOKENS), a)


def test_frozen_layers_carry_no_adapter_and_the_file_says_so(tiny, tmp_path):
    model = trained(frozen_layers=1)
    assert {lora.layer_of(name) for name in lora.state(model, "a")} == {1}
    config = lora.LoraConfig(rank=4, alpha=8, frozen_layers=1)
    job_language.write_weights(tmp_path, model, "tiny", config, lora.state(model, "a"))
    assert lora.from_peft((tmp_path / "adapter_config.json").read_text()).lowest == 1


def test_freezing_every_layer_is_refused(tiny):
    with pytest.raises(ValueError, match="nothing would be trained"):
        lora.attach(bases.load_causal("tiny", torch.float32), "a", lora.LoraConfig(frozen_layers=2))


def test_target_modules_that_do_not_exist_are_named(tiny):
    with pytest.raises(ValueError, match="nose_proj"):
        lora.attach(bases.load_causal("tiny", torch.float32), "a", lora.LoraConfig(target_modules=["nose_proj"]))


def test_an_adapter_for_another_shape_is_refused():
    with pytest.raises(ValueError, match="modules_to_save"):
        lora.from_peft(json.dumps({"r": 4, "lora_alpha": 8, "target_modules": ["q_proj"], "modules_to_save": ["lm_head"]}))
    with pytest.raises(ValueError, match="layers 0 to 1"):
        lora.attach(bases.load_causal("tiny", torch.float32), "a", lora.LoraConfig(layers=[2]))


def test_the_same_weights_make_the_same_file(tiny, tmp_path):
    model, config = trained(), lora.LoraConfig(rank=4, alpha=8)
    files = set()
    for i in range(8):
        (tmp_path / str(i)).mkdir()
        files.add(job_language.write_weights(tmp_path / str(i), model, "tiny", config, lora.state(model, "a")).read_bytes())
    assert len(files) == 1
