from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import yaml

from dialogue.place import Name, Place, YamlError, place_of

HERE = Place(Path("domain.yml"), 3, 5)


def test_a_name_is_its_text_and_knows_its_place() -> None:
    name = Name("greet", HERE)
    assert name == "greet"
    assert {"greet": 1}[name] == 1
    assert place_of(name, Place(Path("x"), 1)) is HERE
    assert place_of("greet", HERE) is HERE


def test_a_name_can_be_kept_like_any_text() -> None:
    name = Name("greet", HERE)
    assert yaml.safe_dump({"a": name, name: [name]}) == "a: greet\ngreet:\n- greet\n"
    assert json.dumps({name: name}) == '{"greet": "greet"}'
    assert pickle.loads(pickle.dumps(name)).place == copy.deepcopy(name).place == HERE


def test_places_are_the_same_whatever_their_column() -> None:
    assert Place(Path("domain.yml"), 3) == HERE
    assert str(HERE) == "domain.yml:3"


def test_one_error_stands_for_several() -> None:
    one, two, three = (YamlError(Place(Path("a"), line), f"fault {line}") for line in (1, 2, 3))
    error = YamlError.of_all([YamlError.of_all([one, two]), three])
    assert str(error) == "a:1: fault 1"
    assert [each.what for each in error.each()] == ["fault 1", "fault 2", "fault 3"]
