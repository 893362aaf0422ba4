"""What documents may name and list: single values, and blocks of entries; texts, ready to be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from dialogue.actions.criteria import number
from dialogue.actions.look_up import total_of
from dialogue.actions.settings import Pricing
from dialogue.after_call.account import Account, Wish
from dialogue.after_call.house import NAME, House, asked_slots, clean
from dialogue.after_call.scoring import Score, steps_of
from dialogue.asked import AskedNeed
from dialogue.events import BotUttered, UserUttered
from dialogue.facts import ID
from dialogue.guard.context import LookedUp
from dialogue.responses import fill_in, placeholders, readable
from dialogue.slots import filled_by

Entry = Mapping[str, str]
Reader = Callable[[str], str]
"""What a reader gets to see of a text that came from the client."""
_MONEY = "_yuan"
_PRICE = "price"


@dataclass(frozen=True, slots=True)
class Material:
    """`values` by name, `blocks` by name: see settings.Block."""

    values: Mapping[str, str]
    blocks: Mapping[str, tuple[Entry, ...]]


def material_of(account: Account, score: Score, house: House, shown: Reader = clean) -> Material:
    """All that can be written of an account; `shown` is applied to what the client said."""
    values = dict(_values(account, score, house, shown))
    steps = steps_of(account, house.settings.steps, house.bot.facts.terms)
    filled = _distinct(known_text(step, values) for step in steps)
    values["next_step"] = filled[0] if filled else ""
    blocks: dict[str, Iterable[Entry]] = {
        "contact": _contact(account, house, shown),
        "needs": _needs(account, house, shown),
        "requirements": _requirements(account, house, shown),
        "rows": _rows(account, house),
        "totals": _totals(account, house),
        "answers": _answers(account, house),
        "told": _told(account),
        "promises": ({"text": text} for text in house.bot.facts.promises.may),
        "open_points": ({"text": text} for text in open_points(account, house, shown)),
        "steps": ({"text": text} for text in filled),
        "signals": _signals(score, shown),
        "moods": ({"turn": str(m.turn), "score": readable(m.score), "words": shown(m.words)} for m in account.moods),
        "transcript": _transcript(account, house, shown),
        "notes": ({"text": text} for text in notes(account, house)),
    }
    return Material(values, {name: tuple(entries) for name, entries in blocks.items()})


def _distinct(steps: Iterable[str]) -> list[str]:
    """The steps without those that an earlier one says, too."""
    found: list[str] = []
    for step in steps:
        if step and not any(step in earlier for earlier in found):
            found.append(step)
    return found


def known_text(template: str, values: Mapping[str, str]) -> str:
    """The template filled in; '' where it names something that is not known."""
    return fill_in(template, values.get) if all(values.get(name) for name in placeholders(template)) else ""


def _values(account: Account, score: Score, house: House, shown: Reader) -> Iterator[tuple[str, str]]:
    session, texts = account.session, house.settings.texts
    for key, term in house.bot.facts.terms.items():
        yield key, readable(term)
    for name, slot in account.state.slots.items():
        yield name, shown(house.value(name, slot.value))
    began = datetime.fromtimestamp(session.began_at)
    minutes = max(round((session.ended_at - session.began_at) / 60), 1)
    name = shown(_name(account, house))
    yield "client", fill_in(texts["surname"], {"name": name}.get) if len(name) == 1 else name or texts["nobody"]
    yield "date", f"{began.year}年{began.month}月{began.day}日"
    yield "began", f"{began:%H:%M}"
    yield "minutes", fill_in(texts["minutes"], {"minutes": minutes}.get)
    yield "channel", texts.get(f"channel_{session.channel}", session.channel)
    yield "ended", texts.get(f"ended_{session.ended}", session.ended or "")
    yield "turns", str(account.turns)
    yield "dialects", "、".join(dict.fromkeys(one.dialect for one in session.events if isinstance(one, UserUttered)))
    yield "score", readable(score.points)
    yield "grade", score.grade
    yield "satisfaction", _satisfaction(account, house)
    yield "hand_over", clean(account.handed_over or "")
    yield "conversation", clean(session.conversation)


def _name(account: Account, house: House) -> str:
    """What the client is called: the slot that names of people fill."""
    slots = filled_by(house.bot.domain, house.bot.pipeline.person or "")
    names = [house.value(slot, value.value) for slot, value in account.contact.items() if slot in slots]
    return names[0] if names else ""


def _satisfaction(account: Account, house: House) -> str:
    if not account.moods:
        return house.settings.texts["no_score"]
    scores = [mood.score for mood in account.moods]
    return fill_in(house.settings.texts["score"], {"score": scores[-1], "worst": min(scores)}.get)


def _contact(account: Account, house: House, shown: Reader) -> Iterator[Entry]:
    for slot, value in account.contact.items():
        yield {
            "label": house.label(slot),
            "value": shown(house.value(slot, value.value)),
            "words": shown(value.words),
            "turn": _turn(account, value.turn),
        }


def _needs(account: Account, house: House, shown: Reader) -> Iterator[Entry]:
    for need in account.needs:
        yield {
            **_need(account, need, house, shown),
            "need": house.label(need.intent),
            "status": house.settings.texts.get(f"status_{need.status}", need.status),
        }


def _need(account: Account, need: AskedNeed, house: House, shown: Reader) -> dict[str, str]:
    return {"turn": _turn(account, need.turn), "words": shown(clean(need.words)) or house.label(need.intent)}


def _requirements(account: Account, house: House, shown: Reader) -> Iterator[Entry]:
    for wish in account.wishes:
        yield {
            "configuration": _configuration(wish.configuration, house),
            "label": house.label(wish.slot),
            "value": shown(house.value(wish.slot, wish.value.value) + _period(wish, account, house)),
            "words": shown(clean(wish.value.words)),
            "turn": _turn(account, wish.value.turn) if wish.value.words else "",
        }


def _period(wish: Wish, account: Account, house: House) -> str:
    """What a number of periods counts: years or months; '' of everything else."""
    priced = (one.pricing for one in house.bot.settings.actions.values() if one.pricing is not None)
    pricing = next((one for one in priced if one.count == wish.slot), None)
    if pricing is None:
        return ""
    same = (one for one in account.wishes if one.slot == pricing.period and one.configuration == wish.configuration)
    return next((house.settings.texts.get(f"period_{one.value.value}", "") for one in same), "")


def _rows(account: Account, house: House) -> Iterator[Entry]:
    for standing in account.standing:
        yield {**row_entry(standing.row, house), "configuration": _configuration(standing.configuration, house)}


def row_entry(row: LookedUp, house: House) -> dict[str, str]:
    """A row's columns, its prices in words, and where it stands."""
    cells = {column: readable(cell) for column, cell in row.row.items()}
    prices = [
        fill_in(house.settings.texts["price"], {"label": house.label(column), "price": cells[column]}.get)
        for column in cells
        if _is_price(column) and cells[column]
    ]
    specs = cells.get("specs") or "、".join(
        cell
        for column, cell in cells.items()
        if isinstance(row.row[column], str) and column not in (ID, NAME) and not _is_id(cell)
    )
    return {
        **cells,
        "name": cells.get(NAME) or cells.get(ID, ""),
        "specs": specs,
        "prices": "，".join(prices),
        "source": _place(row),
    }


