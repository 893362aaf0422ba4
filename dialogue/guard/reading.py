"""A sentence as the guard reads it: folded, put into Mandarin, without the tricks by which words are hidden."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from nlu.dialects import Normalised, normalise, standard
from nlu.pinyin import Syllables, dictionary
from nlu.text import fold, is_han

END = "。！？!?…\n"
"""Marks that end a sentence."""
ORDINARY = frozenset("您我们你他她的了是在有就都也还这那个一可以能会要给把被跟和与或吧吗呢啊哦呀嘛很太真再不没为")
"""Characters that every sentence has: they tell nothing of what it is about."""
_LONGEST_TAIL = 40
"""Characters of what was said before that a sentence is read with: a promise in pieces is no longer than that."""
_SHORTEST_WORD, _LONGEST_WORD = 3, 8
"""Syllables of a word that is also known by its sound: of two, too many ordinary words sound alike."""
_KEPT_ALIKE = 0.5
"""Share of its characters that a word in disguise still has: 全鹅陪付 has two of four."""

_HAN = "\u4e00-\u9fff"
_GAP = re.compile(rf"(?<=[{_HAN}])\s+|\s+(?=[{_HAN}])|(?<=\d)\s+(?=\d)|(?<=(?<![a-z])[a-z])\s+(?=[a-z](?![a-z]))")
_LITTER = re.compile(
    rf"(?<=[{_HAN}\d])[^\w\s,，。.！!？?；;：:、%‰¥$€+/()（）\[\]<>|{{}}~～℃°=—-]+(?=[{_HAN}\d])|[\u200b-\u200f\ufeff\u00ad]"
)
_SPELLED = re.compile(rf"(?<![{_HAN}\d])(?:[{_HAN}\d][,，、.·\-—_*~|/ ]+){{2,}}[{_HAN}\d](?![{_HAN}\d])")
"""Single characters with a mark between each two of them: 全、额、赔、付, or 四、三、九."""
_DIGIT = r"零〇一二三四五六七八九两\d"
_DIGITS_SPELLED = re.compile(rf"(?:[{_DIGIT}][,，、.·\-_ ]){{2,}}[{_DIGIT}](?![\d十百千万核天个条款])")
_BETWEEN = re.compile(r"[,，、.·\-—_*~|/ ]+")
_REORDERED = "order"
_ADDRESS = re.compile("^[你妳侬汝倷恁㑚]")
"""Somebody may say 侬 in a Mandarin sentence: that shows no dialect by itself."""
_YOU = re.compile("(?<!迷)你们?")
_OWN_YOU = {"wuu": re.compile("[侬倷㑚]"), "nan": re.compile("汝")}
_UNIT = re.compile(rf"[{_HAN}]|[a-z]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reading:
    """`text` counts, in Mandarin; from `start` on it is new, what is before was said already. `said` is the same, only folded."""

    text: str
    start: int = 0
    said: str = ""
    said_start: int = 0
    dialects: frozenset[str] = frozenset()
    """Dialects that the words show beyond doubt, forms of address apart."""

    def clause(self, at: int) -> tuple[int, int]:
        """The [start, end) of the clause around a place, up to the next marks."""
        first = max((self.text.rfind(mark, 0, at) for mark in _MARKS), default=-1) + 1
        ends = [place for mark in _MARKS if (place := self.text.find(mark, at)) >= 0]
        return first, min(ends, default=len(self.text))

    def sentence_start(self, at: int) -> int:
        """Where the sentence around a place begins."""
        return max((self.text.rfind(mark, 0, at) for mark in END), default=-1) + 1


_MARKS = ",，。！？!?；;：:…\n"


@dataclass(frozen=True, slots=True)
class Disguises:
    """Words that are also recognised by their sound: 全鹅陪付 is 全额赔付, quan额赔付 too."""

    words: frozenset[str] = frozenset()
    _by_sound: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    @classmethod
    def of(cls, words: Collection[str]) -> Disguises:
        known = {fold(word) for word in words if _SHORTEST_WORD <= len(word) <= _LONGEST_WORD and all(map(is_han, word))}
        return cls(frozenset(known), {dictionary().of_word(word): word for word in sorted(known)})

    def uncovered(self, text: str) -> str:
        """The text with the words written out that stand in it under other characters."""
        if not self._by_sound:
            return text
        units = _UNIT.findall(text)
        sounds = [_sound(unit) for unit in units]
        at = 0
        while at < len(units):
            found = self._at(units, sounds, at)
            if found is None:
                at += 1
                continue
            word, end = found
            units[at:end], sounds[at:end] = list(word), [_sound(character) for character in word]
            at += len(word)
        return "".join(units)

    def _at(self, units: list[str], sounds: list[str], at: int) -> tuple[str, int] | None:
        for length in range(min(_LONGEST_WORD, len(units) - at), _SHORTEST_WORD - 1, -1):
            word = self._by_sound.get(tuple(sounds[at : at + length]))
            if word is None:
                continue
            window = units[at : at + length]
            alike = sum(unit == character for unit, character in zip(window, word, strict=True))
            if _KEPT_ALIKE * length <= alike < length:
                return word, at + length
        return None


def read(sentence: str, before: str = "", disguises: Disguises | None = None, dialect: str | None = None) -> Reading:
    """How a sentence is read behind what the same reply said before it."""
    said = _plain(sentence)
    tail = _joined(_plain(before))
    joined = tail + said
    normalised = normalise(joined, dialect)
    text = _mandarin(normalised.text, disguises)
    new = len(_mandarin(normalise(tail, dialect).text, disguises)) if tail else 0
    shown = frozenset(_shown(normalised, joined)) | (frozenset((dialect,)) if dialect else frozenset())
    return Reading(text, min(new, len(text)), joined, len(tail), shown)


def _mandarin(text: str, disguises: Disguises | None) -> str:
    """As the lists and lessons are written: without disguises, the customer as 您 (how he is addressed is seen in `said`)."""
    polite = _YOU.sub("您", text)
    return polite if disguises is None else disguises.uncovered(polite)


def _shown(normalised: Normalised, said: str) -> Iterator[str]:
    """The dialects of words and word orders that Mandarin does not have, or that stand beside the dialect's own 侬 or 汝."""
    known = standard().by_word
    for word in normalised.words:
        evident = word.kind == _REORDERED or any(row.condition.evident for row in known.get(word.said, ()))
        beside = word.dialect in _OWN_YOU and _OWN_YOU[word.dialect].search(said)
        if (evident or beside) and not _ADDRESS.search(word.said):
            yield word.dialect


