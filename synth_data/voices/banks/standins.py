"""Syllables of a dialect that no recording has: another's consonant before another's rhyme, or the nearest sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from synth_data.phonology.sounds import parts_of
from synth_data.phonology.tables import PronunciationError

NEAR_INITIALS = {
    **{"v": ("", "f"), "ng": ("",), "pf": ("p", "f"), "pfh": ("p", "f"), "n": ("l",), "l": ("n",), "r": ("l",), "": ("ng",)},
    **{"z": ("zh", "j"), "c": ("ch", "q"), "s": ("sh", "x"), "zh": ("z",), "ch": ("c",), "sh": ("s",), "f": ("h",), "h": ("f",)},
}
NEAR_FINALS = {
    **{"o": ("uo", "e"), "uo": ("o",), "e": ("uo", "o"), "io": ("ve", "iou"), "ve": ("ie",), "ie": ("ve",), "iai": ("ie", "iao")},
    **{"in": ("ing",), "ing": ("in",), "en": ("eng",), "eng": ("en",), "an": ("ang",), "ang": ("an",), "uan": ("uang", "an")},
    **{
        "uang": ("uan", "ang"),
        "ong": ("ueng", "eng"),
        "ueng": ("ong",),
        "iong": ("ong",),
        "vn": ("in", "uen"),
        "van": ("ian", "uan"),
    },
    **{
        "uen": ("en",),
        "uei": ("ei",),
        "ei": ("uei", "i"),
        "ua": ("a",),
        "uai": ("ai",),
        "i": ("iz", "ih"),
        "iz": ("ih",),
        "ih": ("iz",),
    },
}
"""What comes nearest in the ear of a speaker of Mandarin."""
PLACES = ("bpmf", "dtnl", ("z", "c", "s"), ("zh", "ch", "sh", "r"), "jqx", "gkh", ("", "ng"))
"""Initials made at one place of the mouth: a rhyme taken from a neighbour enters as it should."""
SONORANTS = frozenset({"m", "n", "l", "r", "ng"})

Parts = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StandIn:
    """Syllables without tone that together sound as one: the consonant of `lead` before the rhyme of `rhyme`.

    No lead: `rhyme` as it is, for a sound near the one wanted.
    """

    rhyme: str
    lead: str = ""


class StandIns:
    """Stand-ins by what a bank of Mandarin has."""

    def __init__(self, bases: Iterable[str]) -> None:
        self._parts: dict[Parts, str] = {}
        for base in bases:
            try:
                self._parts.setdefault(parts_of(base), base)
            except PronunciationError:  # hm, ng and the like
                continue

    def find(self, base: str) -> StandIn | None:
        """What is spoken in place of `base`, which the bank lacks; None where nothing comes near."""
        try:
            initial, final = parts_of(base)
        except PronunciationError:
            return None
        for wanted in (final, *NEAR_FINALS.get(final, ())):
            if (initial, wanted) in self._parts:
                return StandIn(self._parts[initial, wanted])
            put_together = self._put_together(initial, wanted)
            if put_together is not None:
                return put_together
            for near in self._near(initial, wanted):
                return StandIn(near)
        return None

    def _put_together(self, initial: str, final: str) -> StandIn | None:
        if initial == "ng":  # its nasal is the end of ang
            rhyme = self._parts.get(("", final))
            return StandIn(rhyme, "ang") if rhyme and ("", "ang") in self._parts else None
        leads = [(own, base) for (first, own), base in self._parts.items() if first == initial and initial]
        rhymes = [(first, base) for (first, own), base in self._parts.items() if own == final]
        if not leads or not rhymes:
            return None
        medial = final[0]
        lead = min(leads, key=lambda found: (found[0][0] != medial, len(found[0])))[1]
        rhyme = min(rhymes, key=lambda found: (_far(found[0], initial), found[0] in SONORANTS))[1]
        return StandIn(rhyme, lead)

    def _near(self, initial: str, final: str) -> Iterator[str]:
        for near in NEAR_INITIALS.get(initial, ()):
            rounded = f"u{final}" if initial == "v" and near == "" else final
            if (near, rounded) in self._parts:
                yield self._parts[near, rounded]


def _far(one: str, other: str) -> bool:
    return not any(one in place and other in place for place in PLACES)
