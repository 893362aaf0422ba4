"""What is taken for an adapter, and what is kept of it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from dialogue.adapters.files import AdapterFilesError, check, content_hash, keep, kept_in, read_adapter
from dialogue.adapters.opening import described, unfit
from dialogue.adapters.settings import AdapterSettings
from tests.dialogue.adapters.folders import BASE, adapter_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return adapter_folder(tmp_path / "trained")


def test_an_adapter_tells_what_it_is(folder: Path) -> None:
    files = read_adapter(folder)
    assert (files.rank, files.base, files.base_hash, files.data_hash) == (8, "llama-small", BASE, "cd" * 32)
    assert (files.template, files.metrics, files.unservable) == ("own", {"style": 0.93}, "")


def test_the_greatest_rank_of_all_modules_counts(tmp_path: Path) -> None:
    assert read_adapter(adapter_folder(tmp_path / "a", rank=8, rank_pattern={"q_proj": 64})).rank == 64


def test_files_are_kept_whole_and_found_to_be_those_that_were_added(folder: Path, tmp_path: Path) -> None:
    files = read_adapter(folder)
    place = kept_in(tmp_path / "kept", "north", "v1.2-sales", files.content)
    keep(files, place)
    assert check(place, files.content) == ""
    assert place.parent == tmp_path / "kept" / "north"
    (place / "adapter_model.safetensors").write_bytes(b"others")
    assert "not those that were added" in check(place, files.content)
    keep(files, place)
    assert check(place, files.content) == ""
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_two_adapters_differ_by_any_byte_and_by_any_name(tmp_path: Path) -> None:
    one, other = adapter_folder(tmp_path / "a", "w1"), adapter_folder(tmp_path / "b", "w2")
    same = adapter_folder(tmp_path / "c", "w1")
    assert content_hash(one) == content_hash(same)
    assert content_hash(one) != content_hash(other)
    (same / "model.yml").rename(same / "model.yaml")
    assert content_hash(one) != content_hash(same)


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "keys.txt"
    secret.write_text("key", "utf-8")
    (folder / "notes.txt").symlink_to(secret)
    with pytest.raises(AdapterFilesError, match=r"notes\.txt: is a link"):
        read_adapter(folder)


def test_a_linked_folder_and_a_pipe_are_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "more").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(AdapterFilesError, match="is a link"):
        read_adapter(folder)
    (folder / "more").unlink()
    os.mkfifo(folder / "pipe")
    with pytest.raises(AdapterFilesError, match="no plain file"):
        read_adapter(folder)


def test_a_place_that_was_made_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    files, elsewhere = read_adapter(folder), tmp_path / "elsewhere"
    keep(files, elsewhere)
    place = kept_in(tmp_path / "kept", "north", "v1.2-sales", files.content)
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere, target_is_directory=True)
    assert "are gone" in check(place, files.content)
    keep(files, place)
    assert not place.is_symlink()
    assert check(place, files.content) == ""


@pytest.mark.parametrize(
    "address", ["http://169.254.169.254/adapter", "s3://bucket/adapter", "file:///etc", "https:/evil.example/adapter"]
)
def test_an_address_is_not_fetched(address: str) -> None:
    with pytest.raises(AdapterFilesError, match="is an address"):
        read_adapter(Path(address))


@pytest.mark.parametrize(
    ("missing", "told"),
    [("adapter_config.json", "lacks adapter_config.json"), ("adapter_model.safetensors", "lacks adapter_model.safetensors")],
)
def test_a_folder_that_is_no_adapter_is_told(folder: Path, missing: str, told: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(AdapterFilesError, match=told):
        read_adapter(folder)


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"use_dora": True}, "a DoRA"),
        ({"modules_to_save": ["embed_tokens"]}, "modules_to_save"),
        ({"bias": "lora_only"}, "biases"),
        ({"init_lora_weights": "pissa"}, "init_lora_weights: pissa"),
        ({"peft_type": "IA3"}, "only LoRA"),
    ],
)
def test_what_no_server_loads_is_told_before_it_is_tried(tmp_path: Path, config: dict[str, object], told: str) -> None:
    files = read_adapter(adapter_folder(tmp_path / "a", **config))  # type: ignore[arg-type]
    assert told in unfit(files, AdapterSettings("north"), tmp_path)


def test_what_would_answer_otherwise_than_it_was_trained_is_refused(folder: Path, tmp_path: Path) -> None:
    files = read_adapter(folder)
    assert unfit(files, AdapterSettings("north", base_hash=BASE), tmp_path) == ""
    assert "rank is 8" in unfit(files, AdapterSettings("north", max_lora_rank=4), tmp_path)
    assert "another base" in unfit(files, AdapterSettings("north", base_hash="ff" * 32), tmp_path)
    assert "no chat template" in unfit(replace(files, template=""), AdapterSettings("north"), tmp_path)
    assert "is no folder of a base model" in unfit(files, AdapterSettings("north", base="nowhere"), tmp_path)
    (tmp_path / "empty").mkdir()
    assert "has no config.json" in unfit(files, AdapterSettings("north", base="empty"), tmp_path)


def test_the_persona_of_the_card_counts_where_it_is_a_name_and_not_where_it_is_a_prompt(folder: Path) -> None:
    assert described(read_adapter(folder), "v1-sales").persona == "expert"
    card = (folder / "model.yml").read_text("utf-8").replace("persona: expert", "persona: 你是一名资深的云服务器销售顾问。")
    (folder / "model.yml").write_text(card, "utf-8")
    assert described(read_adapter(folder), "v1-sales").persona == ""
    assert described(read_adapter(folder), "v1-sales", "standard").persona == "standard"
