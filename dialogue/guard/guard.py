"""The guard between any text and the caller: a sentence passes, or is stopped with the reason.

What a language model, or an action server, wants to say is checked sentence by sentence before it is heard: promises, figures,
address, manners, terms, personal data, leakage, obeyed injections, topics, and last what it means.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from dialogue.facts import Facts
from dialogue.guard.context import GuardContext
from dialogue.guard.denials import Denials
from dialogue.guard.evidence import Suspicions
from dialogue.guard.house_words import HouseWords
from dialogue.guard.leakage import Leakage
from dialogue.guard.manners import Manners
from dialogue.guard.meaning import Meaning
from dialogue.guard.private import OwnData, revealed, told_digits
from dialogue.guard.promises import Promises
from dialogue.guard.reading import Disguises, Reading, read
from dialogue.guard.topics import Topics
from dialogue.guard.tracing import Ledger, Traced, Tracer, trace
from dialogue.guard.units import rates_of
from dialogue.guard.words import general_words
from dialogue.guard_settings import GuardSettings

Kind = Literal["promise", "claim", "figure", "address", "term", "personal", "leakage", "injection", "rude", "topic"]

_SOUND = -2.0
_LAWFUL = -1.5
"""A sentence that weighs less means what the bot's own texts say, or nothing: then a wording proves no promise by itself (below
_SOUND), or a vague one does not (below _LAWFUL). Chosen on tests/data/guard and tests/data/guard_dev."""
_PLACEHOLDER = re.compile(r"\{(?P<name>\w+)\}")
_LONGEST = 160
"""Characters read at once: nobody speaks longer sentences, and a model that runs away must not hold up the call."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be heard. `kind` and `reason` say what is wrong with it, `words` are those that gave it away."""

    allowed: bool
    kind: Kind | None = None
    reason: str = ""
    words: str = ""


ALLOWED = Verdict(True)


