from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.faults import BotFaults
from dialogue.script import SET, ActionStep, CheckpointStep, LoopStep, SlotChoice, SlotStep, Step, UserStep
from dialogue.script_file import Script, read_script, read_test_stories, script_of
from dialogue.yaml_file import Place, parse

FILE = Path("rules.yml")


def script(text: str) -> Script:
    return script_of(parse(text, FILE))


def faults(text: str) -> list[str]:
    return [str(fault) for fault in script(text).faults]


def test_a_rule_with_everything_that_a_rule_may_have() -> None:
    read = script(
        """
version: "3.1"
rules:
- rule: price
  conversation_start: true
  wait_for_user_input: false
  condition:
  - slot_was_set:
    - quoted: null
    - product_type
  - active_loop: lead_form
  steps:
  - intent: price
    entities:
    - region: north
    - product
  - action: action_quote
  - active_loop: null
"""
    )
    assert not read.faults
    (rule,) = read.rules
    assert (rule.name, rule.place, rule.conversation_start, rule.waits) == ("price", Place(FILE, 4), True, False)
    assert rule.condition == (
        SlotStep({"quoted": None, "product_type": SET}, Place(FILE, 8)),
        LoopStep("lead_form", Place(FILE, 11)),
    )
    assert rule.steps == (
        UserStep((("price",),), (("region", "north"), ("product", None)), place=Place(FILE, 13)),
        ActionStep("action_quote", Place(FILE, 17)),
        LoopStep(None, Place(FILE, 18)),
    )


@pytest.mark.parametrize(
    ("intent", "alternatives"),
    [("price", (("price",),)), ("price+trial", (("price", "trial"),)), ("a + b", (("a", "b"),)), ("nlu_fallback", ((),))],
)
def test_an_intent_is_a_set_of_needs(intent: str, alternatives: tuple[tuple[str, ...], ...]) -> None:
    read = script(f"stories: [{{story: s, steps: [{{intent: {intent}}}]}}]")
    assert read.stories[0].steps == (UserStep(alternatives, place=Place(FILE, 1)),)


def test_stories_may_part_and_join() -> None:
    read = script(
        """
stories:
- story: s
  steps:
  - checkpoint: begun
  - or:
    - intent: affirm
    - intent: thank
  - action: utter_ok
  - slot_was_set: {done: true}
  - checkpoint: over
"""
    )
    assert not read.faults
    assert read.stories[0].steps == (
        CheckpointStep("begun", Place(FILE, 5)),
        UserStep((("affirm",), ("thank",)), place=Place(FILE, 6)),
        ActionStep("utter_ok", Place(FILE, 9)),
        SlotStep({"done": True}, Place(FILE, 10)),
        CheckpointStep("over", Place(FILE, 11)),
    )


def test_test_stories_hold_texts_with_their_entities(tmp_path: Path) -> None:
    file = tmp_path / "test_stories.yml"
    file.write_text("stories:\n- story: s\n  steps:\n  - user: |\n      要[八核](cpu_cores:8)的\n    intent: supplement_demand\n")
    (story,) = read_test_stories(file)
    (step,) = story.steps
    assert isinstance(step, UserStep)
    assert step.text == "要八核的"
    assert [(entity.entity, entity.value, entity.start, entity.end) for entity in step.annotated] == [("cpu_cores", "8", 1, 3)]


