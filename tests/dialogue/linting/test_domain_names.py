from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.bot_files import Bot
from dialogue.domain_file import read_domain
from dialogue.linting.domain_names import check_domain
from dialogue.linting.scope import Scope
from dialogue.yaml_file import parse


def faults_of(folder: Path, text: str) -> list[str]:
    """What is told of a domain, in a folder that has a bot.yml."""
    (folder / "bot.yml").touch()
    scope = Scope.of(Bot(folder, read_domain([parse(text, Path("domain.yml"))]).domain))
    return [str(fault) for fault in check_domain(scope)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "intents:\n- greet: {use_entities: [citty]}\nentities: [city]",
            "2: intent 'greet' uses the entity 'citty', which the domain does not list; did you mean 'city'?",
        ),
        ("intents:\n- a\n- a+b", "3: intent 'a+b' is made of 'b', which is not listed"),
        (
            "entities: [city]\nslots:\n  a:\n    mappings:\n    - {type: from_entity, entity: citi}",
            "5: slot 'a' uses the entity 'citi', which the domain does not list; did you mean 'city'?",
        ),
        (
            "intents: [greet]\nslots:\n  a:\n    mappings:\n    - {type: from_text, intent: [gret]}",
            "5: slot 'a' uses the intent 'gret', which the domain does not list; did you mean 'greet'?",
        ),
        (
            "entities: [{city: {roles: [from]}}]\n"
            "slots:\n  a:\n    mappings:\n    - {type: from_entity, entity: city, role: form}",
            "5: slot 'a' uses the role 'form', which 'city' lacks; did you mean 'from'?",
        ),
        (
            "slots: {tier: {type: text}}\nresponses:\n  utter_a:\n  - text: x\n    condition:\n    - {name: teir, value: 1}",
            "6: response 'utter_a' uses the slot 'teir', which the domain does not list; did you mean 'tier'?",
        ),
        (
            "slots: {name: {type: text}}\nforms:\n  f: {required_slots: [nam]}",
            "3: form 'f' uses the slot 'nam', which the domain does not list; did you mean 'name'?",
        ),
    ],
)
def test_an_unknown_name_is_told_with_its_line_and_the_nearest(tmp_path: Path, text: str, fault: str) -> None:
    assert faults_of(tmp_path, text) == [f"domain.yml:{fault}"]


def test_a_folder_without_bot_yml_is_warned_of_what_rasa_bears(tmp_path: Path) -> None:
    slot = "slots:\n  a:\n    mappings:\n    - {type: from_entity, entity: citi}\n"
    text = f"entities: [city]\n{slot}forms:\n  f: {{required_slots: [b]}}"
    scope = Scope.of(Bot(tmp_path, read_domain([parse(text, Path("domain.yml"))]).domain))
    assert [(fault.kind, fault.severity) for fault in check_domain(scope)] == [("entity", "warning"), ("slot", "error")]
