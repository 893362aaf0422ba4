"""Mandarin and dialect-coloured Mandarin: pinyin, rules, tones."""

from __future__ import annotations

from synth_data.phonology.spoken import Spoken
from synth_data.phonology.tables import Phonology, PronunciationError, Rule, phonology, syllables
from synth_data.phonology.tones import heard, levels


def read(token: str, dialect: str) -> list[Spoken]:
    """The syllables of a run of Hanzi, or of one Latin letter."""
    rules = phonology(dialect)
    if token.isascii():
        letter = rules.letters.get(token.upper())
        if letter is None:
            raise PronunciationError(f"cannot read {token!r} aloud; digits and signs must be written as words")
        return [_sound(pinyin, phonology("cmn"), coloured=False) for pinyin in letter]
    if not "\u3400" <= token[0] <= "\u9fff":
        raise PronunciationError(f"cannot read {token!r} aloud; only Hanzi, letters and punctuation")
    return [_sound(pinyin, rules, coloured) for pinyin, coloured in _readings(token, rules)]


def _readings(run: str, rules: Phonology) -> list[tuple[str, bool]]:
    """Pinyin with tone digit of each character, and whether the dialect's rules still apply (not to its own words)."""
    from pypinyin import Style, lazy_pinyin

    plain = lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=rules.sandhi, v_to_u=False)
    if len(plain) != len(run):
        raise PronunciationError(f"no reading for one of the characters {run!r}")
    readings: list[tuple[str, bool]] = []
    at = 0
    while at < len(run):
        word = next((run[at:end] for end in range(len(run), at, -1) if run[at:end] in rules.words), None)
        if word is not None:
            readings.extend((pinyin, False) for pinyin in rules.words[word])
            at += len(word)
            continue
        pinyin = plain[at]
        if run[at] in rules.second_tone and pinyin[-1] != "5":
            pinyin = pinyin[:-1] + "2"
        readings.append((pinyin, True))
        at += 1
    return readings


def _sound(pinyin: str, rules: Phonology, coloured: bool) -> Spoken:
    table = syllables()
    base, tone = pinyin[:-1], pinyin[-1]
    if not tone.isdigit() or base not in table.parts:
        raise PronunciationError(f"no syllable {pinyin!r} in cmn_syllables.tsv")
    initial, final = table.parts[base]
    if coloured:
        initial, final = colour(initial, final, rules.rules)
    contour = rules.tones[int(tone)]
    notation = table.notation.get((initial, final))
    if notation is None:
        raise PronunciationError(f"no syllable of initial {initial!r} and final {final!r} in cmn_syllables.tsv")
    tone_heard = heard(contour)
    phones = (final + tone_heard.phone,)
    return Spoken(
        notation.format(tone_heard.espeak),
        (initial, *phones) if initial else phones,
        table.spelling[initial, final] + tone,
        levels(contour),
        tone == "5",
    )


def colour(initial: str, final: str, rules: tuple[Rule, ...]) -> tuple[str, str]:
    """Apply the mergers of a dialect in their order. The i of 知 follows its initial into 资."""
    for rule in rules:
        if rule.when_initial and initial not in rule.when_initial:
            continue
        if rule.when_final and final not in rule.when_final:
            continue
        initial, final = rule.initial.get(initial, initial), rule.final.get(final, final)
    if final == "ih" and initial in {"z", "c", "s"}:
        final = "iz"
    return initial, final
