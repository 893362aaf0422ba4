"""Small sounds of listening (嗯, 对, 好的): said while the bot speaks they mean 'go on', not 'stop'."""

from __future__ import annotations

import re

_SOUND = re.compile(r"[嗯哦噢喔啊唔哎诶欸呃额哈]+")
_WORD = re.compile(
    r"(嗯|哦)?(对|好|是|行|得|对的|好的|是的|好吧|对啊|是啊|要得|係|系|明白|知道了|晓得了)(对|好|是|行|的|啊|呀|嘛|吧)*"
)
_LETTERS = re.compile(r"\w")


def is_backchannel(text: str) -> bool:
    """True for a text that only says 'I am listening'."""
    word = "".join(_LETTERS.findall(text))
    return bool(_SOUND.fullmatch(word) or (len(word) <= 4 and _WORD.fullmatch(word)))
