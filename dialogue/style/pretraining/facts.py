"""Facts of a prompt and what a customer asks about them, written by draw."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_WORDING = Path(__file__).with_name("wording")
_PART = re.compile(r"<(\w+)>")
_SPELT = "零一两三四五六七八九"


@functools.cache
def wording(name: str) -> Mapping[str, Any]:
    """The lists of one file of wording/."""
    values: Mapping[str, Any] = yaml.safe_load((_WORDING / f"{name}.yml").read_text(encoding="utf-8"))
    return values


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to be answered: what is asked, and the pieces that an answer is made of.

    `says`: sentences natural for this point; `text` stands for a whole sentence that is carried over; `carried` are the pieces
    that every answer must hold, letter by letter.
    """

    question: str
    carried: tuple[str, ...]
    thing: str = ""
    called: str = ""
    value: str = ""
    says: tuple[str, ...] = ()
    text: str = ""
    name: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """Facts as they stand in a prompt, and the points that can be asked about them."""

    lines: tuple[str, ...]
    points: tuple[Point, ...]


def drawn(pattern: str, rng: random.Random, parts: Mapping[str, Sequence[str]]) -> str:
    """`pattern` with every <part> replaced; numbers have parts of their own."""

    def one(found: re.Match[str]) -> str:
        name = found.group(1)
        return _NUMBERS[name](rng) if name in _NUMBERS else drawn(rng.choice(parts[name]), rng, parts)

    return _PART.sub(one, pattern)


_NUMBERS: Mapping[str, Callable[[random.Random], str]] = {
    "cores": lambda rng: str(rng.choice((1, 2, 4, 8, 12, 16, 24, 32, 64))),
    "memory": lambda rng: str(rng.choice((1, 2, 4, 8, 16, 32, 64, 96, 128, 256))),
    "size": lambda rng: str(number((10, 9999), rng)),
    "small": lambda rng: str(rng.randint(1, 60)),
    "han": lambda rng: rng.choice("两三四五六七八九十"),
    "count": lambda rng: rng.choice(("单", "双", "三", "四", "八")),
    "letter": lambda rng: rng.choice("ABCEGKLMPRSTXZ"),
}


def number(bounds: Sequence[int], rng: random.Random) -> int:
    """Each length of number as often as the others: long ones are the hard ones to copy."""
    low, high = bounds
    digits = rng.randint(len(str(low)), len(str(high)))
    return rng.randint(max(low, 10 ** (digits - 1)), min(high, 10**digits - 1))


def look_up(rng: random.Random) -> Looked:
    """Some facts of one of the shapes in which a bot looks them up."""
    return rng.choices(_SHAPES, _SHARES)[0](rng)


def _thing(rng: random.Random) -> str:
    facts = wording("facts")
    first = rng.choice(facts["first"]) if rng.random() < 0.6 else ""
    kind = rng.choice(facts["kinds"]) if rng.random() < 0.5 else ""
    base = str(rng.choice(facts["things"]))
    spec = drawn(rng.choice(facts["spec"]), rng, {}) if rng.random() < 0.5 or not (first or kind) else ""
    return rng.choice((f"{first}{base}", f"{base}{first}", base)) + kind + spec


def _asked(asked: str, thing: str, rng: random.Random) -> str:
    return str(rng.choice(wording("facts")["question"])).format(asked=asked, thing=thing)


def _valued(attribute: Mapping[str, Any], thing: str, rng: random.Random) -> tuple[str, Point]:
    """A line of facts, and the point that asks for it."""
    value = f"{_amount(attribute, rng)}{attribute['unit']}"
    point = Point(
        question=_asked(rng.choice(attribute["asked"]), thing, rng),
        carried=(value,),
        thing=thing,
        called=rng.choice(attribute["called"]),
        value=value,
        says=tuple(attribute["says"]),
        state=attribute["state"],
    )
    return f"{thing}{attribute['name']}{value}", point


def _amount(attribute: Mapping[str, Any], rng: random.Random) -> str:
    """A number, of time now and then in words."""
    if attribute["unit"] in ("天", "个月", "分钟") and rng.random() < 0.4:
        count = rng.randint(2, 19)
        return _SPELT[count] if count < 10 else f"十{_SPELT[count - 10] if count > 10 else ''}".replace("两", "二")
    return str(number(attribute["range"], rng))


