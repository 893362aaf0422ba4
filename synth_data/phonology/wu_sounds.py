"""Shanghai's sounds: Wugniu in its parts, and as espeak-ng's phonemes of its Mandarin voice.

Approximate: the voice has neither ø nor breathy initials. Values after Qian Nairong, Shanghaihua da cidian (2007), introduction:
three rows of stops (p, ph, b), tones 1 53, 5 34, 6 23, 7 a short 55 and 8 a short 12. The vowels were matched by their formants
as the voice has them: ɔ (au) to its uo (590 and 900 Hz), o to its ou (530 to 430 and 1060 to 840 Hz), ø (oe) to its schwa (510
and 1380 Hz), ɤ (eu) to its e (510 and 1160 Hz), ᴇ (e) to its E (630 and 1700 Hz).
"""

from __future__ import annotations

from dataclasses import dataclass

from synth_data.phonology.tables import PronunciationError

ENTERING_MARK = "q"
INITIALS: dict[str, tuple[str, str]] = {
    "p": ("p", "b"),
    "ph": ("ph", "p"),
    "b": ("b", "wuu:b"),
    "m": ("m", "m"),
    "f": ("f", "f"),
    "v": ("v", "v"),
    "t": ("t", "d"),
    "th": ("th", "t"),
    "d": ("d", "wuu:d"),
    "n": ("n", "n"),
    "l": ("l", "l"),
    "ts": ("ts", "z"),
    "tsh": ("tsh", "c"),
    "s": ("s", "s"),
    "z": ("z", "wuu:z"),
    "c": ("tS;", "j"),
    "ch": ("tS;h", "q"),
    "j": ("dZ;", "wuu:j"),
    "gn": ("n^", "wuu:gn"),
    "sh": ("S;", "x"),
    "zh": ("z;", "wuu:zh"),
    "k": ("k", "g"),
    "kh": ("kh", "k"),
    "g": ("g", "wuu:g"),
    "ng": ("N", "ng"),
    "h": ("X", "h"),
    "gh": ("", ""),
    "": ("?", ""),
}
"""espeak-ng's phonemes, and the phone: Mandarin's where both languages sound alike. gh (ɦ) is heard in its low tone only."""
FINALS = {
    **{"y": "'i[{}", "i": "'i{}", "u": "'u{}", "iu": "'y{}", "a": "'A{}", "ia": "'iA{}", "ua": "w'A{}", "o": "'ou{}"},
    **{"au": "'uo{}", "iau": "j'uo{}", "eu": "'o-{}", "ieu": "'iou{}", "e": "'E{}", "ie": "'iE{}", "ue": "w'E{}"},
    **{"oe": "'@{}", "uoe": "w'@{}", "ioe": "'y@{}", "an": "'a{}N", "ian": "'iA{}N", "uan": "w'a{}N", "aon": "'A{}N"},
    **{"uaon": "w'A{}N", "en": "'@{}n", "in": "'i{}n", "uen": "'u@{}n", "iun": "'y@{}n", "on": "'ong{}", "ion": "j'ong{}"},
    **{"aq": "'A{}?", "iaq": "'iA{}?", "uaq": "w'A{}?", "eq": "'@{}?", "ueq": "w'@{}?", "iq": "'i{}?", "iuq": "'yE{}?"},
    **{"oq": "'o{}?", "ioq": "j'o{}?", "el": "'@r{}"},
}
SYLLABIC = {"m": "m-{}", "ng": "N-{}"}
"""呒, and 五: syllables without a vowel."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The parts of one syllable, with its tone: 1, 5, 6, 7 or 8."""

    initial: str
    final: str
    tone: int

    @property
    def entering(self) -> bool:
        return self.final.endswith(ENTERING_MARK)

    def notation(self, espeak_tone: str) -> str:
        """As espeak-ng is given it."""
        if self.final in SYLLABIC:
            return SYLLABIC[self.final].format(espeak_tone)
        glide = {"i": "j", "u": "w"}.get(self.final[0], "") if self.initial == "gh" else ""
        body = FINALS[self.final]
        return (INITIALS[self.initial][0] or ("" if body.startswith(glide) else glide)) + body.format(espeak_tone)

    def phones(self, tone_heard: str) -> tuple[str, ...]:
        """What a recogniser may learn from."""
        first = INITIALS[self.initial][1]
        last = f"wuu:{self.final}{tone_heard}"
        return (first, last) if first else (last,)


def sound_of(wugniu: str) -> Sound:
    """A syllable with its tone digit, "zaon6". Raises PronunciationError for what is none."""
    base, tone = wugniu[:-1], wugniu[-1:]
    if base in SYLLABIC and tone in ("1", "5", "6"):
        return Sound("", base, int(tone))
    for cut in range(min(3, len(base)), -1, -1):
        initial, final = base[:cut], base[cut:]
        if initial in INITIALS and final in FINALS and tone in (("7", "8") if final.endswith(ENTERING_MARK) else ("1", "5", "6")):
            return Sound(initial, final, int(tone))
    raise PronunciationError(f"{wugniu!r} is not a syllable of Shanghai in Wugniu")
