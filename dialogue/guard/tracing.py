"""Every figure of a sentence traced to its source: a figure without one was made up."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dialogue.facts import Facts
from dialogue.guard.aspects import aspects, tells_saving
from dialogue.guard.context import GuardContext, LookedUp
from dialogue.guard.figures import Figure, figures, new_figures
from dialogue.guard.grams import pairs_of
from dialogue.guard.negation import is_denied
from dialogue.guard.reading import Reading
from dialogue.guard.sources import Source, around, beyond_budget, differences, mentions, of_context, of_facts, of_row
from dialogue.guard.units import unit_of
from dialogue.guard.worked_out import worked_out

_SIZES = ("gb", "mbps", "cores", "concurrency", "count")
_OWN_WORDS = re.compile(r"预算|您(?:刚才|刚刚|刚|之前|前面|一开始|上次)?(?:是)?(?:说|提|讲|报|要|想|给|问|需要|用的|现在)")
"""Before a figure: it is told as the customer's, not as the seller's."""
_ASKED = re.compile(r"[^。！!]*[?？吗]|[^。！!]*(?:对吧|是吧|对不)")
"""Behind a figure: the sentence asks him whether he means it."""
_OWN_BEHIND = re.compile(r"(?:左右|以内|上下|块钱?|元)?的?(?:预算|价位)")
_SURE = re.compile(r"必|保证|包|准|一定|肯定|绝对|打包票")
_PERIOD_OF_PRICE = frozenset(("contract",))
"""What one month or one year may be of without being a figure: 包年, 付一个月."""
_PRICE_BEHIND = re.compile(r"(?:是|才|只要?|就|也就?|收|要|一?共|总共|合计|能|可以|省)*[¥\d一二两三四五六七八九]")
_PRICE_AHEAD = re.compile(r"[元块钱\d一二两三四五六七八九十百千万]$")
_OF_MONEY = re.compile(r"[元块价费钱租付买签续订省算贵]|便宜|合同|预算|套餐|每")
_FULL = re.compile(r"[满足到过够]了?$")
_RATE = re.compile(r"(?:大概|大约|约|来|是|收|要|练|去|做|出|报)*(?:[¥\d二两三四五六七八九十几多]|一(?!定|直|样|般|起|切|律))")
_PRICED = re.compile(r"[元块钱]$")
_LOST = re.compile(r"(?:等|停|排|拖|断|耽误|折腾|跑|催|吵)了?(?:整整|足足)?$")
"""Before a time: it is what the customer lost."""
_SHARED = 2
"""Characters that show that a figure is of the same thing as one in the bot's own text."""
_CLOSE = 1e-6
_NEAR = 0.05
"""差不多五百 may be 5 % off."""
_LEAST_BELOW = 0.8
"""不到五百 is said of 400 or more."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A spoken figure, its words, and where it comes from (None: from nowhere)."""

    figure: Figure
    words: str
    source: Source | None
    held: bool = False
    """Without a source: whether the texts hold it of something that the sentence does not name, or it can be worked out."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that may be spoken of in one reply."""

    sources: tuple[Source, ...]
    named: Mapping[str, tuple[str, ...]]
    """Rows by their names, where there are several."""
    rates: frozenset[str] = frozenset()
    """Units of time that the facts price by (小时 of 每小时六十元)."""
    customers: frozenset[str] = frozenset()
    """Pairs of characters of what the customer told of himself: his name is no unknown word."""

    def has_row_with(self, kind: str) -> bool:
        return any(source.kind == kind and source.origin == "row" for source in self.sources)


class Tracer:
    """Traces figures to the facts of one bot. Thread safe."""

    def __init__(self, facts: Facts, own: Iterable[str] = (), rates: frozenset[str] = frozenset()) -> None:
        """`own` are responses, `rates` the units by which any of the bot's texts prices (units.rates_of)."""
        self._always = of_facts(facts, own)
        self._rates = rates
        self._of_row = functools.lru_cache(maxsize=4096)(_row_sources)

    def ledger(self, context: GuardContext) -> Ledger:
        """What this reply may speak of; worth keeping for its sentences."""
        rows = (source for row in context.rows for source in self._of_row(_Hashed(row)))
        sums = (*differences(context.rows), *beyond_budget(context))
        sources = (*self._always, *rows, *sums, *of_context(context))
        named = _names(context.rows) if len(context.rows) > 1 else {}
        return Ledger(sources, named, self._rates, pairs_of(map(str, context.slots.values())))


