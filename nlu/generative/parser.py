"""Text to Understanding by a language model's answer; where there is none that can be used, the classifiers answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from nlu.confidence import NONE
from nlu.entities.lookups import LookupFinder
from nlu.generative.answers import AnswerError, Marked, Part, Read, read
from nlu.generative.folder import Knowledge
from nlu.generative.likelihood import Weighed, label_shares
from nlu.generative.settling import calibrated
from nlu.text import fold, is_mark
from nlu.understanding import DialectParser, Entity, EntityValue, Guess, Need, Parser, Understanding

SOURCE = "generative"
LONGEST_TEXT = 400
"""Characters that are looked at, as by the classifiers."""


@dataclass(frozen=True, slots=True)
class Generated:
    """An answer as it was written; `tokens` make it up, with what was weighed in their place."""

    text: str
    tokens: tuple[Weighed, ...] = ()


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer, and a word why: late, resting, unreachable ..."""

    why: str


Outcome = Literal["answered", "refused", "unanswered"]
"""What became of a sentence: `refused` answers are unreadable or invent words."""


class Answerer(Protocol):
    """Who asks the model. Thread safe."""

    def answers(self, texts: Sequence[str]) -> Sequence[Generated | Unanswered]:
        """One for each text, in their order."""
        ...


def most_tokens(text: str) -> int:
    """An answer of more tokens says more than a sentence can mean: its words twice over, and what stands around them."""
    return 96 + 6 * len(text)


def _unnoted(outcome: Outcome, why: str) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True)
class GenerativeParser:
    """Understands by a model's answers. `otherwise` answers where the model does not; without it nothing is then understood.

    `noted` is told of each sentence what became of it and why; it must not raise. Thread safe.
    """

    knowledge: Knowledge
    answerer: Answerer
    otherwise: Parser | None = None
    noted: Callable[[Outcome, str], None] = _unnoted
    tables: LookupFinder = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", LookupFinder(self.knowledge.wordings))

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents that the model knows."""
        return tuple(intent for intent in self.knowledge.book.intents if intent != NONE)

    def parse(self, text: str) -> Understanding:
        """The needs and entities of one utterance."""
        return self._parsed([text], None)[0]

    def parse_in(self, text: str, dialect: str) -> Understanding:
        """The same of speech in a dialect, which only the classifiers are told."""
        return self._parsed([text], dialect)[0]

    def parse_many(self, texts: Sequence[str]) -> Sequence[Understanding]:
        """Understandings in the order of the texts."""
        return self._parsed(texts, None)

    def _parsed(self, texts: Sequence[str], dialect: str | None) -> list[Understanding]:
        asked = [at for at, text in enumerate(texts) if any(not (c.isspace() or is_mark(c)) for c in text[:LONGEST_TEXT])]
        answers = self.answerer.answers([fold(texts[at][:LONGEST_TEXT]) for at in asked]) if asked else ()
        found = [Understanding(text) for text in texts]
        for at, answer in zip(asked, answers, strict=True):
            found[at] = self._understood(texts[at], answer) or self._otherwise(texts[at], dialect)
        return found

    def _otherwise(self, text: str, dialect: str | None) -> Understanding:
        if self.otherwise is None:
            return Understanding(text)
        if dialect is not None and isinstance(self.otherwise, DialectParser):
            return self.otherwise.parse_in(text, dialect)
        return self.otherwise.parse(text)

    def _understood(self, text: str, answer: Generated | Unanswered) -> Understanding | None:
        """None where the answer can't be used."""
        if isinstance(answer, Unanswered):
            self.noted("unanswered", answer.why)
            return None
        try:
            found = read(answer.text, fold(text[:LONGEST_TEXT]), self.knowledge.book)
        except AnswerError as fault:
            self.noted("refused", str(fault))
            return None
        self.noted("answered", "with invented entities" if found.invented else "")
        return self._meaning(text, answer, found)

    def _meaning(self, text: str, answer: Generated, found: Read) -> Understanding:
        sure: list[Need] = []
        entities: list[Entity] = []
        rankings: list[tuple[Guess, ...]] = []
        for part in found.parts:
            own = tuple(self._entity(text, one) for one in part.entities)
            entities += own
            ranking = self._ranking(answer, part)
            rankings.append(tuple(guess for guess in ranking if guess.intent != NONE))
            best = ranking[0]
            if best.intent != NONE and best.confidence >= self.knowledge.threshold:
                sure.append(Need(best.intent, best.confidence, own, part.start, part.end))
        ranking = _together(rankings, sure)
        confidence = min(need.confidence for need in sure) if sure else (ranking[0].confidence if ranking else 0.0)
        return Understanding(text, tuple(sure), tuple(entities), confidence, ranking)

    def _ranking(self, answer: Generated, part: Part) -> tuple[Guess, ...]:
        """All intents of a part, likeliest first; what was written alone where the server tells no odds."""
        book = self.knowledge.book
        shares = label_shares(answer.tokens, part.at, book.intent_codes)
        if not shares:
            return (Guess(part.intent, 1.0),)
        intents = {book.intent_of[code]: share for code, share in shares.items()}
        weighed = calibrated(intents, self.knowledge.calibration)
        return tuple(Guess(intent, round(weighed[intent], 4)) for intent in sorted(weighed, key=lambda one: -weighed[one]))

    def _entity(self, text: str, one: Marked) -> Entity:
        words = text[one.start : one.end]
        kind = one.kind
        value = self._value(kind.entity, words, one.value)
        return Entity(kind.entity, value, words, one.start, one.end, SOURCE, 1.0, kind.role or None, kind.group or None)

    def _value(self, entity: str, words: str, written: EntityValue) -> EntityValue:
        """What the tables say of the words; else what the model wrote, where training knew that value; else the words."""
        told = self.tables.value_of(entity, fold(words))
        if told is not None:
            return told
        known = {str(value): value for value in self.knowledge.values.get(entity, ())}
        if str(written) in known:
            return known[str(written)]
        if known and all(isinstance(value, (int, float)) for value in known.values()):
            return _number(str(written), words)
        return words


def _number(written: str, words: str) -> EntityValue:
    try:
        value = float(written)
    except ValueError:
        return words
    return int(value) if value.is_integer() else value


def _together(rankings: Sequence[tuple[Guess, ...]], needs: Sequence[Need]) -> tuple[Guess, ...]:
    """Every intent with its likeliest part, best first; the first need leads, as in the classifiers' rankings."""
    best: dict[str, float] = {}
    for guess in (one for ranking in rankings for one in ranking):
        best[guess.intent] = max(guess.confidence, best.get(guess.intent, 0.0))
    ordered = tuple(Guess(intent, best[intent]) for intent in sorted(best, key=lambda one: -best[one]))
    if not needs:
        return ordered
    first = Guess(needs[0].intent, needs[0].confidence)
    return (first, *(guess for guess in ordered if guess.intent != first.intent))
