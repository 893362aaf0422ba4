"""A small tagger, trained once: what is asked for, and by which colour."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

THINGS = ("手机", "面膜", "大衣", "奶粉", "水杯", "耳机", "键盘", "雨伞", "书包", "台灯", "自行车", "洗衣机", "充电器")
COLOURS = ("红色", "蓝色", "白色", "黑色")
FORMS = ("我要{colour}的{thing}", "有没有{thing}", "{colour}{thing}多少钱", "{thing}有{colour}的吗", "推荐一款{thing}")


def marked(form: str, thing: str, colour: str) -> dict[str, Any]:
    text = form.format(thing=thing, colour=colour)
    words = [("thing", thing)] + ([("colour", colour)] if "{colour}" in form else [])
    entities = [
        {"start": text.index(one), "end": text.index(one) + len(one), "entity": name, "value": one} for name, one in words
    ]
    return {"text": text, "entities": entities}


ROWS = [
    marked(form, thing, colour) for (form, thing), colour in zip(itertools.product(FORMS, THINGS), itertools.cycle(COLOURS))
] + [{"text": text, "entities": []} for text in ("你好", "在吗", "不知道买什么", "什么时候发货", "谢谢你")]


@pytest.fixture(scope="session")
def marked_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tagger") / "train.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    return path
