"""Paraphrase by a language model, behind a server that speaks the protocol."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dialogue.llm import ChatClient, LlmSettings
from synth_data.corpus import SynthConfig, paraphrase_templates
from synth_data.texts.grammar import load_grammar, with_paraphrases
from synth_data.texts.listing import write_texts
from synth_data.texts.llm import FILE, LlmError, is_paraphrase, read_paraphrases, write_paraphrases
from synth_data.texts.settings import LlmParaphrase, TextSettings
from synth_data.texts.source import source_of
from tests.dialogue.llm.server import Answer, endpoint

PRICE, SIZE = "{product}多少钱", "我要{memory}的{product}"


def answer(*wordings: str) -> Answer:
    return Answer((json.dumps({"wordings": wordings}, ensure_ascii=False),))


def test_wordings_are_asked_for_checked_and_kept(tmp_path: Path) -> None:
    answers = (
        answer("那个{product}得花多少钱？", "这个要多少钱", "{product}多少钱", "{product}什么价 thanks", "{product}啥价"),
        answer("给我来个{memory}的{product}", "{product}啥价", "{product}要{memory}{memory}的"),
    )
    with endpoint(*answers) as served:
        client = ChatClient(LlmSettings(served.url, "tiny", deadline_s=10))
        found = write_paraphrases([PRICE, SIZE], 5, client, tmp_path / FILE)
        client.close()
    assert found == {PRICE: ("那个{product}得花多少钱", "{product}啥价"), SIZE: ("给我来个{memory}的{product}",)}
    assert read_paraphrases(tmp_path / FILE) == found
    assert PRICE in served.asked[0]["messages"][1]["content"]


def test_a_file_that_was_begun_is_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.write_text(json.dumps({"template": PRICE, "wordings": ["{product}啥价"]}) + '\n{"template": "bro', "utf-8")
    with endpoint(answer("来个{memory}的{product}")) as served:
        client = ChatClient(LlmSettings(served.url, "tiny", deadline_s=10))
        found = write_paraphrases([PRICE, SIZE], 3, client, file)
        client.close()
    assert len(served.asked) == 1
    assert found == {PRICE: ("{product}啥价",), SIZE: ("来个{memory}的{product}",)}
    assert read_paraphrases(file) == found


def test_a_model_out_of_reach_is_told(tmp_path: Path) -> None:
    client = ChatClient(LlmSettings("http://127.0.0.1:9/v1", "tiny", retries=0))
    with pytest.raises(LlmError):
        write_paraphrases([PRICE], 3, client, tmp_path / FILE)


def test_a_paraphrase_goes_into_the_split_of_its_template() -> None:
    written = load_grammar("cloud_sales")
    more = with_paraphrases(written, {one.text: (f"麻烦您{one.text}一趟",) for one in written.templates["cmn"]})
    for one in more.templates["cmn"]:
        if one.origin:
            assert more.splits[one.text] == more.splits[one.origin]


@pytest.mark.parametrize(
    ("wording", "fits"),
    [
        ("{product}得多少钱", True),
        ("多少钱", False),
        ("{product}跟{product}多少钱", False),
        ("{product}how much", False),
        ("{product}的价格我想了解一下能不能麻烦你现在就详细地给我讲一讲", False),
    ],
)
def test_only_wordings_with_the_same_slots_that_can_be_said_stand(wording: str, fits: bool) -> None:
    assert is_paraphrase(wording, PRICE) == fits


def test_a_corpus_says_the_wordings_of_the_model(tmp_path: Path) -> None:
    template = load_grammar("cloud_sales").templates["cmn"][0].text
    with endpoint(answer("我想瞧瞧你家的{product}行不")) as served:
        llm = LlmParaphrase(LlmSettings(served.url, "tiny", deadline_s=10), wordings=1, templates=1)
        config = SynthConfig(tmp_path, 5, {"cmn": 1.0}, texts=TextSettings(llm=llm))
        client = ChatClient(llm.endpoint)
        paraphrase_templates(config, client)
        client.close()
    assert read_paraphrases(tmp_path / FILE) == {template: ("我想瞧瞧你家的{product}行不",)}
    source = source_of(config.grammar, config.texts, frozenset(), tmp_path / FILE)
    assert any(one.origin == template for one in source.grammar.of("cmn", source.grammar.splits[template]))
    assert write_texts(config).texts == 5
