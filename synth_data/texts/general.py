"""Everyday words, so that a recogniser hears every syllable of Mandarin, also those that no sentence of the domain has.

They come from the dictionary of the package jieba (MIT) as it lies installed: the commonest ones, and for each syllable and tone
that these lack, the commonest words that have it. Names of people and places are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from synth_data.texts.wording.reword import WordingError

COMMONEST = 3000
OF_EACH_SYLLABLE = 2
"""Words for each syllable and tone, at the least, where the dictionary has so many."""
RAREST = 40
"""Words that the dictionary counted fewer times are not everyday ones."""
_HANZI = re.compile(r"[\u4e00-\u9fff]{2,3}")
_NAMES = ("nr", "ns", "nt", "nz", "eng", "m")


@cache
def general_words() -> tuple[str, ...]:
    """The words, the commonest first. Raises WordingError without jieba."""
    from pypinyin import Style, lazy_pinyin

    chosen: list[str] = []
    heard: Counter[str] = Counter()
    for number, word in enumerate(_by_frequency()):
        syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
        if number < COMMONEST or any(heard[syllable] < OF_EACH_SYLLABLE for syllable in syllables):
            chosen.append(word)
            heard.update(syllables)
    return tuple(chosen)


def _by_frequency() -> Iterator[str]:
    rows = (line.split(" ") for line in _dictionary().read_text("utf-8").splitlines())
    words = [
        (-int(count), word)
        for word, count, kind in rows
        if int(count) >= RAREST and _HANZI.fullmatch(word) and not kind.startswith(_NAMES)
    ]
    return (word for _, word in sorted(words))


def _dictionary() -> Path:
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise WordingError("general words need the package jieba; run: pip install 'xiangyin[train]'")
    return Path(spec.origin).with_name("dict.txt")
