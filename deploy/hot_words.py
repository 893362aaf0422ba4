"""The words that a bot's recogniser should expect: those of its look-up tables and synonyms, with how each dialect says them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from asr.hot_words import HotWord, without_tones
from asr.normalize import fold, spoken_text
from asr.tones import Contour
from dialogue.bot_files import Bot
from synth_data.phonology.pronounce import DIALECTS, pronounce
from synth_data.phonology.spoken import Spoken
from synth_data.phonology.tables import MissingReadingsError, PronunciationError

log = logging.getLogger(__name__)

MOST = 2000
"""More words than this are a dictionary: they would make the search slower and help nobody."""
_DIGIT = re.compile(r"\d")


def hot_words_of(bot: Bot) -> tuple[HotWord, ...]:
    """Of every wording in synonyms and look-up tables; what an operator adds there is listened for from the next start on."""
    texts = [*bot.training.synonyms, *(wording for wordings in bot.training.lookups.values() for wording in wordings)]
    if len(texts) > MOST:
        log.warning("%d words in look-up tables; only the first %d are listened for", len(texts), MOST)
    return pronounced(texts[:MOST])


def pronounced(texts: Iterable[str]) -> tuple[HotWord, ...]:
    """The words with their pronunciations in all dialects; those that cannot be read aloud are left out."""
    words: dict[str, dict[tuple[str, ...], tuple[Contour, ...]]] = {}
    for text in texts:
        written = fold(text) if _DIGIT.search(text) else spoken_text(text)
        if len(written) > 1:
            said = words.setdefault(written, {})
            for dialect in DIALECTS:
                if syllables := _said(written, dialect):
                    phones = without_tones(syllable.phones for syllable in syllables)
                    said.setdefault(phones, tuple(syllable.contour for syllable in syllables))  # Mandarin's before others'
    return tuple(HotWord(text, tuple(said), tuple(said.values())) for text, said in words.items() if said)


def _said(text: str, dialect: str) -> list[Spoken]:
    try:
        return [syllable for syllable in pronounce(text, dialect) if not syllable.is_pause]
    except MissingReadingsError:  # Cantonese readings come with the extra `train`
        return []
    except PronunciationError as fault:
        log.info("a hot word is not listened for in %s: %s", dialect, fault)
        return []
