"""What the model is trained on."""

from __future__ import annotations

from dataclasses import replace

from nlu.data import Example, TrainingData
from nlu.generative.answers import read, written
from nlu.generative.codes import Kind
from nlu.generative.samples import book_of, material
from nlu.pipeline import Pipeline
from nlu.understanding import Entity

SERVER = Entity("product_type", "cloud_server", "云服务器", 3, 7, "annotated")
DATA = TrainingData(
    (
        Example("有什么云服务器", ("inquiry",), (SERVER,)),
        Example("云服务器怎么卖", ("price",), (replace(SERVER, start=0, end=4),)),
        Example("要花多少钱", ("price",)),
        Example("有什么云服务器,一年多少钱", ("inquiry", "price"), (SERVER,), cuts=(8,)),
        Example("有啥又要多少钱呢", ("inquiry", "price")),
    )
)


def test_sentences_keep_their_cuts_and_entities_and_survive_being_written() -> None:
    found = material(DATA, Pipeline(), made=0, seed=0)
    book = book_of(found.told)
    told = {one.text: one for one in found.told}
    compound = told["有什么云服务器,一年多少钱"]
    assert [(part.start, part.end, part.intent) for part in compound.parts] == [(0, 7, "inquiry"), (8, 13, "price")]
    assert compound.parts[0].entities[0].value == "cloud_server"
    for one in found.told:
        assert [part.intent for part in read(written(one.text, one.parts, book), one.text, book).parts] == [
            part.intent for part in one.parts
        ]


def test_what_is_out_of_scope_is_learnt_too() -> None:
    found = material(DATA, Pipeline(), made=0, seed=0)
    assert book_of(found.told).intents == ("", "inquiry", "price")
    assert sum(not one.intents for one in found.told) > 100


def test_a_compound_sentence_without_cuts_is_left_out_and_told() -> None:
    found = material(DATA, Pipeline(), made=0, seed=0)
    assert found.uncut == 1
    assert "有啥又要多少钱呢" not in {one.text for one in found.told}


def test_further_sentences_of_several_needs_are_put_together() -> None:
    found = material(DATA, Pipeline(), made=20, seed=0)
    assert sum(len(one.parts) > 1 for one in found.told) > 3


def test_roles_are_part_of_the_kind() -> None:
    moved = "从北京搬到上海"
    entities = (
        Entity("region", "北京", "北京", 1, 3, "annotated", role="origin"),
        Entity("region", "上海", "上海", 5, 7, "annotated", role="target"),
    )
    found = material(TrainingData((*DATA.examples, Example(moved, ("inquiry",), entities))), Pipeline(), made=0, seed=0)
    assert {Kind("region", "origin"), Kind("region", "target")} <= set(book_of(found.told).kinds)
