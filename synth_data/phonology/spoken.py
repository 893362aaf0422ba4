"""What a reading of a text is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spoken:
    """One syllable. A pause has neither notation nor phones nor syllable.

    `notation`: what espeak-ng is given. `phones`: the units it sounds. `syllable`: as coloured, in pinyin, Jyutping or Wugniu
    with a tone digit ("zong1"). `contour`: Chao levels as realised ((2, 1, 4); one figure is short; empty: as the voice has it).
    """

    notation: str
    phones: tuple[str, ...]
    syllable: str = ""
    contour: tuple[int, ...] = ()
    neutral: bool = False

    @property
    def is_pause(self) -> bool:
        return not self.phones
