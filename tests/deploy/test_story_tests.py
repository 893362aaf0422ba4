from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.story_diff import StoryReport, shown
from deploy.story_tests import check_bot, run_stories, run_story
from dialogue.domain import Domain
from dialogue.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from dialogue.reply import Reply
from dialogue.script_file import script_of
from dialogue.state import DialogueState
from dialogue.track import initial_state, track
from dialogue.yaml_file import parse
from nlu.understanding import Entity, Need, Understanding

NUMBER = re.compile(r"^([-+]) +\d* *")
BACKUP = Entity("feature", "backup", "异地备份", 3, 7)
SAYS = {
    "您好": (("greet",), (), ("utter_greet",)),
    "要支持异地备份,多少钱": (("requirement", "price_inquiry"), (BACKUP,), ("action_feature", "action_quote")),
    "我要下单": (("purchase",), (), ("lead_form",)),
    "叽里咕噜": ((), (), ("action_ask_again",)),
    "/deny": (("greet",), (), ()),
    '/greet+deny{"feature": "backup"}': (("greet", "deny"), (BACKUP,), ("utter_greet", "utter_ok")),
}
"""What the scripted bot understands and does."""


class ScriptedBot:
    """A bot that knows its lines."""

    def __init__(self) -> None:
        self.states: dict[str, DialogueState] = {}

    def start(self, conversation: str, channel: str = "rest") -> Reply:
        del channel
        self.states[conversation] = initial_state(conversation, Domain())
        return Reply(actions=("action_session_start", "utter_greet"))

    def turn(self, conversation: str, heard: str, channel: str = "rest") -> Reply:
        intents, entities, actions = SAYS[heard]
        needs = tuple(Need(intent, 0.9) for intent in intents)
        state = track(self.states[conversation], UserUttered(heard, Understanding(heard, needs, entities), channel))
        for event in (SlotSet("quoted", "cs-1"), ActiveLoop("lead_form" if "lead_form" in actions else None)):
            state = track(state, event)
        self.states[conversation] = track(state, ActionExecuted("action_listen"))
        return Reply(actions=(*actions, "action_listen"))

    def state(self, conversation: str) -> DialogueState:
        return self.states[conversation]


def run(steps: str) -> StoryReport:
    script = script_of(parse(f"stories:\n- story: s\n  steps:\n{steps}", Path("tests/test_stories.yml")))
    assert not script.faults, [str(fault) for fault in script.faults]
    return run_stories(ScriptedBot(), script.stories)


GOOD = """
  - action: utter_greet
  - user: |
      您好
    intent: greet
  - action: utter_greet
  - action: action_listen
  - user: |
      要支持[异地备份]{"entity": "feature", "value": "backup"},多少钱
    intent: price_inquiry+requirement
    entities: [feature]
  - action: action_feature
  - action: action_quote
  - slot_was_set:
    - quoted: cs-1
    - quoted
  - user: 我要下单
    intent: purchase
  - action: lead_form
  - active_loop: lead_form
  - user: 叽里咕噜
    intent: nlu_fallback
  - action: action_ask_again
"""


def test_a_story_that_goes_as_written_passes() -> None:
    report = run(GOOD)
    assert (report.stories, report.passed, report.failed) == (1, 1, 0), "\n".join(shown(report.results[0]))


@pytest.mark.parametrize(
    ("right", "wrong", "difference"),
    [
        ("intent: greet", "intent: deny", ["- intent: deny", "+ intent: greet"]),
        ("intent: nlu_fallback", "intent: greet", ["- intent: greet", "+ intent: nlu_fallback"]),
        ("action: action_quote", "action: action_price", ["- action: action_price", "+ action: action_quote"]),
        ("  - action: action_quote\n", "", ["+ action: action_quote"]),
        ("action: lead_form\n", "action: lead_form\n  - action: utter_ok\n", ["- action: utter_ok"]),
        ('"value": "backup"', '"value": "restore"', ["- entity: feature = restore", "+ entity: feature = backup"]),
        ("entities: [feature]", "entities: [region]", ["- entity: region"]),
        ("quoted: cs-1", "quoted: cs-2\n    - other: 1", ["- slot: other = 1", "+ slot: other = None"]),
        ("- active_loop: lead_form", "- active_loop: null", ["- active_loop: None", "+ active_loop: lead_form"]),
    ],
)
def test_a_difference_is_shown_as_expected_and_got(right: str, wrong: str, difference: list[str]) -> None:
    report = run(GOOD.replace(right, wrong))
    assert report.failed == 1
    lines = list(shown(report.failures[0]))
    assert lines[0] == "tests/test_stories.yml:2: story 's'"
    assert [NUMBER.sub(r"\1 ", line.strip()) for line in lines if line.strip().startswith(("-", "+"))] == difference


def test_each_expected_line_has_its_line_of_the_file_and_each_other_who_decided_it() -> None:
    report = run(GOOD.replace("action: action_quote", "action: action_price"))
    wrong = [line.rstrip() for line in shown(report.failures[0]) if line.strip().startswith(("-", "+"))]
    assert wrong == ["  - 16  action: action_price", "  +     action: action_quote"]


def test_the_order_of_actions_counts() -> None:
    swapped = GOOD.replace("action_feature", "X").replace("action_quote", "action_feature").replace("X", "action_quote")
    assert run(swapped).failed == 1


def test_a_step_without_text_is_said_as_a_payload() -> None:
    steps = "  - intent: greet+deny\n    entities: [feature: backup]\n  - action: utter_greet\n  - action: utter_ok\n"
    assert run(steps).passed == 1


def test_an_entity_may_be_named_by_its_words() -> None:
    assert run(GOOD.replace('{"entity": "feature", "value": "backup"}', "(feature)")).passed == 1


def test_either_of_several_intents_is_right() -> None:
    steps = "  - or:\n    - intent: deny\n    - intent: greet\n"
    story = script_of(parse(f"stories:\n- story: s\n  steps:\n{steps}", Path("t.yml"))).stories[0]
    result = run_story(ScriptedBot(), story, "c")
    assert (result.passed, result.got[1].text) == (True, "intent: deny or greet")


def test_a_failure_of_understanding_alone_is_told_from_one_of_the_dialogue(tmp_path: Path) -> None:
    files = {
        "domain.yml": "intents: [greet, bye]\nresponses: {utter_hi: [{text: 您好}], utter_bye: [{text: 再见}]}\n",
        "config.yml": "language: zh\n",
        "bot.yml": "profile: edge\n",
        "data/rules.yml": "rules:\n- {rule: hi, steps: [{intent: greet}, {action: utter_hi}]}\n"
        "- {rule: bye, steps: [{intent: bye}, {action: utter_bye}]}\n",
        "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - 你好\n    - 您好呀\n    - 早上好\n"
        "- intent: bye\n  examples: |\n    - 再见\n    - 拜拜了\n    - 先挂了\n",
        "tests/test_stories.yml": "stories:\n"
        "- {story: misheard, steps: [{user: 再见, intent: greet}, {action: utter_hi}]}\n"
        "- {story: wrong, steps: [{user: 你好, intent: greet}, {action: utter_bye}]}\n"
        "- {story: right, steps: [{user: 你好, intent: greet}, {action: utter_hi}]}\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = check_bot(tmp_path)
    assert [(result.name, result.misunderstood) for result in report.failures] == [("misheard", True), ("wrong", False)]
    assert report.by_understanding == 1
