"""Mandarin and dialect-coloured Mandarin: pinyin, rules, tones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

from dialogue.yaml_file import read as read_yaml
from synth_data.phonology.accent import STANDARD, Accent, usual_accent
from synth_data.phonology.sandhi import Syllable, settle
from synth_data.phonology.sounds import notation_of, parts_of, spelling_of
from synth_data.phonology.spoken import Spoken
from synth_data.phonology.tables import FOLDER, NO_INITIAL, PronunciationError, Rule, entering_classes, letters, phonology, words
from synth_data.phonology.tones import ENTERING, NEUTRAL, contours, heard, levels

LONGEST = 6
"""Characters of the longest word in the files."""


def read(token: str, accent: Accent) -> list[Spoken]:
    """The syllables of a run of Hanzi, or of one Latin letter."""
    if token.isascii():
        return spell(token, accent.dialect)
    if not "\u3400" <= token[0] <= "\u9fff":
        raise PronunciationError(f"cannot read {token!r} aloud; only Hanzi, letters and punctuation")
    sandhi = phonology(accent.dialect).sandhi if accent.has_tones else phonology(STANDARD).sandhi
    return sounded(settle([colour(syllable, accent) for syllable in readings(token, accent.dialect)], sandhi), accent)


def spell(letter: str, dialect: str) -> list[Spoken]:
    """A Latin letter by its name, in Mandarin's own sounds."""
    name = letters(dialect).get(letter.upper())
    if name is None:
        raise PronunciationError(f"cannot read {letter!r} aloud; digits and signs must be written as words")
    return sounded([_syllable("", pinyin, 0) for pinyin in name], usual_accent(STANDARD))


def sounded(run: list[Syllable], accent: Accent) -> list[Spoken]:
    """Syllables whose sounds and tones are settled, as the voice has them."""
    spoken: list[Spoken] = []
    for syllable, contour in zip(run, contours([one.tone for one in run], accent.home), strict=True):
        tone = heard(contour, syllable.tone)
        last = syllable.final + tone.phone
        spoken.append(
            Spoken(
                notation_of(syllable.initial, syllable.final).format(tone.espeak) + ("?" if syllable.tone == ENTERING else ""),
                (syllable.initial, last) if syllable.initial else (last,),
                spelling_of(syllable.initial, syllable.final) + str(syllable.tone),
                levels(contour),
                syllable.tone == NEUTRAL,
            )
        )
    return spoken


def readings(run: str, dialect: str) -> Iterator[Syllable]:
    """Each character of a run of Hanzi as the dialect's own words have it, or else as Mandarin reads it."""
    from pypinyin import Style, lazy_pinyin
    from pypinyin.seg.mmseg import seg

    pieces = list(seg.cut(run))
    plain = lazy_pinyin(pieces, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False)
    if len(plain) != len(run):
        raise PronunciationError(f"no reading for one of the characters {run!r}")
    word_of = [number for number, piece in enumerate(pieces) for _ in piece]
    own, common = words(dialect), common_words()
    at = 0
    while at < len(run):
        for table in (own, common):
            if word := longest(run, at, table):
                for character, pinyin in zip(word, table[word], strict=True):
                    yield replace(_syllable(character, pinyin, len(pieces) + at), own=table is own)
                at += len(word)
                break
        else:
            yield _syllable(run[at], {"一": "yi1", "不": "bu4"}.get(run[at], plain[at]), word_of[at])
            at += 1


def longest(run: str, at: int, table: dict[str, tuple[str, ...]]) -> str:
    """The longest word of a table that begins at a place of the run; empty where none does."""
    most = min(len(run), at + LONGEST)
    return next((run[at:end] for end in range(most, at, -1) if run[at:end] in table), "")


def colour(syllable: Syllable, accent: Accent) -> Syllable:
    """A syllable as this speaker has it; those of the dialect's own words are so already."""
    if syllable.own:
        return syllable
    initial, final, tone = _coloured(syllable.character, syllable.initial, syllable.final, syllable.tone, accent)
    return replace(syllable, initial=initial, final=final, tone=tone)


@lru_cache(maxsize=100_000)  # the same few thousand characters, over and over
def _coloured(character: str, initial: str, final: str, tone: int, accent: Accent) -> tuple[str, str, int]:
    """Initial, final and tone after the rules, in their order. The i of 知 follows its initial into 资."""
    syllable = Syllable(character, initial, final, tone, 0)
    for rule in accent.shown():
        if _applies(rule, syllable):
            syllable = _changed(syllable, rule, accent)
    final = "iz" if syllable.final == "ih" and syllable.initial in {"z", "c", "s"} else syllable.final
    return syllable.initial, final, syllable.tone


@cache
def common_words() -> dict[str, tuple[str, ...]]:
    """Words whose syllables are neutral, or read otherwise than pypinyin has it, in all kinds of Mandarin."""
    table: dict[str, str] = read_yaml(FOLDER / "readings.yml").plain()
    return {word: tuple(reading.split()) for word, reading in table.items()}


def _applies(rule: Rule, syllable: Syllable) -> bool:
    return (
        (not rule.when_initial or (syllable.initial or NO_INITIAL) in rule.when_initial)
        and (not rule.when_final or syllable.final in rule.when_final)
        and (not rule.when_tone or syllable.tone in rule.when_tone)
        and (not rule.characters or syllable.character in rule.characters)
    )


def _changed(syllable: Syllable, rule: Rule, accent: Accent) -> Syllable:
    if reading := rule.readings.get(syllable.character):
        changed = _syllable(syllable.character, reading, syllable.word)
        return changed if accent.has_tones else replace(changed, tone=syllable.tone)
    initial = rule.initial.get(syllable.initial or NO_INITIAL, syllable.initial).removeprefix(NO_INITIAL)
    tone = syllable.tone
    if rule.entering and accent.has_tones and tone != NEUTRAL:
        tone = rule.entering.get(entering_classes().get(syllable.character, ""), tone)
    if rule.full_tones and tone == NEUTRAL:
        tone = _full_tone(syllable.character)
    return replace(syllable, initial=initial, final=rule.final.get(syllable.final, syllable.final), tone=tone)


def _full_tone(character: str) -> int:
    """The tone of a character said alone; the particles have none and stay neutral."""
    from pypinyin import Style, lazy_pinyin

    if character in "的了着吗呢吧啊么":
        return NEUTRAL
    if character == "子":
        return 3
    return int(lazy_pinyin(character, style=Style.TONE3, neutral_tone_with_five=True)[0][-1])


def _syllable(character: str, pinyin: str, word: int) -> Syllable:
    base, tone = pinyin[:-1], pinyin[-1]
    if tone not in "123456":
        raise PronunciationError(f"no tone 1 to 6 at the end of {pinyin!r}, read for {character!r}")
    initial, final = parts_of(base)
    return Syllable(character, initial, final, int(tone), word)