def _names(rows: Iterable[LookedUp]) -> dict[str, tuple[str, ...]]:
    """The wordings that name each row and no other."""
    listed = {row.name: mentions(row) for row in rows}
    times = Counter(name for names in listed.values() for name in names)
    return {row: tuple(name for name in names if times[name] == 1) for row, names in listed.items()}


@dataclass(frozen=True, slots=True, eq=False)
class _Hashed:
    """A row by its identity: rows are read once and kept as long as the bot's facts."""

    looked_up: LookedUp

    def __hash__(self) -> int:
        return hash((self.looked_up.table, id(self.looked_up.row)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and self.looked_up.row is other.looked_up.row


def _row_sources(hashed: _Hashed) -> tuple[Source, ...]:
    return of_row(hashed.looked_up)


def trace(reading: Reading, ledger: Ledger) -> tuple[Traced, ...]:
    """The figures of what is new in a reading, each with its source; those that are denied state nothing and are left out."""
    stated = (one for one in new_figures(reading) if not is_denied(reading, one.start, one.end))
    meant = (one for one in stated if not one.vague or aspects(reading, one))
    return tuple(_traced(reading, one, ledger) for one in meant)


def _traced(reading: Reading, figure: Figure, ledger: Ledger) -> Traced:
    source = _source(reading, figure, ledger)
    return Traced(figure, reading.text[figure.start : figure.end], source, source is None and _is_held(reading, figure, ledger))


def _is_held(reading: Reading, figure: Figure, ledger: Ledger) -> bool:
    """Whether the texts have the figure, and nothing says that it is of another thing: then what it means decides."""
    spoken = aspects(reading, figure)
    money = figure.kind in ("yuan", "plain") and not figure.aspect
    row = _row_meant(reading, figure, ledger.named) if money else ""
    beside = [
        source
        for source in ledger.sources
        if source.origin != "customer"
        and "saving" not in source.aspects
        and not (spoken - source.aspects if source.aspects or not money else ())
        and (not row or not source.row or source.row == row)
        and (source.kind in ("yuan", "plain") if money else source.raw != 1)
    ]
    said = any(_fits(figure.kind, one, figure.aspect) and abs(one.value - figure.value) < _CLOSE for one in beside)
    return figure.bound != "range" and (said or worked_out(reading.text, figure, beside))


def _source(reading: Reading, figure: Figure, ledger: Ledger) -> Source | None:
    spoken = aspects(reading, figure)
    one_month = figure.kind == "months" and figure.raw == 1
    if (
        (one_month and _is_period(reading, figure, spoken))
        or _is_rate(reading, figure, ledger.rates)
        or _is_repeated(reading, figure, ledger)
    ):
        return Source("months", figure.value, "a period", "told", figure.raw)
    kind = "yuan" if figure.kind == "plain" and spoken and not figure.aspect else figure.kind
    row = _row_meant(reading, figure, ledger.named) if kind == "yuan" else ""
    fitting = (
        source
        for source in ledger.sources
        if _fits(kind, source, figure.aspect)
        and _agrees(figure, source)
        and _is_of(reading, figure, spoken, source)
        and (not row or not source.row or source.row == row)
        and (source.origin != "customer" or _is_own(reading, figure, spoken, ledger))
    )
    return next(fitting, None)


def _is_period(reading: Reading, figure: Figure, spoken: frozenset[str]) -> bool:
    """Whether one month or year is that of a price or a contract: 一年是190元, 79元一个月, 先付一个月."""
    if _PRICE_BEHIND.match(reading.text, figure.end) or _PRICE_AHEAD.search(reading.text[: figure.start]):
        return True
    sentence = reading.text[reading.sentence_start(figure.start) :]
    return (bool(spoken) and spoken <= _PERIOD_OF_PRICE) or (not spoken and bool(_OF_MONEY.search(sentence)))


def _is_rate(reading: Reading, figure: Figure, rates: frozenset[str]) -> bool:
    """Whether one day or hour is that of a price or habit (一天一百五, 一周来两趟), or the customer lost that time (等了一天).

    Behind a price (六十块一个小时) the facts must price by that unit.
    """
    if figure.kind != "hours":
        return False
    ahead = reading.text[: figure.start]
    if _LOST.search(ahead):
        return True
    if figure.raw != 1 or figure.aspect == "day":
        return False
    priced = _PRICED.search(ahead) and unit_of(reading.text[figure.start : figure.end]) in rates
    return bool(priced or _RATE.match(reading.text, figure.end))


def _is_repeated(reading: Reading, figure: Figure, ledger: Ledger) -> bool:
    """没满一年 behind 合约是一年: the same figure once more, where the first has its source."""
    if figure.kind not in ("hours", "months") or not _FULL.search(reading.text[: figure.start]):
        return False
    before = (one for one in figures(reading.text[: figure.start]) if (one.kind, one.value) == (figure.kind, figure.value))
    return any(_source(reading, one, ledger) is not None for one in before)


def _fits(kind: str, source: Source, counted: str) -> bool:
    if kind == "plain" and counted:
        return source.kind in ("any", "plain", "count")
    return kind in ("plain", source.kind) or source.kind in ("any", "plain")


def _agrees(figure: Figure, source: Source) -> bool:
    if figure.aspect == "day" and source.kind == "hours" and source.aspects:
        return source.value <= figure.value
    if figure.bound == "range" or source.spread:
        size = figure.size if figure.bound == "range" else 0.0
        return figure.value <= source.value + source.spread + _CLOSE and source.value <= figure.value + size + _CLOSE
    if abs(figure.value - source.value) < _CLOSE or (source.kind in ("any", "plain") and abs(figure.raw - source.raw) < _CLOSE):
        return True
    if figure.kind in ("hours", "months", "date", "percent", "discount"):
        return False
    value, said = source.value, figure.value
    match figure.bound:
        case "below":
            return _LEAST_BELOW * said <= value < said
        case "above":
            return said < value < said + figure.size
        case "about":
            return abs(value - said) <= _NEAR * said
        case _:
            return False


def _is_of(reading: Reading, figure: Figure, spoken: frozenset[str], source: Source) -> bool:
    """Whether figure and source are of the same thing, as far as words tell; a sure deadline must say of what it is."""
    if figure.bound == "range" and figure.kind in ("hours", "months"):
        return bool(spoken & source.aspects)
    if source.about:
        shared = source.about & around(reading, figure, whole=True)
        return len(shared) >= (1 if figure.kind == "date" else _SHARED)
    if "saving" in source.aspects and not tells_saving(reading, figure):
        return False
    if spoken & source.aspects or not source.aspects or _sums(spoken, source):
        return True
    first, last = reading.clause(figure.start)
    return not spoken and source.origin != "general" and not (figure.kind == "hours" and _SURE.search(reading.text[first:last]))


def _sums(spoken: frozenset[str], source: Source) -> bool:
    """一共 may stand before any sum, a month's or a year's."""
    return "total" in spoken and source.origin in ("computed", "row") and "saving" not in source.aspects


def _is_own(reading: Reading, figure: Figure, spoken: frozenset[str], ledger: Ledger) -> bool:
    """Whether a figure of the customer's may be said here: as his own, or where it is no claim of the seller's."""
    asked = _ASKED.match(reading.text, figure.end) is not None
    first = reading.sentence_start(figure.start) if asked else reading.clause(figure.start)[0]
    if _OWN_WORDS.search(reading.text[first : figure.start]) or _OWN_BEHIND.match(reading.text, figure.end):
        return True
    if figure.kind in _SIZES:
        return not ledger.has_row_with(figure.kind)
    return figure.kind == "months" and spoken <= {"contract"}


def _row_meant(reading: Reading, figure: Figure, named: Mapping[str, Iterable[str]]) -> str:
    """The row named last before a figure, where several were looked up."""
    ahead = reading.text[: figure.start]
    ends = {
        row: max((ahead.rfind(name) + len(name) for name in names if name in ahead), default=0) for row, names in named.items()
    }
    last = max(ends, key=lambda row: ends[row], default="")
    return last if last and ends[last] else ""
