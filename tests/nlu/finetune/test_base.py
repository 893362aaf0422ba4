"""Which bases can be trained, and what is said about those that cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.finetune.base import BaseModelError, fingerprint, resolve


@pytest.mark.parametrize("name", ["llama-2-7b-chat.Q4_0.gguf", "ggml-model-q4_0.bin", "model.ggml"])
@pytest.mark.parametrize("in_a_folder", [False, True])
def test_a_file_quantised_for_llama_cpp_is_refused_with_what_to_use(tmp_path: Path, name: str, in_a_folder: bool) -> None:
    (tmp_path / name).write_bytes(b"GGUF")
    with pytest.raises(BaseModelError, match=r"cannot be trained; use the original transformers weights .*qlora"):
        resolve(str(tmp_path if in_a_folder else tmp_path / name))


def test_a_hubs_name_is_left_as_it_is() -> None:
    assert resolve("meta-llama/Llama-2-7b-chat-hf") == "meta-llama/Llama-2-7b-chat-hf"


@pytest.mark.parametrize(
    ("name", "said"),
    [("./nowhere", "there is no folder"), ("package:no_such_package", "pip install no-such-package"), (".", "no config.json")],
)
def test_what_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BaseModelError, match=said):
        resolve(name)


def test_another_version_of_a_base_has_another_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"one")
    first = fingerprint(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert first is not None
    assert fingerprint(str(tmp_path)) != first
    assert fingerprint("some/name-on-a-hub") is None


def test_a_folder_that_holds_no_model_has_none(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"one")
    with pytest.raises(BaseModelError, match=r"has no config\.json, so it is no transformers model; name the folder"):
        fingerprint(str(tmp_path))
