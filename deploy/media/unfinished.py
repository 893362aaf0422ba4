"""Sentences that stop in the middle: the caller is thinking, and the bot gives a little more time."""

from __future__ import annotations

import re

_END = re.compile(
    "(?:还要|还有|还想|还得|还需要|仲要|仲有|然后|另外|同埋|而且|以及|或者|但是|不过|因为|要是|如果|比如|比如说|就是|就是说|即系|"
    "一个是|最好能|最好是|想要|我要|我想|我想要|我想问|我想问一下|我想问下|能不能|可不可以|可唔可以|有冇|和|跟|嗯|呃)$"
)
"""Not among them what ends whole sentences too: 那个 (就要那个), 最好 (哪个最好), 我们 (联系我们)."""
_LETTERS = re.compile(r"\w")
_MEANING = 3
"""A text of fewer characters than this is an answer (嗯, 那个), not the beginning of a sentence."""


def is_unfinished(text: str) -> bool:
    """True for a text that ends with a word after which more must come."""
    letters = "".join(_LETTERS.findall(text))
    return len(letters) >= _MEANING and bool(_END.search(letters))
