"""What a model server is to be is held against what its adapters were trained on."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.llm_server.launch import Launch, LlmServerError
from deploy.llm_server.wanted import base_hash, base_of, complete, fixed_adapters, template_for
from tests.dialogue.adapters.folders import BASE, adapter_folder


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    """A base for llama.cpp, whose card says which model it was made from."""
    folder = tmp_path / "llama-gguf-int4"
    folder.mkdir()
    (folder / "model.gguf").touch()
    (folder / "model.yml").write_text(f"form: base\nsha256: '{BASE}'\n", "utf-8")
    (folder / "chat_template.jinja").write_text("{{ messages }}\n", "utf-8")
    return folder


def test_a_launch_gets_rank_and_room_from_its_adapters(gguf: Path, tmp_path: Path) -> None:
    words = [f"a{number}={adapter_folder(tmp_path / str(number), rank=8 * number)}" for number in (1, 3)]
    found = complete(Launch(gguf), None, None, fixed_adapters(words))
    assert (found.max_rank, found.rooms, found.template) == (24, 4, None)
    assert [adapter.name for adapter in found.fixed] == ["a1", "a3"]


def test_an_adapter_of_another_base_is_refused_by_name(gguf: Path, tmp_path: Path) -> None:
    folder = adapter_folder(tmp_path / "other", base="ff" * 32)
    with pytest.raises(LlmServerError, match=r"adapter 'warm' was trained on another base \(ffffffffffff\.\.\.\) than"):
        complete(Launch(gguf), None, None, fixed_adapters([f"warm={folder}"]))


def test_a_gguf_is_known_by_the_model_that_it_was_made_from(gguf: Path) -> None:
    assert base_hash(gguf) == base_hash(gguf / "model.gguf") == BASE


def test_adapters_bring_their_chat_template_where_the_base_has_another(gguf: Path, tmp_path: Path) -> None:
    one = adapter_folder(tmp_path / "one")
    assert template_for(gguf, [one]) is None
    (gguf / "chat_template.jinja").unlink()
    assert template_for(gguf, [one]) == one / "chat_template.jinja"
    other = adapter_folder(tmp_path / "other")
    (other / "chat_template.jinja").write_text("{{ other }}", "utf-8")
    with pytest.raises(LlmServerError, match="trained with different chat templates"):
        template_for(gguf, [one, other])


def test_what_is_to_be_served_must_be_said(tmp_path: Path) -> None:
    with pytest.raises(LlmServerError, match="a bot's folder, or a base with --base"):
        base_of(None, None)
    with pytest.raises(LlmServerError, match="there is no such base model"):
        base_of(None, tmp_path / "nowhere")
    with pytest.raises(LlmServerError, match="write a name for requests and the folder: intent="):
        fixed_adapters(["build/models/intent"])
