"""Rules and stories merged into cards, and the pictures made of them."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from deploy.cli import main
from deploy.visualizing.cards import Card, Group, groups_of, places
from deploy.visualizing.dot import dot
from deploy.visualizing.drawing import drawing
from deploy.visualizing.page import page
from dialogue.bot_files import load_bot

DOMAIN = """\
version: "3.1"
intents: [greet, price, buy, affirm]
slots: {tea: {type: text, mappings: [{type: custom}]}}
forms: {lead_form: {required_slots: [tea]}}
responses:
  utter_hello: [{text: '您好<b>&"们"'}]
  utter_price: [{text: 多少钱}]
  utter_faq/open: [{text: 早九点}]
"""
SCRIPTS = """\
version: "3.1"
rules:
- rule: hello
  conversation_start: true
  steps:
  - intent: greet
  - action: utter_hello
- rule: price while buying
  condition:
  - active_loop: lead_form
  - slot_was_set:
    - tea: null
  steps:
  - intent: price
  - action: utter_price
stories:
- story: one
  steps:
  - intent: buy
  - action: utter_price
  - slot_was_set: [{tea: longjing}]
  - intent: affirm
  - action: lead_form
  - active_loop: lead_form
- story: two
  steps:
  - intent: buy
  - action: utter_price
  - slot_was_set: [{tea: longjing}]
  - or:
    - intent: affirm
    - intent: greet
  - action: utter_faq
  - checkpoint: after
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bot = tmp_path / "bot"
    (bot / "data").mkdir(parents=True)
    (bot / "domain.yml").write_text(DOMAIN, "utf-8")
    (bot / "data" / "scripts.yml").write_text(SCRIPTS, "utf-8")
    return bot


@pytest.fixture
def groups(folder: Path) -> tuple[Group, ...]:
    return groups_of(load_bot(folder))


def rows(card: Card) -> list[str]:
    return [row.text for row in card.rows]


def test_each_beginning_is_a_group_and_common_beginnings_are_one_card(groups: tuple[Group, ...]) -> None:
    assert [(group.head.text, len(group.sources)) for group in groups] == [
        ("the conversation begins", 1),
        ("price", 1),
        ("buy", 2),
    ]
    (common,) = groups[2].cards
    assert rows(common) == ["utter_price", "tea = longjing"]
    assert [rows(card) for card in common.next] == [
        ["affirm", "lead_form", "lead_form is running"],
        ["affirm / greet", "utter_faq", "after"],
    ]
    assert common.size == 3


def test_conditions_come_behind_the_intent(groups: tuple[Group, ...]) -> None:
    (card,) = groups[1].cards
    assert rows(card) == ["lead_form is running", "tea is empty", "utter_price"]


def test_rows_say_what_they_are_and_what_is_said(groups: tuple[Group, ...]) -> None:
    (common,) = groups[2].cards
    assert [(row.kind, row.detail) for row in common.rows] == [("response", "多少钱"), ("slot", "")]
    assert [row.kind for row in common.next[0].rows] == ["intent", "form", "form"]
    assert [row.kind for row in common.next[1].rows] == ["intent", "response", "checkpoint"]


def test_hovering_tells_file_and_line(groups: tuple[Group, ...]) -> None:
    assert places(groups[2].sources) == "one  scripts.yml:17\ntwo  scripts.yml:25"
    assert places(groups[2].sources, limit=1) == "one  scripts.yml:17\n+ 1"


class Tags(HTMLParser):
    """Open tags, and whether all were closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone_and_escapes_what_bots_say(groups: tuple[Group, ...]) -> None:
    text = page("茶<铺>", groups, "zh")
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert "茶&lt;铺&gt; 的规则与故事" in text
    assert "您好&lt;b&gt;&amp;&quot;们&quot;" in text
    assert not re.search(r"(src|href)=\"(?!#)", text)
    assert [attributes["href"] for tag, attributes in tags.seen if tag == "a"] == ["#g0", "#g1", "#g2"]
    assert any(attributes.get("title") == "one  scripts.yml:17\ntwo  scripts.yml:25" for _, attributes in tags.seen)


def test_the_drawing_is_wellformed_and_no_two_cards_overlap(groups: tuple[Group, ...]) -> None:
    root = ElementTree.fromstring(drawing(groups))
    boxes = []
    for card in root.iter("{http://www.w3.org/2000/svg}g"):
        box = card.find("{http://www.w3.org/2000/svg}rect")
        assert box is not None
        boxes.append(tuple(int(box.attrib[key]) for key in ("x", "y", "width", "height")))
    assert len(boxes) == 3 + 5
    for index, (x, y, width, height) in enumerate(boxes):
        for other_x, other_y, other_width, other_height in boxes[index + 1 :]:
            assert x + width <= other_x or other_x + other_width <= x or y + height <= other_y or other_y + other_height <= y
    assert max(x + width for x, _, width, _ in boxes) <= int(root.attrib["width"])
    assert max(y + height for _, y, _, height in boxes) <= int(root.attrib["height"])


def test_the_graph_names_every_card_once(groups: tuple[Group, ...]) -> None:
    text = dot(groups)
    assert len(re.findall(r"^  n\d+ \[", text, re.MULTILINE)) == 8
    assert len(re.findall(r"->", text)) == 5
    assert 'label="utter_price\\ltea = longjing\\l"' in text


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.dot"])
def test_the_command_writes_what_the_name_asks_for(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder.parent / name
    assert main(["visualize", str(folder), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"file": str(out), "rules": 2, "stories": 2, "groups": 3, "cards": 5}
    assert out.stat().st_size > 500


def test_bots_with_nothing_to_draw_and_other_names_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["visualize", str(folder), "--out", "x.png"]) == 2
    assert "--out x.png: the name must end in .html, .svg, .dot" in capsys.readouterr().err
    (folder / "data" / "scripts.yml").write_text('version: "3.1"\n', "utf-8")
    assert main(["visualize", str(folder), "--out", str(folder / "x.svg")]) == 2
    assert "there are no rules and no stories to draw" in capsys.readouterr().err
