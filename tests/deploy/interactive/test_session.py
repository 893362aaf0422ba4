"""The command, driven by scripts of lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deploy.bot_parts import BotParts, Shared, parts_of
from deploy.cli import main
from deploy.interactive.session import Session
from deploy.interactive.talk import marked_text, meaning_of
from dialogue.bot_files import load_bot
from nlu.understanding import Entity, Guess, Need, Understanding

PRICE, INVOICE, BOTH = "龙井多少钱", "能开发票吗", "行龙井多少钱"
TEA = Entity("tea", "longjing", "龙井", 0, 2)


def understood(text: str, intent: str, *entities: Entity) -> Understanding:
    ranking = (Guess(intent, 0.9), Guess("purchase", 0.05))
    return Understanding(text, (Need(intent, 0.9, entities, 0, len(text)),), entities, 0.9, ranking)


class ScriptedParser:
    """Knows three sentences; the second one wrongly."""

    def parse(self, text: str) -> Understanding:
        known = {
            PRICE: understood(PRICE, "price_inquiry", TEA),
            INVOICE: understood(INVOICE, "greet"),
            BOTH: understood(BOTH, "price_inquiry", Entity("tea", "longjing", "龙井", 1, 3)),
        }
        return known.get(text, Understanding(text))


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    assert main(["init", str(folder)]) == 0
    return folder


def play(bot: Path, *lines: str, language: str = "zh") -> list[str]:
    """What is shown for these lines; the end of input ends it."""
    script: Iterator[str] = iter(lines)
    shown: list[str] = []

    def opened() -> BotParts:
        loaded = load_bot(bot)
        return parts_of(loaded, ScriptedParser(), Shared.of(loaded, "sqlite://"))

    Session(bot, opened, lambda _: next(script, None), lambda text, _: shown.append(text), language).run()
    return shown


def stories(bot: Path) -> list[dict[str, object]]:
    return list(yaml.safe_load((bot / "data" / "stories.yml").read_text("utf-8"))["stories"])


def test_what_was_understood_and_decided_is_shown(bot: Path) -> None:
    shown = "\n".join(play(bot, PRICE))
    assert "理解  1 price_inquiry 0.90  龙井多少钱" in shown
    assert "也可能  2 purchase 0.05" in shown
    assert "实体  [龙井](tea)多少钱" in shown
    assert "槽位  tea = longjing  (said)" in shown
    assert "动作  action_quote  (rules: rule 'what it costs' rules.yml:15)" in shown
    assert "机器人: 西湖龙井一盒168元" in shown


def test_another_intent_is_chosen_by_number_and_kept_as_an_example(bot: Path) -> None:
    nlu = bot / "data" / "nlu.yml"
    before = nlu.read_text("utf-8")
    shown = play(bot, INVOICE, "/i 2", "/save", "y")
    assert "已记下“purchase”的例句：能开发票吗" in shown
    assert "+    - 能开发票吗" in shown
    after = nlu.read_text("utf-8")
    assert after.replace("    - 能开发票吗\n", "") == before
    assert "lead_form" in "\n".join(shown)  # the turn was taken again with the right meaning


def test_nothing_is_written_without_a_yes(bot: Path) -> None:
    before = (bot / "data" / "nlu.yml").read_text("utf-8")
    shown = play(bot, INVOICE, "/i 2", "/save", "n", "/diff", "/quit", "n")
    assert (bot / "data" / "nlu.yml").read_text("utf-8") == before
    assert shown.count("+    - 能开发票吗") == 2


def test_a_save_is_taken_back(bot: Path) -> None:
    before = (bot / "data" / "nlu.yml").read_text("utf-8")
    shown = play(bot, INVOICE, "/i 2", "/story 开票", "/save", "y", "/undo")
    assert "文件已恢复到保存之前" in shown
    assert (bot / "data" / "nlu.yml").read_text("utf-8") == before
    assert not (bot / "data" / "stories.yml").exists()


def test_marks_correct_the_entities_and_keep_the_normal_form(bot: Path) -> None:
    shown = play(bot, PRICE, "/e [龙井](tea)[多少钱](contact_name)", "/save", "y")
    assert "    - [龙井](tea)[多少钱](contact_name)" in (bot / "data" / "nlu.yml").read_text("utf-8")
    assert "  槽位  tea = longjing  (said)" in shown
    assert "  实体  [龙井](tea)[多少钱](contact_name)" in shown


def test_words_are_marked_by_the_number_of_an_entity(bot: Path) -> None:
    shown = play(bot, PRICE, "/e", "/e 多少钱=1 龙井=0", "/e 普洱=1", "/save", "y")
    assert "    1 contact_name" in shown
    assert "  [龙井](tea)多少钱" in shown
    assert "'普洱' is not in '龙井多少钱'" in shown
    assert "    - 龙井[多少钱](contact_name)" in (bot / "data" / "nlu.yml").read_text("utf-8")


def test_the_talk_goes_on_with_what_was_saved(bot: Path) -> None:
    shown = play(bot, INVOICE, "/i 2", "/save", "y", "/train", "/state", PRICE)
    assert "机器人已经学会刚保存的内容" in shown
    state = next(number for number, line in enumerate(shown) if line.startswith("turn 1,"))
    assert any("price_inquiry 0.90" in line for line in shown[state:])


def test_two_needs_are_told_by_a_bar(bot: Path) -> None:
    play(bot, BOTH, "/i affirm+price_inquiry", "/e 行|[龙井](tea)多少钱", "/save", "y")
    items = yaml.safe_load((bot / "data" / "nlu.yml").read_text("utf-8"))["nlu"]
    assert items[-1] == {"intent": "affirm+price_inquiry", "examples": "- 行|[龙井](tea)多少钱\n"}


def test_what_rules_find_needs_no_mark_and_stays() -> None:
    text = "一年多少钱龙井"
    period = (Entity("period", "year", "一年", 0, 2, "period"), Entity("period_count", 1, "一年", 0, 2, "period"))
    heard = understood(text, "price_inquiry", *period, Entity("tea", "longjing", "龙井", 5, 7, "lookup"))
    assert marked_text(heard) == "一年多少钱[龙井](tea)"
    meant = meaning_of("一年多少钱[龙井](tea)", ("price_inquiry",), heard)
    assert [(one.entity, one.value) for one in meant.entities] == [("period", "year"), ("period_count", 1), ("tea", "longjing")]
    meant = meaning_of("[一年](contact_name)多少钱龙井", ("price_inquiry",), heard)
    assert [(one.entity, one.value) for one in meant.entities] == [("contact_name", "一年")]


def test_a_sentence_that_was_changed_on_the_way_is_refused(bot: Path) -> None:
    assert "without its marks the sentence must be '龙井多少钱', got '普洱多少钱'" in play(bot, PRICE, "/e [普洱](tea)多少钱")


def test_other_actions_are_laid_down_and_become_a_story(bot: Path) -> None:
    shown = play(bot, PRICE, "/a utter_which_tea utter_goodbye", "/story 问价", "/save", "y")
    assert "  动作  utter_which_tea  (interactive: as told)" in shown
    (story,) = stories(bot)
    assert story["story"] == "问价"
    assert story["steps"] == [
        {"intent": "price_inquiry", "entities": [{"tea": "longjing"}]},
        {"action": "utter_which_tea"},
        {"action": "utter_goodbye"},
    ]


def test_faults_that_a_save_brings_in_are_told(bot: Path) -> None:
    shown = play(bot, PRICE, "/a utter_which_tea", "/story 问价", "/save", "y")
    told = [line for line in shown if "stories.yml:" in line]
    assert "保存后新出现的问题（/undo 可撤销）：" in shown
    assert any("what it costs" in line for line in told)


def test_a_turn_is_taken_back_with_what_it_had_kept(bot: Path) -> None:
    shown = play(bot, PRICE, INVOICE, "/i 2", "/undo", "/state", "/diff")
    assert "已撤回：能开发票吗" in shown
    assert any("longjing" in line for line in shown if line.startswith("turn 1"))
    assert shown[-1] == "没有要保存的"


def test_saving_at_the_end_is_asked_for(bot: Path) -> None:
    shown = play(bot, INVOICE, "/i 2", "/quit", "y", language="en")
    assert "saved: data/nlu.yml" in shown


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/i 99", "there is no number '99'; the list has 1 to 9"),
        ("/nonsense", "there is no /nonsense; /help lists them"),
        ("/story", "give the story a name: /story NAME"),
        ("/i 1+2+x", "there is no number 'x'; the list has 1 to 9"),
        ("/e [龙井](tea", "an entity is not closed; write [words](entity): '[龙井](tea'"),
    ],
)
def test_slips_are_told_and_change_nothing(bot: Path, line: str, told: str) -> None:
    assert play(bot, PRICE, line, "/diff", language="en")[-2:] == [told, "nothing to save"]


def test_a_file_changed_by_somebody_else_is_not_overwritten(bot: Path) -> None:
    nlu = bot / "data" / "nlu.yml"
    script = iter([INVOICE, "/i 2", "/save", "y", "/undo"])

    def lines(_: str) -> str | None:
        line = next(script, None)
        if line == "/undo":
            nlu.write_text(nlu.read_text("utf-8") + "# by another hand\n", "utf-8")
        return line

    def opened() -> BotParts:
        loaded = load_bot(bot)
        return parts_of(loaded, ScriptedParser(), Shared.of(loaded, "sqlite://"))

    shown: list[str] = []
    Session(bot, opened, lines, lambda text, _: shown.append(text), "en").run()
    assert shown[-1].endswith("nlu.yml: was changed since; it is left as it is")
    assert "by another hand" in nlu.read_text("utf-8")
