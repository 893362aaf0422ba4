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
from pathlib import Path

from asr.manifest import Clip

LEXICON_FILE = "lexicon.json"
_LETTERS = re.compile(r"[A-Z]+")
_RARE = 2  # seen fewer times, a pronunciation is more likely a slip of the alignment

_TRUSTED = 0.85  # of a dialect's own counts, which are those of the dialect heard; one turn in ten is taken for another's
_FEW = 5.0  # a dialect in which a text was heard so often is trusted half as much

Pronunciation = tuple[str, ...]
Said = tuple[str, Pronunciation, str]
"""A text, its phones without tones, and the dialect that it was said in; an empty one is not known (files of before)."""


@dataclass(frozen=True, slots=True)
class Word:
    """Token ids of a word, and `chance`, the log-probability that it is said so, in all dialects together; `chances` by a
    dialect's token. A `hot` word is expected (asr.hot_words)."""

    ids: tuple[int, ...]
    chance: float
    hot: bool = False
    chances: Mapping[int, float] = field(default_factory=dict)

    def chance_in(self, dialect: int) -> float:
        """The same in one dialect."""
        return self.chances.get(dialect, self.chance)


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
    return Counter({key: count for key, count in counts.items() if all_over[key[:2]] >= _RARE})


def _pooled(counts: Counter[Said]) -> Counter[tuple[str, Pronunciation]]:
    """The counts of all dialects together."""
    pooled: Counter[tuple[str, Pronunciation]] = Counter()
    for (text, phones, _), count in counts.items():
        pooled[text, phones] += count
    return pooled


def _syllables(phones: Sequence[str]) -> list[Pronunciation]:
    found: list[Pronunciation] = []
    current: list[str] = []
    for phone in phones:
        current.append(phone.rstrip("0123456789"))
        if phone[-1].isdigit():
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
    for (text, _, dialect), count in counts.items():
        totals[text] += count
        spoken[text, dialect] += count
    root = Node()
    for (text, phones), count in pooled.items():
        if not all(phone in units for phone in phones) or not all(character in tokens for character in text):
            continue
        node = root
        for phone in phones:
            node = node.following.setdefault(units[phone], Node())
        share = count / totals[text]
        chances = {
            token: math.log(_share(counts[text, phones, code], spoken[text, code], share))
            for code, token in dialects.items()
            if spoken[text, code]
        }
        node.words.append(Word(tuple(tokens[character] for character in text), math.log(share), chances=chances))
    return root


def _share(count: int, total: int, pooled: float) -> float:
    """The share of a pronunciation in one dialect, drawn towards that in all of them."""
    trust = _TRUSTED * total / (total + _FEW)
    return trust * count / total + (1.0 - trust) * pooled
