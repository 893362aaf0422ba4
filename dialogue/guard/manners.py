"""How a customer is spoken to: nobody hears insults, contempt or impatience from the bot, in no dialect."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogue.guard.reading import Reading
from dialogue.guard.words import either, rude_words

_DENIED = re.compile(
    r"(?:没有|没说|没嫌|(?<!是)不是(?!.*(?:吧|吗))|不敢|哪敢|不会|不能|不好|绝不|可不|不该|不应该)[^,。]{0,6}$|您(?:别)?(?:说|骂|觉得|嫌|以为)(?:我|我们)[^,。]{0,6}$"
)
"""Before the words: they are denied (没有嫌您烦的意思), or what the customer called the house."""


class Manners:
    """The wordings of rudeness (wording/rude.yml), without the words that the bot's own texts (`own`) use. Thread safe."""

    def __init__(self, own: str = "") -> None:
        self._own = own
        self._rude = either(rude_words().said)

    def offended(self, reading: Reading) -> Iterator[str]:
        """Words of the new part that insult or slight the customer."""
        for text, start in ((reading.text, reading.start), (reading.said, reading.said_start)):
            for found in self._rude.finditer(text):
                words = found.group()
                denied = _DENIED.search(text[: found.start()])
                if found.end() > start and words not in self._own and not denied:
                    yield words