def _attributes(rng: random.Random) -> Looked:
    """Two to five values of one or two products."""
    things = [_thing(rng) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
    chosen = rng.sample(wording("facts")["attributes"], rng.randint(2, 5))
    rows = [_valued(one, rng.choice(things), rng) for one in chosen]
    return Looked(tuple(line for line, _ in rows), tuple(point for _, point in rows))


def _one_product(rng: random.Random) -> Looked:
    """A product's configuration and prices among another's; asked for a choice, the configuration, a price, an order."""
    facts = wording("facts")
    attributes = {one["name"]: one for one in facts["attributes"]}
    thing = _thing(rng)
    names = ["每月", *(name for name in ("每年", "包年省下") if rng.random() < 0.5)]
    rows = [_valued(attributes[name], thing, rng) for name in names]
    lines, points = [line for line, _ in rows], [point for _, point in rows]
    prices = {name: point for name, point in zip(names, points, strict=True) if name != "包年省下"}
    if rng.random() < 0.7:
        line, point = _planned(thing, rng)
        lines.append(line)
        points += [point, _of(facts["choice"], prices["每月"], "产品咨询", rng)]
    if rng.random() < 0.6:  # whose price is not the one asked for
        lines.append(_valued(attributes["每月"], _thing(rng), rng)[0])
    points.append(_of(facts["order"], prices.get("每年", prices["每月"]), "待下单", rng))
    rng.shuffle(lines)
    return Looked(tuple(lines), tuple(points))


def _planned(thing: str, rng: random.Random) -> tuple[str, Point]:
    """A product's configuration."""
    facts = wording("facts")
    plan = facts["plan"]
    parts = (drawn(part, rng, facts["parts"]) for part in rng.sample(plan["parts"], rng.randint(2, 4)))
    value = "、".join(dict.fromkeys(parts))
    question = _asked(rng.choice(plan["asked"]), thing, rng)
    point = Point(question, (value,), thing, rng.choice(plan["called"]), value, tuple(plan["says"]), state="产品咨询")
    return f"{thing}{plan['name']}：{value}", point


def _of(kind: Mapping[str, Any], price: Point, state: str, rng: random.Random) -> Point:
    """A choice or an order, answered with a product and its price."""
    parts = wording("facts")["parts"]
    says = tuple(drawn(one, rng, parts) for one in kind["says"])
    asked = rng.choice(kind["asked"])
    question = asked if rng.random() < 0.5 or state != "待下单" else f"{price.thing}{asked}"
    return Point(question, (price.thing, price.value), price.thing, price.called, price.value, says, state=state)


def _capabilities(rng: random.Random) -> Looked:
    """One to three sentences of what the house can do, sometimes among values."""
    names = rng.sample(sorted(wording("facts")["capabilities"]), rng.choice((1, 1, 1, 2, 3)))
    rows = [_capability(name, rng) for name in names]
    if rng.random() < 0.25:
        more = _attributes(rng)
        rows += list(zip(more.lines, more.points, strict=True))[:2]
    return Looked(tuple(line for line, _ in rows), tuple(point for _, point in rows))


def _capability(name: str, rng: random.Random) -> tuple[str, Point]:
    """A line of facts, and the point that asks for it by its name or round about."""
    facts = wording("facts")
    can = rng.random() < 0.85
    text = drawn(rng.choice(facts["texts"]), rng, facts["parts"]) if can else str(rng.choice(facts["missing"]))
    named = str(rng.choice(facts["named"])).format(name=name)
    question = rng.choice(facts["capabilities"][name]) if rng.random() < 0.5 else named
    says = () if can else tuple(facts["refused"])
    state = rng.choice(("产品咨询", "售后", "新客户", "待下单"))
    line = f"{name}：支持，{text}" if can and rng.random() < 0.5 else f"{name}：{text}"
    return line, Point(question, (text,), says=says, name=name, text=text, state=state)


_SHAPES = (_attributes, _one_product, _capabilities)
_SHARES = (0.4, 0.33, 0.27)
