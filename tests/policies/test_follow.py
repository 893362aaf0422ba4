from __future__ import annotations

from dialogue.script import ActionStep, UserStep
from policies.follow import joined
from tests.policies.talk import read_script_text


def ways_of(stories: str) -> list[str]:
    """Each way through the stories as the names of what is heard and done."""
    found = read_script_text("stories:\n" + stories, "stories.yml")
    assert not found.faults
    return [
        " ".join(
            step.name if isinstance(step, ActionStep) else step.alternatives[0][0]
            for step in story.steps
            if isinstance(step, (ActionStep, UserStep))
        )
        for story in joined(found.stories)
    ]


def test_a_story_goes_on_with_all_that_begin_where_it_ends() -> None:
    stories = "- {story: a, steps: [{intent: hi}, {checkpoint: x}]}\n"
    stories += "- {story: b, steps: [{checkpoint: x}, {action: one}]}\n- {story: c, steps: [{checkpoint: x}, {action: two}]}\n"
    assert ways_of(stories) == ["hi one", "hi two"]


def test_a_checkpoint_in_the_middle_is_both_an_end_and_a_beginning() -> None:
    stories = "- {story: a, steps: [{intent: hi}, {checkpoint: x}, {action: one}]}\n"
    stories += "- {story: b, steps: [{intent: hello}, {checkpoint: x}]}\n"
    assert ways_of(stories) == ["hi one", "hello one"]


def test_a_checkpoint_may_ask_for_a_slot() -> None:
    stories = "- {story: a, steps: [{intent: hi}, {slot_was_set: [{vip: true}]}, {checkpoint: x}]}\n"
    stories += "- {story: b, steps: [{checkpoint: x, slot_was_set: [{vip: true}]}, {action: one}]}\n"
    stories += "- {story: c, steps: [{checkpoint: x, slot_was_set: [{vip: false}]}, {action: two}]}\n"
    assert ways_of(stories) == ["hi one"]


def test_stories_in_a_circle_come_to_an_end() -> None:
    stories = "- {story: a, steps: [{intent: hi}, {checkpoint: x}]}\n"
    stories += "- {story: b, steps: [{checkpoint: x}, {action: one}, {checkpoint: x}]}\n"
    assert ways_of(stories) == ["hi one"]
