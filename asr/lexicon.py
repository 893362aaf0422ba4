"""How characters sound in each dialect: pronunciations learned from a corpus whose phones are known, as a tree for the search.

A phone unit that carries a tone ends a syllable, so a clip with as many syllables as characters tells each character's sound.
Runs of Latin letters (ERP, CRM) have more syllables than letters; they are learned as one word from clips with a single run.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from asr.manifest import Clip, tone_of, toneless

LEXICON_FILE = "lexicon.json"
_LETTERS = re.compile(r"[A-Z]+")
_RARE = 2  # seen fewer times, a pronunciation is more likely a slip of the alignment

_TRUSTED = 0.85  # of a dialect's own counts, which are those of the dialect heard; one turn in ten is taken for another's
_FEW = 5.0  # a dialect in which a text was heard so often is trusted half as much

Pronunciation = tuple[str, ...]
Said = tuple[str, Pronunciation, str]
"""A text, its phones, the last of each syllable with its tone, and the dialect that it was said in; an empty one is not known,
nor are the tones of phones that have none (files of before)."""
TONES = 9
"""Tones are written as one digit, from 1."""
_ANY_TONE = 0.05
"""The part of a word's tones that may be any: a slip of the speaker, a change of tone that no clip showed."""
_TONES_UNTOLD = 0.7
"""What a syllable whose tone is not known counts, as those that are known do in the middle."""


ALL_DIALECTS = -1


@dataclass(frozen=True, slots=True)
class Word:
    """Token ids of a word, and `chance`, the log-probability that it is said so, in all dialects together; `chances` by a
    dialect's token. A `hot` word is expected (asr.hot_words). `tones`: how likely each tone of its syllable is by a dialect's
    token, under -1 in all dialects together; empty where that is not known, or there are several syllables."""

    ids: tuple[int, ...]
    chance: float
    hot: bool = False
    chances: Mapping[int, float] = field(default_factory=dict)
    tones: Mapping[int, tuple[float, ...]] = field(default_factory=dict)

    def chance_in(self, dialect: int) -> float:
        """The same in one dialect."""
        return self.chances.get(dialect, self.chance)

    def tones_in(self, dialect: int) -> tuple[float, ...]:
        """How likely each of the tones 1 to TONES is in one dialect."""
        untold = (_TONES_UNTOLD ** len(self.ids),) * TONES
        return self.tones.get(dialect, self.tones.get(ALL_DIALECTS, untold))


@dataclass(slots=True)
class Node:
    """A point in the tree: where each phone leads, and the words that end here."""

    following: dict[int, Node] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)


def learn(clips: Iterable[Clip]) -> Counter[Said]:
    """How often each text was said in which way, by dialect."""
    counts: Counter[Said] = Counter()
    for clip in clips:
        syllables = _syllables(clip.phones)
        if clip.text and len(syllables) == len(clip.text):
            counts.update((text, said, clip.dialect) for text, said in zip(clip.text, syllables, strict=True))
        runs = list(_LETTERS.finditer(clip.text))
        if len(runs) == 1 and len(runs[0].group()) > 1:
            before, after = runs[0].start(), len(clip.text) - runs[0].end()
            spelled = syllables[before : len(syllables) - after]
            if spelled:
                counts[runs[0].group(), tuple(phone for syllable in spelled for phone in syllable), clip.dialect] += 1
    all_over = _pooled(counts)
    return Counter({key: count for key, count in counts.items() if all_over[key[0], _toneless(key[1])] >= _RARE})


def knows_tones(counts: Iterable[Said]) -> bool:
    """Whether any pronunciation has a tone; those of older models have none."""
    return any(tone_of(phones[-1]) for _, phones, _ in counts)


def _pooled(counts: Counter[Said]) -> Counter[tuple[str, Pronunciation]]:
    """The counts of all dialects and tones together."""
    pooled: Counter[tuple[str, Pronunciation]] = Counter()
    for (text, phones, _), count in counts.items():
        pooled[text, _toneless(phones)] += count
    return pooled


