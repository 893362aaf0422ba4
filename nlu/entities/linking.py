"""Names of the catalogue that were heard wrong: found by weighted edit distance over syllables."""

from __future__ import annotations

import functools
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nlu.entities.lookups import Wording
from nlu.entities.ordinary import OrdinaryWords, torn_edges
from nlu.pinyin import Syllables
from nlu.text import is_han
from nlu.understanding import Entity

SOURCE = "linking"
_INITIALS = frozenset("bpmfdtlgkhjqxrzcsyw")
_NEAR_INITIALS = frozenset(map(frozenset, ("fh", "rl", "bp", "dt", "gk", "jq", "zc", "ml", "hw", "ry")))
"""What nlu.pinyin does not merge, but speakers and recognisers confuse: f/h, r/l, and the aspirated pairs."""
_NEAR_FINALS = frozenset(
    map(frozenset, (("ian", "an"), ("iao", "ia"), ("ei", "ui"), ("i", "e"), ("uan", "an"), ("o", "uo"), ("u", "ou")))
)
_SAME_SOUND, _NEAR_SOUND, _HALF_SOUND, _OTHER_SOUND = 0.1, 0.35, 0.65, 1.0
"""Another character of the same (merged) syllable, one confusion apart, with the initial or the final in common, neither."""
_LETTERS = "bd bp be dt dg ct cz gj kj ka mn lo ln ir iy ai fs fx sx ou uq kq vw wu uv vb ah hx ra pt eg jd hk"
_NEAR_LETTERS = frozenset(pair[::way] for pair in _LETTERS.split() for way in (1, -1))
"""Names of letters that sound alike."""
_LEFT_OUT, _PUT_IN = 0.7, 0.6
_SMALL_WORDS = frozenset("的了啊呢吧嘛哦那个是就一呃嗯 ")
_SMALL_PUT_IN = 0.35
_ALLOWED = {2: 0.25, 3: 0.75, 4: 1.05, 5: 1.5}
"""The distance up to which a name of so many syllables is linked; longer ones may have 0.32 a syllable."""
_ALLOWED_EACH = 0.32
_ALLOWED_BESIDE = {1: 0.1}
"""The same where the rest of the name stands there as it is; 1.0 from two syllables on."""
_LONGEST, _MOST_CANDIDATES = 16, 60
"""Characters of the longest name, and names that are looked at in a sentence: those with most of their syllables in it."""
_SHORT, _CERTAIN, _CLEAR = 2, 4, 1.0
"""Spans of two characters are believed where no edge cuts a frequent pair, longer ones where not both do; one of four
characters or more that is this close always."""
_QUESTIONS = frozenset("哪谁什么怎几吗呢")
"""Wordings with one of these are questions and not names."""


@dataclass(frozen=True, slots=True)
class Link:
    """Characters [start, end) sound like a wording, at this distance (0 is exact, 1 one wrong syllable)."""

    wording: Wording
    start: int
    end: int
    distance: float

    @property
    def closeness(self) -> float:
        """What is left of the allowed distance: the longer the name and the closer, the more."""
        return allowed(len(self.wording.text)) - self.distance


def allowed(length: int) -> float:
    """The distance up to which a name of so many characters is linked."""
    return _ALLOWED.get(length, _ALLOWED_EACH * length)


