"""Insertions into files that people write."""

from __future__ import annotations

import difflib

import pytest
import yaml

from deploy.interactive.yaml_edits import EditError, says, with_example, with_item, without_example

NLU = """\
version: "3.1"
# what customers say

nlu:
- intent: price   # asks for a price
  examples: |
    - 多少钱
    - [龙井](tea)怎么卖

    # - an old one
    - 几钱啊

# how they greet
- intent: greet
  examples: |
      - 你好
- lookup: tea
  examples: |
    - 龙井
"""


def added(before: str, after: str) -> list[str]:
    """What the edit added; nothing may have gone."""
    changed = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:2] in ("+ ", "- ")]
    assert not any(line.startswith("- ") for line in changed), changed
    return [line[2:] for line in changed]


def test_an_example_goes_to_the_end_of_its_block() -> None:
    after = with_example(NLU, "price", "[普洱](tea)多少钱")
    assert after is not None
    assert added(NLU, after) == ["    - [普洱](tea)多少钱"]
    assert after.index("几钱啊") < after.index("[普洱]") < after.index("# how they greet")


def test_it_is_indented_as_its_neighbours_are() -> None:
    after = with_example(NLU, "greet", "早上好")
    assert after is not None
    assert added(NLU, after) == ["      - 早上好"]


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_line_ends_stay_as_they_are(ending: str) -> None:
    before = NLU.replace("\n", ending).rstrip()
    after = with_example(before, "greet", "早上好")
    assert after is not None
    assert after.replace(ending, "").count("\r") == 0
    assert after.replace(ending, "").count("\n") == 0


def test_an_empty_block_takes_its_first_example() -> None:
    before = "nlu:\n- intent: greet\n  examples: |\n- intent: bye\n  examples: |\n    - 再见\n"
    after = with_example(before, "greet", "你好")
    assert yaml.safe_load(after or "")["nlu"][0]["examples"] == "- 你好\n"


def test_an_intent_without_a_block_is_not_touched() -> None:
    assert with_example(NLU, "invoice", "能开票吗") is None


def test_a_sentence_is_taken_away_whatever_its_marks() -> None:
    assert says(NLU, "price", "龙井怎么卖")
    after = without_example(NLU, "price", "龙井怎么卖")
    assert not says(after, "price", "龙井怎么卖")
    assert len(NLU.splitlines()) - len(after.splitlines()) == 1


def test_the_last_example_of_an_intent_stays() -> None:
    assert without_example(NLU, "greet", "你好") == NLU


STORY = ("- story: 买茶", "  steps:", "  - intent: price")


@pytest.mark.parametrize(
    "before",
    [
        'version: "3.1"\n# stories\nstories: []\n',
        'version: "3.1"\nstories:\n',
        'version: "3.1"\n',
        "",
        "stories:\n- story: a\n  steps:\n  - intent: greet\n  - action: utter_greet\n",
        "stories:\n  - story: a\n    steps:\n      - intent: greet\n\n  - story: b\n    steps: []  # last\n\n# end\n",
        "stories:\n- story: a\n  steps:\n  - intent: greet\n\nrules:\n- rule: x\n  steps:\n  - intent: greet\n",
        "stories:\n- story: a\n  steps:\n  - intent: greet",
    ],
)
def test_an_item_goes_to_the_end_of_its_list(before: str) -> None:
    after = with_item(before, "stories", STORY)
    old, new = yaml.safe_load(before) or {}, yaml.safe_load(after)
    assert new["stories"] == [*(old.get("stories") or []), {"story": "买茶", "steps": [{"intent": "price"}]}]
    assert all(line in after for line in before.splitlines() if "#" in line)


def test_a_list_in_one_line_and_a_broken_file_are_told() -> None:
    with pytest.raises(EditError, match="in one line"):
        with_item("stories: [{story: a, steps: []}]\n", "stories", STORY)
    with pytest.raises(EditError, match="cannot be read"):
        with_item("stories: [\n", "stories", STORY)