def test_all_test_stories_of_a_folder_are_read(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yaml"):
        (tmp_path / name).write_text(f"stories: [{{story: {name[0]}, steps: [{{intent: greet}}]}}]")
    (tmp_path / "notes.txt").write_text("no story")
    assert [story.name for story in read_test_stories(tmp_path)] == ["a", "b"]


RULE = "rules:\n- rule: r\n"
STORY = "stories:\n- story: s\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("rules: 3", "1: 'rules' must be a list (- item), got 3"),
        ("rules:\n- steps: []", "2: a rule lacks the key 'rule' (its name)"),
        (RULE + "  step: []", "3: unknown key 'step' in a rule; did you mean 'steps'?"),
        (RULE + "  steps: []", "2: rule 'r' has no steps"),
        (STORY, "2: story 's' has no steps"),
        (RULE + "  steps:\n  - intent: a\n  - aktion: b", "5: unknown step 'aktion'; did you mean 'action'?"),
        (STORY + "  steps:\n  - bot: hi\n  - intent: a", "2: story 's' is passed over: it tells the bot's words ('bot:')"),
        (RULE + "  steps:\n  - intent: a+\n  - action: b", "4: 'a+' lacks an intent beside its '+'"),
        (RULE + "  steps:\n  - intent: a\n    action: b", "5: 'intent' and 'action' stand in one step"),
        (RULE + "  steps:\n  - intent: a\n    entity: b", "5: unknown key 'entity' in a step with 'intent'; did you mean"),
        (RULE + "  steps:\n  - checkpoint: c\n  - action: b", "4: rule 'r' has a checkpoint; only stories may have one"),
        (RULE + "  steps:\n  - user: hi\n    intent: a", "4: rule 'r' has a 'user:' text, as only stories have"),
        (RULE + "  condition: [{intent: a}]\n  steps: [{action: b}]", "3: the condition of rule 'r' holds only slot_was_set"),
        (RULE + "  conversation_start: 3\n  steps: [{action: b}]", "3: 'conversation_start' must be true or false, got 3"),
        (STORY + "  steps:\n  - or: [{intent: a}, {action: b}]", "4: 'or' takes two or more steps with 'intent'"),
        (STORY + "  steps:\n  - user: '[八核]{\"entity\": }'\n    intent: a", "4: the braces of an entity are not valid JSON"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, fault: str) -> None:
    (found,) = faults(text)
    assert found.startswith(f"rules.yml:{fault}")


def test_every_fault_is_told_and_the_rest_is_read() -> None:
    read = script("rules:\n- rule: r\n  steps:\n  - intent: a\n  - aktion: b\n  - acton: c\n  - action: d\n- nothing\n")
    assert [fault.place.line for fault in read.faults] == [5, 6, 8]
    assert [type(step) for step in read.rules[0].steps] == [UserStep, ActionStep]


def test_an_ellipsis_says_nothing() -> None:
    read = script("rules:\n- rule: r\n  steps:\n  - ...\n  - intent: a\n  - action: b\n")
    assert (len(read.rules[0].steps), read.faults) == (2, ())


def test_a_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    broken, good = tmp_path / "a.yml", tmp_path / "b.yml"
    broken.write_text("rules: [")
    good.write_text("rules: [{rule: r, steps: [{intent: a}, {action: b}]}]\nnlu: []")
    read = read_script([broken, good, tmp_path / "missing.yml"])
    assert [rule.name for rule in read.rules] == ["r"]
    assert [fault.place.file.name for fault in read.faults] == ["a.yml", "missing.yml"]


def test_faulty_test_stories_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "test_stories.yml"
    file.write_text("stories:\n- story: s\n  steps:\n  - utter: hi\n")
    with pytest.raises(BotFaults, match=r"test_stories.yml:4: unknown step 'utter'"):
        read_test_stories(file)


def test_a_folder_without_test_stories_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BotFaults, match="holds no stories"):
        read_test_stories(tmp_path)
    with pytest.raises(BotFaults, match="there is no such file"):
        read_test_stories(tmp_path / "tests")


def steps_of(text: str) -> tuple[Step, ...]:
    (story,) = script_of(parse("version: '3.1'\nstories:\n- story: s\n  steps:\n" + text, Path("stories.yml"))).stories
    return story.steps


def test_entities_keep_their_role_and_group() -> None:
    (said,) = steps_of("  - intent: book\n    entities:\n    - city: 上海\n      role: from\n    - day\n")
    assert isinstance(said, UserStep)
    assert (said.entities, said.marks) == ((("city", "上海"), ("day", None)), (("from", None), (None, None)))


def test_an_or_takes_unlike_utterances_and_each_of_several_slots() -> None:
    (choice,) = steps_of("  - or:\n    - intent: a\n      entities: [city]\n    - slot_was_set: [{x: 1}, {y: 2}]\n")
    assert isinstance(choice, SlotChoice)
    assert [type(one) for one in choice.choices] == [UserStep, SlotStep, SlotStep]
    (alone,) = steps_of("  - or: [{intent: a}]\n")
    assert isinstance(alone, UserStep)


def test_a_checkpoint_may_ask_for_slots() -> None:
    (checkpoint,) = steps_of("  - checkpoint: paid\n    slot_was_set: [{vip: true}]\n")
    assert isinstance(checkpoint, CheckpointStep)
    assert checkpoint.slots == {"vip": True}
