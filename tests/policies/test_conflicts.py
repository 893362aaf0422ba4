from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.bot_files import load_bot
from policies.conflicts import story_conflicts

DOMAIN = """\
version: "3.1"
intents: [greet, price, buy, yes, stop]
entities: [city]
slots:
  city: {type: text, mappings: [{type: from_entity, entity: city}]}
  level: {type: categorical, values: [gold, plain], mappings: [{type: custom}]}
  note: {type: text, influence_conversation: false, mappings: [{type: from_text}]}
forms:
  order_form: {required_slots: [city]}
responses:
  utter_a: [{text: 一}]
  utter_b: [{text: 二}]
  utter_c: [{text: 三}]
"""
RULES = """\
version: "3.1"
rules:
- rule: hello
  steps: [{intent: greet}, {action: utter_a}]
- rule: dear customer
  condition: [{slot_was_set: [{level: gold}]}]
  steps: [{intent: price}, {action: utter_a}]
- rule: ordered
  condition: [{active_loop: order_form}]
  steps: [{action: order_form}, {active_loop: null}, {action: utter_a}]
"""


def told(folder: Path, *stories: str) -> list[str]:
    """What is told of these stories (their steps, in flow style); 'line severity: what'."""
    (folder / "data").mkdir()
    (folder / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    (folder / "data" / "rules.yml").write_text(RULES, encoding="utf-8")
    written = "".join(f"- story: s{number}\n  steps: [{steps}]\n" for number, steps in enumerate(stories, start=1))
    (folder / "data" / "stories.yml").write_text(f"stories:\n{written}", encoding="utf-8")
    return [f"{fault.place.line} {fault.severity}: {fault.what}" for fault in story_conflicts(load_bot(folder))]


def test_a_story_that_a_rule_decides_otherwise_names_both(tmp_path: Path) -> None:
    assert told(tmp_path, "{intent: greet}, {action: utter_b}") == [
        "3 error: story 's1' (stories.yml:2) wants 'utter_b' after 'greet', but rule 'hello' rules.yml:3 decides on 'utter_a'; "
        "make the story say what the rule does, or give the rule a condition"
    ]


def test_a_rule_that_waits_where_the_story_goes_on(tmp_path: Path) -> None:
    (fault,) = told(tmp_path, "{intent: greet}, {action: utter_a}, {action: utter_b}")
    assert "wants 'utter_b' after 'utter_a', but rule 'hello' rules.yml:3 decides on to wait" in fault


def test_a_condition_counts_only_where_the_story_says_that_it_holds(tmp_path: Path) -> None:
    gold = "{slot_was_set: [{level: gold}]}, {intent: price}, {action: utter_b}"
    (fault,) = told(tmp_path, gold, gold.replace("gold", "plain"), "{intent: price}, {action: utter_b}")
    assert "rule 'dear customer' rules.yml:5 decides on 'utter_a'" in fault


def test_two_stories_that_nothing_tells_apart(tmp_path: Path) -> None:
    assert told(tmp_path, "{intent: buy}, {action: utter_a}", "{intent: buy}, {action: utter_b}") == [
        "5 warning: story 's2' (stories.yml:4) wants 'utter_b' after 'buy', but story 's1' (stories.yml:2, line 3) wants "
        "'utter_a', and nothing tells the two apart until then"
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{intent: buy}, {action: utter_a}", "{slot_was_set: [{level: gold}]}, {intent: buy}, {action: utter_b}"),
        ("{intent: buy}, {action: utter_a}", "{intent: buy, entities: [city]}, {action: utter_b}"),
        ("{intent: buy}, {action: utter_a}", "{intent: greet}, {action: utter_a}, {intent: buy}, {action: utter_b}"),
        ("{intent: buy}, {action: utter_a}", "{intent: buy}, {action: utter_a}, {intent: yes}, {action: utter_b}"),
        ("{intent: buy}, {action: utter_a}, {checkpoint: x}", "{checkpoint: x}, {intent: yes}, {action: utter_b}"),
        (
            "{intent: buy}, {action: order_form}, {active_loop: order_form}, {intent: yes}, {action: order_form}",
            "{intent: buy}, {action: order_form}, {active_loop: order_form}, {intent: yes}, {action: utter_b}",
        ),
        ("{user: '要一份'}, {action: utter_a}", "{user: '不要'}, {action: utter_b}"),
    ],
    ids=["slot", "entity", "what went before", "what comes after", "checkpoint", "the form", "words alone"],
)
def test_stories_that_something_tells_apart(tmp_path: Path, one: str, other: str) -> None:
    assert told(tmp_path, one, other) == []


def test_slots_without_influence_tell_nothing(tmp_path: Path) -> None:
    quiet = "{slot_was_set: [{note: 急}]}, {intent: buy}, {action: utter_b}"
    assert len(told(tmp_path, "{intent: buy}, {action: utter_a}", quiet)) == 1


def test_the_end_of_a_form_counts_where_the_story_says_that_it_was_running(tmp_path: Path) -> None:
    begun = "{intent: buy}, {action: order_form}, {active_loop: order_form}"
    ended = "{action: order_form}, {active_loop: null}, {action: utter_b}"
    unsaid = "{intent: greet}, {action: utter_a}, {intent: buy}, {action: order_form}, {action: utter_c}"
    first, second = told(
        tmp_path, f"{begun}, {{intent: yes}}, {ended}", f"{begun}, {{active_loop: null}}, {{action: utter_c}}", unsaid
    )
    assert "story 's1' (stories.yml:2) wants 'utter_b' after 'order_form', but rule 'ordered'" in first
    assert "story 's2' (stories.yml:4) wants 'utter_c' after 'order_form', but rule 'ordered'" in second
