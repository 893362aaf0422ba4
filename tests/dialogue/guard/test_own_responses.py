"""The sample bot's own responses, filled in from its facts: written by operators, so that the guard has nothing to say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialogue.bot_files import load_bot
from dialogue.guard import GuardContext, LookedUp, Verdict, guard_of, guarded
from dialogue.responses import fill_in, placeholders
from dialogue.spoken import sentences

BOT = load_bot(Path(__file__).parents[3] / "examples" / "cloud_sales")
GUARD = guard_of(BOT)
TABLES = BOT.facts.tables
COMPUTED = {"count": 3, "total_yuan": 14070, "choices": 13}
SAID = {
    "said": "杭州",
    "dropped": "异地备份",
    "first": "问价格",
    "second": "申请试用",
    "budget_yuan": 300,
    "phone": "13800001111",
}
FIRST, SECOND = TABLES["prices"].row("cs-4c8g"), TABLES["prices"].row("cs-8c16g")
LARGEST = {f"largest_{key}": value for key, value in TABLES["prices"].rows[-1].items()}


def filled(template: str) -> Iterator[tuple[str, GuardContext]]:
    """The words for each row of the table that the template is about."""
    names = set(placeholders(template))
    known: dict[str, Any] = {**BOT.facts.terms, **SAID, **COMPUTED}
    slots = {"budget_yuan": 300, "phone": "13800001111"}
    if names <= set(known):
        yield fill_in(template, known.get), GuardContext(values=COMPUTED, slots=slots)
        return
    assert FIRST is not None
    assert SECOND is not None
    pair = {**{f"first_{key}": cell for key, cell in FIRST.items()}, **{f"second_{key}": cell for key, cell in SECOND.items()}}
    if names <= set(pair):
        yield fill_in(template, pair.get), GuardContext(rows=(LookedUp("prices", FIRST), LookedUp("prices", SECOND)))
        return
    for table in TABLES.values():
        for row in table.rows[::5]:
            values = {**known, **LARGEST, **row}
            if names <= set(values) and all(values[name] is not None for name in names):
                yield fill_in(template, values.get), GuardContext((LookedUp(table.name, row),), {**COMPUTED, **LARGEST}, slots)


@pytest.mark.parametrize("name", sorted(set(BOT.domain.responses) - {"utter_together"}))
def test_no_response_of_the_sample_bot_is_stopped(name: str) -> None:
    stopped: list[tuple[str, Verdict]] = []
    heard = 0
    for variation in BOT.domain.responses[name]:
        for text, context in filled(variation.text):
            heard += 1
            list(guarded(sentences(text), GUARD, context, lambda verdict, text=text: stopped.append((text, verdict))))
    assert heard
    assert stopped == []
