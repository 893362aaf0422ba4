"""What the demonstration came to: which turns were the model's, how soon the template stood in, what is not as it should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dialogue.events import AdapterReplied

WORDED = 12
"""Turns of twenty that are to be the model's."""
TEMPLATE_WITHIN_MS = 1000.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn. `waited_ms`: for the model's words; `first_audio_ms`: what the caller waited, None where he typed."""

    said: str
    reply: str
    wordings: tuple[AdapterReplied, ...]
    waited_ms: float
    first_audio_ms: float | None = None
    away: bool = False
    """vLLM was dead."""

    @property
    def worded(self) -> bool:
        return any(one.worded for one in self.wordings)

    @property
    def voice(self) -> str:
        """Whose words were heard: the adapter's name, or 'template'."""
        return next((one.adapter or one.model for one in self.wordings if one.worded), "template")

    @property
    def why(self) -> str:
        """Why the template spoke, or ended what the model began."""
        return ", ".join(dict.fromkeys(word for one in self.wordings for word in (one.fault, one.dropped) if word))


@dataclass(frozen=True, slots=True)
class Outcome:
    """All turns, and how many seconds each start of vLLM took."""

    turns: tuple[Turn, ...]
    starts_s: tuple[float, ...]

    @property
    def worded(self) -> int:
        return sum(turn.worded for turn in self.turns)

    def faults(self, wanted: int) -> list[str]:
        """What is not as it should be; empty when all is well. `wanted`: turns of the whole conversation."""
        found = []
        if len(self.turns) < wanted:
            found.append(f"{wanted} turns were to be answered, {len(self.turns)} were")
        if self.worded < WORDED:
            found.append(f"the model worded {self.worded} of {len(self.turns)} turns, {WORDED} are wanted")
        away = [turn for turn in self.turns if turn.away]
        found += [f"'{turn.said}' was worded by a model that was dead" for turn in away if turn.worded]
        found += [
            f"'{turn.said}' waited {turn.waited_ms:.0f} ms for a model that was dead"
            for turn in away
            if turn.waited_ms >= TEMPLATE_WITHIN_MS
        ]
        if not any(turn.wordings for turn in away):
            found.append("no turn asked the model while it was dead")
        back = self.turns[max((at for at, turn in enumerate(self.turns) if turn.away), default=len(self.turns)) + 1 :]
        if not any(turn.worded for turn in back):
            found.append("the model's return was not picked up")
        voices = {turn.voice for turn in self.turns if turn.worded}
        if len(voices) < 2:
            found.append(f"two voices were to speak, heard: {', '.join(sorted(voices)) or 'none'}")
        return found

    def json(self) -> dict[str, Any]:
        return {
            "turns": [
                {
                    "said": turn.said,
                    "reply": turn.reply,
                    "voice": turn.voice,
                    "why": turn.why,
                    "waited_ms": round(turn.waited_ms, 1),
                    "first_audio_ms": turn.first_audio_ms,
                    "vllm": "away" if turn.away else "up",
                }
                for turn in self.turns
            ],
            "worded": self.worded,
            "starts_s": [round(one, 1) for one in self.starts_s],
        }


def transcript(turns: Sequence[Turn]) -> str:
    """The conversation as Markdown, each reply with who worded it."""
    lines = ["# 演示通话：大模型措辞，模板兜底", ""]
    for number, turn in enumerate(turns, start=1):
        state = "，vLLM 已停" if turn.away else ""
        why = f"，{turn.why}" if turn.why else ""
        lines += [
            f"**{number}. 客户** {turn.said}",
            "",
            f"**客服**（{turn.voice}{state}{why}，{turn.waited_ms:.0f} ms）{turn.reply}",
            "",
        ]
    return "\n".join(lines)
