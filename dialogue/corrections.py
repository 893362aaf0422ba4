"""Whether a sentence puts right what was said or heard before: 不是,我说的是北京; 我说错了,是16G; 8核改成16核."""

from __future__ import annotations

import re

_OPENERS = re.compile(
    r"^(?:[嗯哦啊哎诶呃额呀]|那个|[,，.。!！\s])*"
    r"(?:不对|不是|不不|不,|不，|错了|错咗|错啦|错脱|不对头|唔系|唔係|唔啱|勿对|勿是|弗对|弗是|[你侬]?听错|你?(?:搞|弄|记)错)"
)
_MEANT = re.compile(
    r"我?(?:刚才|刚刚|头先|刚)?(?:是)?(?:说|讲|报|弄|搞|记)错|口误|我(?:是)?(?:说|要|讲|问|想要)(?:的|嘅|个|哩)(?:是|系|係)"
)
_CHANGES = re.compile(r"改(?:成|为|做|到|用|要)|换(?:成|做|到|为|上)|转(?:做|成)|变成|调(?:成|到)|升(?:到|级)|降(?:到|成)")


def is_correction(text: str) -> bool:
    """Whether the sentence says that something was told or heard wrong."""
    return bool(_OPENERS.match(text) or _MEANT.search(text))


def change_at(text: str) -> int:
    """Where the words stand that put something in the place of what was spoken of, be it a correction or a change of mind; -1
    without them. What is named before a 换成 is what is changed: 服务器换成8核的.
    """
    if is_correction(text):
        return 0
    found = _CHANGES.search(text)
    return -1 if found is None else found.start()


def opener(text: str) -> int:
    """How far the words go that only say that something was wrong; 0 without them."""
    found = _OPENERS.match(text)
    return 0 if found is None else found.end()
