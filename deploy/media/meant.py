"""Whether what was heard of a caller is meant for the bot."""

from __future__ import annotations

from deploy.media.backchannel import is_backchannel

UNHEARD_MS = 300
"""Speech without words that is this long was an utterance not understood, and the caller is told so; shorter is a cough or the
street. Nine in ten words of two syllables are longer over a telephone, and half of those of one (200 clips of dialect_train)."""
QUESTION_END_S = 1.5
"""So late in a question, 好 is an answer, not a sign of listening."""
QUESTION_MARKS = ("?", "\uff1f", "\u5417", "\u5462")


def is_meant(text: str, voiced_ms: int, left_s: float, bot_said: str, barge_in: bool) -> bool:
    """True but for a cough, the street, or 嗯 while the bot goes on speaking.

    `left_s`: how much of `bot_said`, its latest words, was still to be heard when the caller's turn was over; 0 or less: nothing.
    """
    if not text.strip():
        return voiced_ms >= UNHEARD_MS and left_s <= 0
    if left_s <= 0:
        return True
    return barge_in and (not is_backchannel(text) or _is_answered(bot_said, left_s))


def _is_answered(asked: str, left_s: float) -> bool:
    """好, said when a question is nearly over, answers it."""
    return asked.rstrip().endswith(QUESTION_MARKS) and left_s < QUESTION_END_S
