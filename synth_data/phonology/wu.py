"""Wu as spoken in Shanghai: characters to Wugniu by a table of words and one of characters, and Wugniu to phones."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from synth_data.phonology import mandarin
from synth_data.phonology.accent import Accent
from synth_data.phonology.spoken import Spoken
from synth_data.phonology.tables import FOLDER, PronunciationError, words
from synth_data.phonology.tones import heard, levels
from synth_data.phonology.wu_guess import guess
from synth_data.phonology.wu_sounds import Sound, sound_of
from synth_data.phonology.wu_tones import grouped, word_contours

PARTICLES = "个额了伐𠲎哦啊呀嘛呢啦唻哉勒得脱牢过着仔拨叫"
NUMERALS = "一二两三四五六七八九十百千万亿零几"
CLASSIFIERS = "台只套年月日号块元兆核点次家位趟种条张天"
WU = "wuu"


def read(token: str, accent: Accent) -> list[Spoken]:
    """The syllables of a run of Hanzi, or of one Latin letter; words are run together as their tones are."""
    if token.isascii():
        return mandarin.spell(token, accent.dialect)
    if token[0] < "\u3400":
        raise PronunciationError(f"cannot read {token!r} aloud; only Hanzi, letters and punctuation")
    pieces = list(_pieces(token))
    sounds = [sound_of(wugniu) for piece in pieces for wugniu in readings(piece)]
    spoken: list[Spoken] = []
    for length in grouped(pieces, PARTICLES, NUMERALS, CLASSIFIERS):
        word = sounds[len(spoken) : len(spoken) + length]
        contours = word_contours([sound.tone for sound in word], last=len(spoken) + length == len(sounds))
        spoken.extend(_spoken(sound, contour) for sound, contour in zip(word, contours, strict=True))
    return spoken


def readings(word: str) -> tuple[str, ...]:
    """Wugniu of a word: its own entry, or its characters' one by one."""
    own = words(WU)
    if word in own:
        return own[word]
    return tuple(own[one][0] if one in own else characters().get(one) or _guessed(one) for one in word)


def unknown(text: str) -> dict[str, int]:
    """The Hanzi of a text that are read by guess, and how often: what the table still lacks."""
    counts: dict[str, int] = {}
    for piece in _pieces(text):
        for character in piece if piece not in words(WU) else "":
            if "\u3400" <= character <= "\u9fff" and character not in characters():
                counts[character] = counts.get(character, 0) + 1
    return counts


@cache
def characters() -> dict[str, str]:
    """The table: character -> Wugniu with tone."""
    table: dict[str, str] = {}
    for line in (FOLDER / "wuu_characters.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            wugniu, group = line.split("\t")
            table |= dict.fromkeys(group, wugniu)
    return table


@cache
def _vocabulary() -> dict[str, tuple[str, ...]]:
    """Words that tones spread over, with or without readings of their own."""
    lines = (FOLDER / "wuu_words.txt").read_text("utf-8").splitlines()
    plain = (word for line in lines if not line.startswith("#") for word in line.split())
    return dict.fromkeys(plain, ()) | words(WU)


def _pieces(run: str) -> Iterable[str]:
    """Words, the longest first; what is between them as Mandarin's are cut."""
    from pypinyin.seg.mmseg import seg

    plain = ""
    at = 0
    while at < len(run):
        if word := mandarin.longest(run, at, _vocabulary()):
            yield from seg.cut(plain)
            plain = ""
            yield word
            at += len(word)
        else:
            plain += run[at]
            at += 1
    yield from seg.cut(plain)


@cache
def _guessed(character: str) -> str:
    from pypinyin import Style, lazy_pinyin

    found = lazy_pinyin(character, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False)[0]
    if found == character:
        raise PronunciationError(f"no reading for {character!r}")
    return guess(character, found)


def _spoken(sound: Sound, contour: str) -> Spoken:
    """An entering syllable is cut short at the height where its contour ends."""
    short = contour[-1] if sound.entering else contour
    tone = heard(short, 0)
    wugniu = f"{sound.initial}{sound.final}{sound.tone}"
    return Spoken(sound.notation(tone.espeak), sound.phones(tone.phone), wugniu, levels(short))