class Guard:
    """Checks texts for one bot: its facts, its own wording, its settings. Thread safe.

    `own` are the texts that operators wrote (responses): what stands in them is no leak.
    """

    def __init__(self, facts: Facts, settings: GuardSettings | None = None, own: Iterable[str] = ()) -> None:
        self.settings = settings or GuardSettings()
        responses = list(own)
        texts = list(own_texts(facts, responses))
        self._own = OwnData.of(read(text).said for text in texts)
        self._own_text = "\n".join(read(text).text for text in texts)
        words = (*general_words().hidden(), *facts.promises.never, *self.settings.terms)
        self._disguises = Disguises.of(words)
        self._promises = Promises(facts, self._own_text.splitlines())
        self._meaning = Meaning(self._own_text.splitlines()) if self.settings.claims else None
        self._denials = Denials(facts)
        self._tracer = Tracer(facts, responses, rates_of(self._own_text))
        self._house = HouseWords(self.settings)
        self._leakage = Leakage(self._own_text)
        self._manners = Manners(self._own_text)
        self._topics = Topics(self.settings, self._own_text)

    def check(self, sentence: str, context: GuardContext, before: str = "", ledger: Ledger | None = None) -> Verdict:
        """Whether a sentence may be heard after `before`, what the same reply has said already."""
        known = ledger or self._tracer.ledger(context)
        for start in range(0, len(sentence), _LONGEST) or (0,):
            reading = read(sentence[start : start + _LONGEST], before + sentence[:start], self._disguises, context.dialect)
            verdict = next(self._faults(reading, context, known), ALLOWED)
            if not verdict.allowed:
                return verdict
        return ALLOWED

    def trace(self, sentence: str, context: GuardContext, before: str = "") -> tuple[Traced, ...]:
        """Every figure that a sentence states, with the row, term, promise, action or words that it comes from."""
        reading = read(sentence, before, self._disguises, context.dialect)
        return trace(reading, self._tracer.ledger(context))

    def ledger(self, context: GuardContext) -> Ledger:
        """The figures that a reply may name, made once for all its sentences."""
        return self._tracer.ledger(context)

    def _faults(self, reading: Reading, context: GuardContext, ledger: Ledger) -> Iterator[Verdict]:
        for words in self._leakage.leaked(reading, context, self._own_text):
            yield Verdict(False, "leakage", "tells of the model's own instructions or workings", words)
        for words in self._leakage.obeyed(reading):
            yield Verdict(False, "injection", "does what a caller ordered in place of its part", words)
        for words in self._manners.offended(reading):
            yield Verdict(False, "rude", "is rude to the customer", words)
        figures = trace(reading, ledger)
        weight = (
            0.0 if self._meaning is None else self._meaning.weigh(reading, self.suspicions(reading, figures), ledger.customers)
        )
        for what, words in self._promised(reading, weight):
            yield Verdict(False, "promise", f"promises what may not be promised: {what}", words)
        for kind, words in revealed(reading, context, self._own):
            yield Verdict(False, "personal", f"names personal data that this customer did not give: {kind}", words)
        for words, kind in self._made_up(reading, figures, context):
            yield Verdict(False, "figure", f"names a figure ({kind}) that no fact holds", words)
        for words in self._house.wrong_address(reading):
            yield Verdict(False, "address", "does not address the customer as 您", words)
        for words, right in self._house.wrong_terms(reading):
            yield Verdict(False, "term", f"this house says {right}", words)
        for words in self._topics.strayed(reading, everyday=weight > _SOUND):
            yield Verdict(False, "topic", "is nothing that this bot talks about", words)
        for words in self._denials.contradicted(reading):
            yield Verdict(False, "claim", "says of the house what its facts deny", words)
        if weight > 0:
            yield Verdict(False, "claim", "says what none of the bot's own texts says", reading.text[reading.start :])

    def suspicions(self, reading: Reading, figures: Collection[Traced]) -> Suspicions:
        """What lists, and `figures` of what its texts hold, have for and against a sentence."""
        worded, claimed = (any(True for _ in found(reading)) for found in (self._promises.worded, self._promises.claimed))
        loose = sum(one.source is None and one.held for one in figures)
        return Suspicions(worded, claimed, loose, sum(one.source is not None for one in figures))

    def _made_up(self, reading: Reading, figures: Iterable[Traced], context: GuardContext) -> Iterator[tuple[str, str]]:
        """Figures that nothing holds; those that something else in the texts has are left to what the sentence means."""
        for one in figures:
            held = one.source is not None or (one.held and self._meaning is not None)
            if not held and not told_digits(reading, context, one.figure.start, one.figure.end):
                yield one.words, one.figure.kind

    def _promised(self, reading: Reading, weight: float) -> Iterator[tuple[str, str]]:
        """Forbidden promises; the lawful meaning of a sentence excuses the vaguer wordings first."""
        yield from self._promises.listed(reading)
        if weight > _SOUND:
            yield from self._promises.worded(reading)
        if weight > _LAWFUL:
            yield from self._promises.claimed(reading)


def own_texts(facts: Facts, responses: Iterable[str]) -> Iterator[str]:
    """All that a bot says of itself: its responses, with the terms that they name filled in, and its facts."""
    for text in responses:
        yield _PLACEHOLDER.sub(lambda found: _term(facts, found), text)
    yield from facts_texts(facts)


def _term(facts: Facts, found: re.Match[str]) -> str:
    term = facts.terms.get(found["name"])
    return term if isinstance(term, str) else found.group()


def facts_texts(facts: Facts) -> Iterator[str]:
    """The texts of tables, terms and promises that may be made."""
    for table in facts.tables.values():
        for row in table.rows:
            cells = (cell for column, cell in row.items() if isinstance(cell, str) and "|" not in cell and column != "id")
            yield " ".join(cells)
    yield from (str(term) for term in facts.terms.values())
    yield from facts.promises.may