@dataclass(frozen=True, slots=True)
class Linker:
    """Finds wordings by sound in folded text. Thread safe; a sentence takes a millisecond with a thousand names."""

    wordings: tuple[Wording, ...]
    syllables: Syllables
    ordinary: OrdinaryWords = field(default_factory=OrdinaryWords)
    names: tuple[tuple[str, ...], ...] = field(init=False)
    index: Mapping[str, tuple[tuple[int, int], ...]] = field(init=False)
    """Syllable -> the wordings that hold it, with its place there."""

    def __post_init__(self) -> None:
        kept = tuple(one for one in self.wordings if 2 <= len(one.text) <= _LONGEST and not _QUESTIONS & set(one.text))
        names = tuple(self.syllables.of_word(one.text) for one in kept)
        index: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, name in enumerate(names):
            for place, syllable in enumerate(name):
                index[syllable].append((number, place))
        object.__setattr__(self, "wordings", kept)
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "index", {syllable: tuple(places) for syllable, places in index.items()})

    def find(self, folded: str, exact: Sequence[Entity] = ()) -> Iterator[Entity]:
        """Names heard wrong, the closest of those that overlap. `exact` are the wordings that stand there as they are.

        Where one of them lies inside a longer name, what is left of the name must be close by itself (青量 + 服务器).
        """
        taken: list[tuple[int, int]] = []
        for link in sorted(self._links(folded, exact), key=lambda one: (-one.closeness, one.start, one.end, one.wording.entity)):
            if all(link.end <= start or end <= link.start for start, end in taken):
                taken.append((link.start, link.end))
                yield _entity(link, folded)

    def _links(self, folded: str, exact: Sequence[Entity]) -> Iterator[Link]:
        sounds = self.syllables.of_word(folded)
        for number, first, last in self._candidates(sounds):
            wording, name = self.wordings[number], self.names[number]
            heard = folded[first:last], sounds[first:last]
            start, end, distance = _aligned((wording.text, name), heard, allowed(len(name)))
            start, end = first + start, first + end
            if (
                distance <= 0
                or distance > allowed(len(name))
                or not _whole(folded, start, end)
                or self._is_chance(folded, start, end, distance)
            ):
                continue
            inside = [one for one in exact if one.start < end and start < one.end]
            if all(start <= one.start and one.end <= end for one in inside):
                left = len(name) - sum({(one.start, one.end): one.end - one.start for one in inside}.values())
                if not inside or (left > 0 and distance <= min(_ALLOWED_BESIDE.get(left, 1.0), allowed(len(name)))):
                    yield Link(wording, start, end, round(distance, 2))

    def _is_chance(self, folded: str, start: int, end: int, distance: float) -> bool:
        """Whether ordinary words are likelier than a slip: those of a frequent wording, or with edges inside of one."""
        if self.ordinary.is_ordinary(folded[start:end]):
            return True
        torn = torn_edges(folded, start, end)
        if end - start <= _SHORT:
            return torn > 0
        return torn == 2 and (end - start < _CERTAIN or distance > _CLEAR)

    def _candidates(self, sounds: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Wordings with enough syllables in the right order of places, with the part of the text to look at."""
        hits: defaultdict[int, list[int]] = defaultdict(list)
        for at, syllable in enumerate(sounds):
            for number, place in self.index.get(syllable, ()):
                hits[number].append(at - place)
        likely = list(hits.items())
        if len(hits) > _MOST_CANDIDATES:
            likely = sorted(likely, key=lambda item: -len(item[1]) / len(self.names[item[0]]))[:_MOST_CANDIDATES]
        for number, offsets in likely:
            length = len(self.names[number])
            needed = max(2, length // 2)
            if len(offsets) < needed:
                continue
            offsets.sort()
            since = 0
            for low, high in zip(offsets, offsets[needed - 1 :], strict=False):
                if high - low <= 1 + length // 4 and (first := max(0, low - 1)) >= since:
                    yield number, first, min(len(sounds), high + length + 1)
                    since = first + 2


def _aligned(wanted: tuple[str, Sequence[str]], heard: tuple[str, Sequence[str]], limit: float) -> tuple[int, int, float]:
    """The part (start, end) of what was heard that is closest to a name, and the distance; Sellers' algorithm.

    Both are a text and its syllables. Given up, with an endless distance, once every part lies beyond `limit`.
    """
    text, sounds = heard
    put_in = [_SMALL_PUT_IN if character in _SMALL_WORDS else _PUT_IN for character in text]
    costs, begins = [0.0] * (len(text) + 1), list(range(len(text) + 1))
    for character, syllable in zip(*wanted, strict=True):
        left, begun = costs[0] + _LEFT_OUT, 0
        row, starts = [left], [0]
        for at, (other, sound) in enumerate(zip(text, sounds, strict=True)):
            left, above = left + put_in[at], costs[at + 1] + _LEFT_OUT
            changed = costs[at] + _substitution(character, syllable, other, sound)
            if changed <= left and changed <= above:
                left, begun = changed, begins[at]
            elif above < left:
                left, begun = above, begins[at + 1]
            row.append(left)
            starts.append(begun)
        costs, begins = row, starts
        if min(costs) > limit:
            return 0, 0, math.inf
    best = costs.index(min(costs))
    return begins[best], best, costs[best]


def _substitution(wanted: str, syllable: str, heard: str, sound: str) -> float:
    if wanted == heard:
        return 0.0
    if not (is_han(wanted) and is_han(heard)):
        return _NEAR_SOUND if wanted + heard in _NEAR_LETTERS else _OTHER_SOUND
    return _SAME_SOUND if syllable == sound else _difference(syllable, sound)


@functools.lru_cache(maxsize=200_000)
def _difference(one: str, other: str) -> float:
    (first, last), (initial, final) = _parts(one), _parts(other)
    near_initial = first == initial or frozenset((first, initial)) in _NEAR_INITIALS
    near_final = last == final or frozenset((last, final)) in _NEAR_FINALS
    if near_initial and near_final and (first == initial or last == final):
        return _NEAR_SOUND
    return _HALF_SOUND if first == initial or last == final else _OTHER_SOUND


def _parts(syllable: str) -> tuple[str, str]:
    return (syllable[:1], syllable[1:]) if syllable[:1] in _INITIALS else ("", syllable)


def _whole(folded: str, start: int, end: int) -> bool:
    """No Latin word is cut in two, and there is something."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    cut = (before + folded[start : start + 1], folded[end - 1 : end] + after)
    return start < end and not any(len(pair) == 2 and pair.isascii() and pair.isalpha() for pair in cut)


def _entity(link: Link, folded: str) -> Entity:
    confidence = round(0.5 + 0.4 * link.closeness / allowed(len(link.wording.text)), 2)
    wording, words = link.wording, folded[link.start : link.end]
    return Entity(wording.entity, wording.value, words, link.start, link.end, SOURCE, confidence, distance=link.distance)
