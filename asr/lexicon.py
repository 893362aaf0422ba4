"""How characters sound: pronunciations learned from a corpus whose phones are known, as a tree for the search.

A phone unit that carries a tone ends a syllable, so a clip with as many syllables as characters tells each character's sound.
Runs of Latin letters (ERP, CRM) have more syllables than letters; they are learned as one word from clips with a single run.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from asr.manifest import Clip

LEXICON_FILE = "lexicon.json"
_LETTERS = re.compile(r"[A-Z]+")
_RARE = 2  # seen fewer times, a pronunciation is more likely a slip of the alignment

Pronunciation = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """Token ids of a word, and `chance`, the log-probability that it is said so. A `hot` word is expected (asr.hot_words)."""

    ids: tuple[int, ...]
    chance: float
    hot: bool = False


@dataclass(slots=True)
class Node:
    """A point in the tree: where each phone leads, and the words that end here."""

    following: dict[int, Node] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)


def learn(clips: Iterable[Clip]) -> Counter[tuple[str, Pronunciation]]:
    """How often each text was said in which way, phones without tones."""
    counts: Counter[tuple[str, Pronunciation]] = Counter()
    for clip in clips:
        syllables = _syllables(clip.phones)
        if clip.text and len(syllables) == len(clip.text):
            counts.update(zip(clip.text, syllables, strict=True))
        runs = list(_LETTERS.finditer(clip.text))
        if len(runs) == 1 and len(runs[0].group()) > 1:
            before, after = runs[0].start(), len(clip.text) - runs[0].end()
            said = syllables[before : len(syllables) - after]
            if said:
                counts[runs[0].group(), tuple(phone for syllable in said for phone in syllable)] += 1
    return Counter({key: count for key, count in counts.items() if count >= _RARE})


def _syllables(phones: Sequence[str]) -> list[Pronunciation]:
    found: list[Pronunciation] = []
    current: list[str] = []
    for phone in phones:
        current.append(phone.rstrip("0123456789"))
        if phone[-1].isdigit():
            found.append(tuple(current))
            current = []
    return [*found, tuple(current)] if current else found


def write(counts: Counter[tuple[str, Pronunciation]], folder: Path) -> None:
    """Write lexicon.json: [text, phones, count] a pronunciation."""
    rows = [[text, " ".join(phones), count] for (text, phones), count in sorted(counts.items())]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / LEXICON_FILE).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def read(folder: Path) -> Counter[tuple[str, Pronunciation]]:
    """The pronunciations of a model folder; empty where it has none."""
    file = folder / LEXICON_FILE
    rows = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return Counter({(text, tuple(phones.split())): count for text, phones, count in rows})


def tree(counts: Counter[tuple[str, Pronunciation]], units: dict[str, int], tokens: dict[str, int]) -> Node:
    """The search tree: `units` phone -> CTC unit, `tokens` character -> token id; what has no unit or token is left out."""
    totals: dict[str, int] = defaultdict(int)
    for (text, _), count in counts.items():
        totals[text] += count
    root = Node()
    for (text, phones), count in counts.items():
        if not all(phone in units for phone in phones) or not all(character in tokens for character in text):
            continue
        node = root
        for phone in phones:
            node = node.following.setdefault(units[phone], Node())
        node.words.append(Word(tuple(tokens[character] for character in text), math.log(count / totals[text])))
    return root