@cache  # each is asked for once a dialect, and a recogniser is waited for while it starts
def _toneless(phones: Pronunciation) -> Pronunciation:
    return tuple(toneless(phone) for phone in phones)


def _syllables(phones: Sequence[str]) -> list[Pronunciation]:
    found: list[Pronunciation] = []
    current: list[str] = []
    for phone in phones:
        current.append(phone)
        if tone_of(phone):
            found.append(tuple(current))
            current = []
    return [*found, tuple(current)] if current else found


def write(counts: Counter[Said], folder: Path) -> None:
    """Write lexicon.json: [text, phones, {dialect: count}] a pronunciation."""
    rows: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for (text, phones, dialect), count in sorted(counts.items()):
        rows[text, " ".join(phones)][dialect] = count
    lines = ",\n".join(json.dumps([*key, by_dialect], ensure_ascii=False) for key, by_dialect in rows.items())
    (folder / LEXICON_FILE).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def read(folder: Path) -> Counter[Said]:
    """The pronunciations of a model folder; empty where it has none. In older files counts stand without their dialects."""
    file = folder / LEXICON_FILE
    rows = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    counts: Counter[Said] = Counter()
    for text, phones, counted in rows:
        by_dialect = counted if isinstance(counted, dict) else {"": counted}
        counts.update({(text, tuple(phones.split()), dialect): count for dialect, count in by_dialect.items()})
    return counts


def tree(counts: Counter[Said], units: Mapping[str, int], tokens: Mapping[str, int], dialects: Mapping[str, int]) -> Node:
    """The search tree: `units` phone -> CTC unit, `tokens` character -> token id, `dialects` code -> token id; what has no unit
    or token is left out."""
    pooled = _pooled(counts)
    totals: Counter[str] = Counter()
    spoken: Counter[tuple[str, str]] = Counter()
    said: Counter[Said] = Counter()
    toned: dict[tuple[str, Pronunciation], dict[int, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for (text, phones, dialect), count in counts.items():
        plain = _toneless(phones)
        totals[text] += count
        spoken[text, dialect] += count
        said[text, plain, dialect] += count
        if (tone := tone_of(phones[-1])) and len(text) == 1:
            for token in (ALL_DIALECTS, dialects.get(dialect, ALL_DIALECTS)):
                toned[text, plain][token][tone] += count
    root = Node()
    for (text, phones), count in pooled.items():
        if not all(phone in units for phone in phones) or not all(character in tokens for character in text):
            continue
        node = root
        for phone in phones:
            node = node.following.setdefault(units[phone], Node())
        share = count / totals[text]
        chances = {
            token: math.log(_share(said[text, phones, code], spoken[text, code], share))
            for code, token in dialects.items()
            if spoken[text, code]
        }
        ids = tuple(tokens[character] for character in text)
        node.words.append(Word(ids, math.log(share), chances=chances, tones=_tones(toned[text, phones])))
    return root


def _tones(counted: Mapping[int, Counter[int]]) -> dict[int, tuple[float, ...]]:
    """Counts of tones by dialect as probabilities; what is rare in a dialect is drawn towards all of them."""
    if ALL_DIALECTS not in counted:
        return {}
    everywhere = _tone_shares(counted[ALL_DIALECTS])
    found = {}
    for dialect, counts in counted.items():
        total = sum(counts.values())
        trust = 1.0 if dialect == ALL_DIALECTS else _TRUSTED * total / (total + _FEW)
        own = _tone_shares(counts)
        found[dialect] = tuple(
            (1 - _ANY_TONE) * (trust * ours + (1 - trust) * all_over) + _ANY_TONE
            for ours, all_over in zip(own, everywhere, strict=True)
        )
    return found


def _tone_shares(counts: Counter[int]) -> tuple[float, ...]:
    total = sum(counts.values())
    return tuple([counts.get(tone, 0) / total for tone in range(1, TONES + 1)])


def _share(count: int, total: int, pooled: float) -> float:
    """The share of a pronunciation in one dialect, drawn towards that in all of them."""
    trust = _TRUSTED * total / (total + _FEW)
    return trust * count / total + (1.0 - trust) * pooled
