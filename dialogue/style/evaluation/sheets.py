"""Blind sheets for people: two answers to each prompt, in an order that is drawn, and a key apart."""

from __future__ import annotations

import html
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dialogue.style.evaluation.prompts import Asked

_PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>哪个回答更好</title>
<style>body{{font:16px/1.6 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}}
fieldset{{border:1px solid #ccc;border-radius:8px;margin:1.2em 0;padding:.8em 1.2em}}legend{{font-weight:600}}
label{{display:block;padding:.4em;border-radius:6px}}label:hover{{background:#f2f5fa}}.facts{{color:#666;font-size:.9em}}
button{{font-size:1em;padding:.5em 1.2em}}</style></head><body>
<h1>哪个回答更好</h1><p>每题两个回答，先后是随机的。选更像自己店里会说的那个；分不出就选“差不多”。做完点“保存”。</p>
<form id="sheet">{rows}<button type="submit">保存</button></form>
<script>document.getElementById('sheet').addEventListener('submit',e=>{{e.preventDefault();
const v=Object.fromEntries(new FormData(e.target));const a=document.createElement('a');
a.href=URL.createObjectURL(new Blob([JSON.stringify({{sheet:{sheet},choices:v}})],{{type:'application/json'}}));
a.download='choices.json';a.click()}});</script></body></html>
"""
_ROW = """<fieldset><legend>{number}. {question}</legend><p class="facts">{facts}</p>
<label><input type="radio" name="{number}" value="left" required> 甲：{left}</label>
<label><input type="radio" name="{number}" value="right"> 乙：{right}</label>
<label><input type="radio" name="{number}" value="equal"> 差不多</label></fieldset>
"""


@dataclass(frozen=True, slots=True)
class Preference:
    """What people chose: how often each model, and how often neither."""

    first: int
    second: int
    equal: int


def write_sheet(folder: Path, asked: Sequence[Asked], answers: tuple[Sequence[str], Sequence[str]], seed: int = 0) -> Path:
    """sheet.html for people and key.json, which says where the first model's answer stands; same answers are left out."""
    rng = random.Random(seed)
    rows, key = [], {}
    for number, (one, first, second) in enumerate(zip(asked, *answers, strict=True), start=1):
        if first.strip() == second.strip():
            continue
        left = rng.random() < 0.5
        key[str(number)] = "left" if left else "right"
        shown = (first, second) if left else (second, first)
        facts = next((turn.text for turn in one.turns if turn.role == "system"), "")
        texts = {"question": one.question, "facts": facts, "left": shown[0], "right": shown[1]}
        rows.append(_ROW.format(number=number, **{name: html.escape(text) for name, text in texts.items()}))
    folder.mkdir(parents=True, exist_ok=True)
    sheet = folder / "sheet.html"
    sheet.write_text(_PAGE.format(rows="".join(rows), sheet=seed), encoding="utf-8")
    (folder / "key.json").write_text(json.dumps({"sheet": seed, "first": key}), encoding="utf-8")
    return sheet


def read_choices(key: Path, choices: Path) -> Preference:
    """Count what a person saved against the key. Raises ValueError for choices of another sheet."""
    wanted = json.loads(key.read_text(encoding="utf-8"))
    given = json.loads(choices.read_text(encoding="utf-8"))
    if given.get("sheet") != wanted["sheet"]:
        raise ValueError(f"{choices}: was made on another sheet than {key} belongs to")
    chosen = [(wanted["first"][number], choice) for number, choice in given["choices"].items() if number in wanted["first"]]
    equal = sum(choice == "equal" for _, choice in chosen)
    first = sum(place == choice for place, choice in chosen)
    return Preference(first, len(chosen) - first - equal, equal)