def _plain(text: str) -> str:
    folded = _LITTER.sub("", _GAP.sub("", fold(text)))
    for spelled in (_SPELLED, _DIGITS_SPELLED):
        folded = spelled.sub(lambda found: _BETWEEN.sub("", found.group()), folded)
    return folded.strip()


def _joined(before: str) -> str:
    """The end of what was said, from a mark on where it is cut; what ended a sentence there is no border any more."""
    tail = before[-_LONGEST_TAIL:]
    if len(before) > _LONGEST_TAIL:
        cut = next((at for at, character in enumerate(tail) if character in _MARKS), -1)
        tail = tail[cut + 1 :]
    return re.sub(rf"[{END}]+(?=$)", ",", tail)


@functools.cache
def _syllables() -> tuple[Syllables, frozenset[str]]:
    syllables = dictionary()
    return syllables, frozenset(syllables.names)


def _sound(unit: str) -> str:
    """The merged syllable of a character, or of a syllable written in Latin letters."""
    if len(unit) == 1 and is_han(unit):
        return _syllables()[0].of(unit)
    return _merged_latin(unit)


def _merged_latin(unit: str) -> str:
    for long, short in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l")):
        if unit.startswith(long) and len(unit) > 1:
            unit = short + unit[len(long) :]
            break
    for long, short in (("ang", "an"), ("eng", "en"), ("ing", "in")):
        if unit.endswith(long):
            unit = unit[: -len(long)] + short
    return unit