def _is_price(column: str) -> bool:
    return column.startswith(_PRICE) and column.endswith(_MONEY)


def _is_id(cell: str) -> bool:
    """Whether a cell is for programs: ids and lists of them."""
    return not cell or cell.isascii() or "|" in cell


def _place(row: LookedUp) -> str:
    return f"{row.table}.csv {row.row.get(ID)}"


def _totals(account: Account, house: House) -> Iterator[Entry]:
    """A row's price for the periods that were asked for; the sums of the prices, where several rows of one table stand."""
    rows = [standing.row for standing in account.standing]
    for pricing, row in _priced(rows, house):
        total = total_of(row.row, pricing, account.state)
        if total is not None:
            period = house.settings.texts.get(f"period_{account.state.value(pricing.period)}", "")
            known = {"name": row.row.get(NAME), "count": total["count"], "period": period}
            yield {"label": fill_in(house.settings.texts["total"], known.get), "value": readable(total["total_yuan"])}
    if len(rows) < 2 or len({row.table for row in rows}) > 1:
        return
    for column in rows[0].row:
        cells = [number(row.row.get(column)) for row in rows]
        if _is_price(column) and all(cell is not None for cell in cells):
            yield {"label": house.label(column), "value": readable(float(sum(cell for cell in cells if cell is not None)))}


