"""Shanghai readings of characters that the table lacks, from Mandarin: the regular correspondences, so wrong for some of them.

Qian Nairong, Dangdai Wuyu yanjiu (1992), chapter 5: Mandarin's second tone after an obstruent was a voiced initial (平, 同, 桥);
entering tones end in a stop; z, c, s and zh, ch, sh are one row; an, ian, uan have lost their nasal. Voiced initials of the other
tones cannot be told from Mandarin and are taken as voiceless.
"""

from __future__ import annotations

from synth_data.phonology.sounds import parts_of
from synth_data.phonology.tables import entering_classes

VOICELESS = {
    **{"b": "p", "p": "ph", "f": "f", "d": "t", "t": "th", "g": "k", "k": "kh", "h": "h", "j": "c", "q": "ch", "x": "sh"},
    **{"zh": "ts", "z": "ts", "ch": "tsh", "c": "tsh", "sh": "s", "s": "s"},
}
VOICED = {
    **{"b": "b", "p": "b", "f": "v", "d": "d", "t": "d", "g": "g", "k": "g", "h": "gh", "j": "j", "q": "j", "x": "zh"},
    **{"zh": "z", "z": "z", "ch": "z", "c": "z", "sh": "z", "s": "z"},
}
SONORANT = {"m": "m", "n": "n", "l": "l", "r": "z", "": "gh"}
FINALS = {
    **{"a": "a", "ai": "e", "an": "e", "ang": "aon", "ao": "au", "e": "u", "ei": "e", "en": "en", "eng": "en", "er": "el"},
    **{"i": "i", "ia": "ia", "ian": "i", "iang": "ian", "iao": "iau", "ie": "ia", "in": "in", "ing": "in", "iong": "ion"},
    **{"iou": "ieu", "o": "u", "ong": "on", "ou": "eu", "u": "u", "ua": "o", "uai": "ua", "uan": "uoe", "uang": "uaon"},
    **{
        "uei": "ue",
        "ueng": "on",
        "uen": "uen",
        "uo": "u",
        "v": "iu",
        "van": "ioe",
        "ve": "iu",
        "vn": "iun",
        "ih": "y",
        "iz": "y",
    },
}
AFTER_DENTALS = {"uan": "oe", "uei": "oe", "uen": "en", "uang": "aon"}
AFTER_SIBILANTS = {"a": "o", "e": "o", "an": "oe", "u": "y", "ang": "an"}
"""Once retroflex: 车 tsho, 展 tsoe, 书 sy, 张 tsan."""
ENTERING = {
    **{"a": "aq", "ai": "aq", "e": "eq", "ei": "oq", "i": "iq", "ia": "aq", "ie": "iq", "iao": "iaq", "u": "oq", "uo": "oq"},
    **{"ou": "oq", "o": "oq", "ao": "oq", "ve": "iuq", "v": "ioq", "ih": "eq", "iz": "eq", "ua": "uaq", "iou": "ioq", "er": "eq"},
}
AFTER_LABIALS = {"a": "o", "eng": "on"}
LABIAL = frozenset(("b", "p", "m", "f"))
DENTAL = frozenset(("d", "t", "n", "l", "z", "c", "s", "zh", "ch", "sh", "r"))
RETROFLEX = frozenset(("zh", "ch", "sh", "r"))


def guess(character: str, pinyin: str) -> str:
    """Wugniu with tone, from the Mandarin reading (pinyin with tone digit)."""
    initial, final = parts_of(pinyin[:-1])
    tone = int(pinyin[-1])
    entering = entering_classes().get(character)
    voiced = entering == "voiced" or (entering is None and tone == 2)
    if initial in SONORANT:
        onset = SONORANT[initial]
        low = bool(initial) or entering == "sonorant" or tone == 2
        onset = onset if low else ""
    else:
        onset, low = (VOICED if voiced else VOICELESS)[initial], voiced
    if entering is not None and final in ENTERING:
        return f"{_palatal(onset, ENTERING[final])}{ENTERING[final]}{8 if low else 7}"
    rime = FINALS.get(final, "eq")
    if initial in DENTAL:
        rime = AFTER_DENTALS.get(final, rime)
    if initial in LABIAL:
        rime = AFTER_LABIALS.get(final, rime)
    if initial in RETROFLEX:
        rime = AFTER_SIBILANTS.get(final, rime)
    if not initial and final in ("u", "uei", "uan", "uang", "uen", "ua") and not low:
        onset = ""
    return f"{_palatal(onset, rime)}{rime}{6 if low else 1 if tone == 1 else 5}"


def _palatal(onset: str, rime: str) -> str:
    return "gn" if onset == "n" and rime.startswith("i") else onset
