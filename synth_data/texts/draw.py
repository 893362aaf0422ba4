"""Draws sentences: a template, put in other words, in the dialect's words, filled, joined; never one of the other split."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth_data.texts.exclude import fold
from synth_data.texts.general import general_words
from synth_data.texts.grammar import SMALL, STANDARD, Grammar, GrammarError, Kinds, Sentence, Template, is_reserved
from synth_data.texts.paraphrase import in_other_numbers, paraphrase
from synth_data.texts.settings import Wording, wording_of
from synth_data.texts.splits import CHOICE, SLOT, Split, split_of_sentence, split_of_slots
from synth_data.texts.wording import rewording_of

ALWAYS_TRAIN, WORDS, DIGITS, JOINS, FILLERS = "always_train", "words", "digits", "joins", "fillers"
FILLER_SHARE = 0.22
VALUES = 0.35
"""Of the words without sense, the share that are values of slots."""
TRIES, FILL_TRIES = 400, 20
LONGEST_PART = 18
"""Characters of one need among several; longer ones are said alone."""
KINDS = ("single", "compound", "small", "words", "digits")


@dataclass(frozen=True, slots=True)
class Source:
    """Where sentences come from. `paraphrase` is the share of them put in other words; with `dialect_words` those of a dialect's
    speakers are put into its words as often as texts.settings.WORDING says; `general_words` is the share of everyday words among
    those without sense."""

    grammar: Grammar
    paraphrase: float = 0.0
    dialect_words: bool = False
    general_words: float = 0.0

    def sample(self, rng: np.random.Generator, dialect: str, split: Split, kinds: Kinds) -> Sentence:
        """One sentence of the split; never a reserved one. Raises GrammarError when the grammar cannot give one."""
        for _ in range(TRIES):
            sentence = self._draw(rng, dialect, split, kinds)
            if sentence is None or is_reserved(fold(sentence.text), self.grammar.reserved):
                continue
            if self._belongs(sentence, split):
                return sentence
        raise GrammarError(f"the grammar gave no free sentence for {dialect} ({split}) in {TRIES} tries")

    def _belongs(self, sentence: Sentence, split: Split) -> bool:
        """Words of the lists are for training to hear, whatever their hash."""
        if sentence.template in (WORDS, DIGITS, ALWAYS_TRAIN):
            return split == "train" or not self._is_listed(sentence.written)
        if self._is_listed(sentence.written):
            return split == "train"
        return split_of_sentence(fold(sentence.text)) == split

    def _draw(self, rng: np.random.Generator, dialect: str, split: Split, kinds: Kinds) -> Sentence | None:
        weights = np.array([getattr(kinds, name) for name in KINDS])
        kind = KINDS[int(rng.choice(len(KINDS), p=weights / weights.sum()))]
        match kind:
            case "words":
                return self._words(rng, dialect, split)
            case "digits":
                return self._digits(rng, split)
            case "small":
                return self._small(rng, dialect, split)
        count = 1 if kind == "single" else int(rng.choice([2, 3], p=[0.7, 0.3]))
        worded = [(self._worded if count == 1 else self._part)(rng, dialect, split) for _ in range(count)]
        for _ in range(FILL_TRIES):
            parts = [self._fill(text, template, rng) for text, template in worded]
            slots = ";".join(part.slots for part in parts if part.slots)
            if not slots or split_of_slots(slots) == split:
                break
        else:
            return None
        joins = [_pick(rng, self.grammar.words(JOINS, dialect)) for _ in parts[1:]]
        text = parts[0].text + "".join(f"，{join}{part.text}" for join, part in zip(joins, parts[1:], strict=True))
        return Sentence(self._filler(rng, dialect) + text, "+".join(part.template for part in parts), slots)

    def _part(self, rng: np.random.Generator, dialect: str, split: Split) -> tuple[str, Template]:
        """One need of several in a sentence: short, and not itself several."""
        for _ in range(FILL_TRIES):
            text, template = self._worded(rng, dialect, split)
            if len(SLOT.sub("某某", text)) <= LONGEST_PART and "+" not in template.intent:
                break
        return text, template

    def _worded(self, rng: np.random.Generator, dialect: str, split: Split, small: bool = False) -> tuple[str, Template]:
        """A sentence whose choices are taken, and its template: the dialect's own, or Mandarin put into its words."""
        name = f"{SMALL}@{{}}" if small else "{}"
        wording = wording_of(dialect)
        own = self.grammar.of(name.format(dialect), split)
        if own and dialect != STANDARD and rng.random() < wording.own:
            template = _pick(rng, own)
            return _chosen(template.text, rng), template
        standard = self.grammar.of(name.format(STANDARD), split)
        if not standard:
            raise GrammarError(f"texts: no template for {split}; name a bot with more examples, or another grammar")
        template = _pick(rng, standard)
        text = _chosen(template.text, rng)
        if rng.random() < self.paraphrase:
            text = paraphrase(text, rng)
        return self._in_dialect(text, dialect, wording, rng), template

    def _in_dialect(self, text: str, dialect: str, wording: Wording, rng: np.random.Generator) -> str:
        rewording = rewording_of(dialect) if self.dialect_words else None
        if rewording is None or rng.random() >= wording.reworded:
            return text
        return rewording.reword(text, float(rng.uniform(*wording.strength)), rng)

    def _fill(self, text: str, template: Template, rng: np.random.Generator) -> Sentence:
        values: list[str] = []

        def value(match: re.Match[str]) -> str:
            chosen: str = phone_number(rng) if match[1] == "phone" else _pick(rng, self.grammar.values(match[1]))
            values.append(f"{match[1]}={chosen}")
            return in_other_numbers(chosen, rng) if rng.random() < self.paraphrase else chosen

        return Sentence(SLOT.sub(value, text), template.id, ";".join(values))

    def _small(self, rng: np.random.Generator, dialect: str, split: Split) -> Sentence | None:
        if split == "train" and rng.random() < 0.4:
            return Sentence(_pick(rng, self.grammar.lists[ALWAYS_TRAIN]), ALWAYS_TRAIN)
        sentence = self._fill(*self._worded(rng, dialect, split, small=True), rng)
        if sentence.slots and split_of_slots(sentence.slots) != split:
            return None
        return Sentence(self._filler(rng, dialect) + sentence.text, sentence.template, sentence.slots)

    def _words(self, rng: np.random.Generator, dialect: str, split: Split) -> Sentence | None:
        """A string of words without sense, so that the sound must be heard."""
        lists = self.grammar.lists
        words = [*lists[WORDS], *lists.get(f"{WORDS}@{dialect}", ()) * 3]
        values = [value for slot in self.grammar.slots.values() for value in slot]
        count = int(rng.choice([1, 2, 3, 4, 5, 6], p=[0.1, 0.25, 0.25, 0.2, 0.1, 0.1]))
        drawn = [self._word(rng, words, values) for _ in range(count)]
        slots = ";".join(f"word={word}" for word in drawn)
        if split_of_slots(slots) != split:
            return None
        return Sentence("".join(drawn), WORDS, slots)

    def _word(self, rng: np.random.Generator, words: list[str], values: list[str]) -> str:
        if rng.random() < self.general_words:
            return str(_pick(rng, general_words()))
        return str(_pick(rng, values) if rng.random() < VALUES else _pick(rng, words))

    def _digits(self, rng: np.random.Generator, split: Split) -> Sentence | None:
        if rng.random() < 0.4:
            text = phone_number(rng)
        else:
            text = "".join(_pick(rng, self.grammar.lists[DIGITS]) for _ in range(int(rng.integers(1, 9))))
        return Sentence(text, DIGITS, f"digits={text}") if split_of_slots(f"digits={text}") == split else None

    def _filler(self, rng: np.random.Generator, dialect: str) -> str:
        if rng.random() >= FILLER_SHARE:
            return ""
        filler: str = _pick(rng, self.grammar.words(FILLERS, dialect))
        return filler + ("，" if rng.random() < 0.5 else "")

    def _is_listed(self, text: str) -> bool:
        """Whether `text` is a word of the lists, all of which training hears."""
        return any(text in words for words in self.grammar.lists.values())


def phone_number(rng: np.random.Generator) -> str:
    """A made-up mobile number, digit by digit; half of the callers say 幺 for 1."""
    digits = "1" + str(rng.integers(3, 10)) + "".join(str(d) for d in rng.integers(0, 10, 9))
    spoken = "零幺二三四五六七八九" if rng.random() < 0.5 else "零一二三四五六七八九"
    return "".join(spoken[int(digit)] for digit in digits)


def _chosen(text: str, rng: np.random.Generator) -> str:
    return CHOICE.sub(lambda match: _pick(rng, match[1].split("|")), text)


def _pick(rng: np.random.Generator, values: list[str] | tuple[Any, ...]) -> Any:  # Any: a text or a template
    return values[int(rng.integers(len(values)))]