def _priced(rows: list[LookedUp], house: House) -> Iterator[tuple[Pricing, LookedUp]]:
    """The only row that stands, with how its table is priced; of several, nobody said which the periods are for."""
    settings = (one for one in house.bot.settings.actions.values() if one.pricing is not None)
    for action in settings:
        if len(rows) == 1 and action.table == rows[0].table and action.pricing is not None:
            yield action.pricing, rows[0]
            return


def _answers(account: Account, house: House) -> Iterator[Entry]:
    """The rows without prices of which the bot said something: what it can do, what it works with."""
    seen: set[str] = set()
    for told in account.told:
        for row, column in house.rows_in(told.text):
            if row.name not in seen and not any(_MONEY in name for name in row.row):
                seen.add(row.name)
                yield {"name": str(row.row.get(NAME) or row.row.get(ID)), "text": str(row.row[column]), "source": _place(row)}


def _told(account: Account) -> Iterator[Entry]:
    for told in account.told:
        yield {"turn": _turn(account, told.turn), "text": clean(told.text), "sources": "；".join(map(str, told.sources))}


def open_points(account: Account, house: House, shown: Reader = clean) -> Iterator[str]:
    """What a person has to look at: needs without an answer, what forms still wanted, figures that no fact holds."""
    texts = house.settings.texts
    for status in ("open", "refused"):
        for need in account.needs:
            if need.status == status:
                yield fill_in(texts[f"{status}_need"], _need(account, need, house, shown).get)
    if account.lead is None and account.state.active_loop is not None:
        for slot in sorted(asked_slots(house.bot.domain)):
            if account.state.value(slot) is None:
                yield fill_in(texts["missing_slot"], {"label": house.label(slot)}.get)
    yield from notes(account, house)


def notes(account: Account, house: House) -> Iterator[str]:
    """What the house should know of the bot's own words."""
    texts = house.settings.texts
    for told in account.told:
        for words in told.unsourced:
            known = {"turn": _turn(account, told.turn), "words": words, "text": clean(told.text)}
            yield fill_in(texts["unsourced"], known.get)
    for blocked in account.blocked:
        yield fill_in(texts["blocked"], {"reason": clean(blocked.reason)}.get)


def _signals(score: Score, shown: Reader) -> Iterator[Entry]:
    for reason in score.reasons:
        turn = str(reason.turn) if reason.turn else ""
        yield {"says": reason.says, "points": f"{reason.points:+g}", "turn": turn, "words": shown(clean(reason.words))}


def _transcript(account: Account, house: House, shown: Reader) -> Iterator[Entry]:
    turn = 0
    for event in account.session.events:
        if isinstance(event, UserUttered):
            turn += 1
            yield {"turn": str(turn), "who": house.settings.texts["who_user"], "text": shown(clean(event.text))}
        elif isinstance(event, BotUttered) and event.text:
            yield {"turn": str(turn), "who": house.settings.texts["who_bot"], "text": clean(event.text)}


def _configuration(name: str, house: House) -> str:
    return f"{house.settings.texts['configuration']}{name}" if name else ""


def _turn(account: Account, absolute: int) -> str:
    return str(account.turn(absolute))
