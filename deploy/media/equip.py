"""What a bot needs to talk: its recogniser and its voice, as bot.yml names them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from asr.dialects import DEFAULT_DIALECT
from asr.transcript import Recogniser
from deploy.media.options import CallOptions
from deploy.media.parts import Brain, CallParts, DialectParts
from deploy.media.speaker import Speaker
from dialogue.bot_files import Bot
from dialogue.bot_settings import BUNDLED, VoiceSettings
from dialogue.domain import VOICE
from dialogue.responses import fill_in, placeholders
from dialogue.spoken import sentences, spoken
from synth_data.speech import Speech, Voice

if TYPE_CHECKING:
    from synth_data.voices import EspeakOptions

PINYIN = {"cmn-latn-pinyin": "cmn", "yue": "yue"}
"""espeak's voices that our own phonology reads for: it knows 银行 from 行走, espeak alone does not."""

SOUNDS_FOLDER = Path(".xiangyin") / "sounds"
"""In the bot's folder: what its speech server said."""


class Talking(Brain, Protocol):
    """A SalesBot, or a LiveBot with its versions."""

    @property
    def bot(self) -> Bot: ...


def equip(bot: Talking, recogniser: Recogniser | None = None, voice_failed: Callable[[], None] = lambda: None) -> CallParts:
    """Everything that the bot's calls share; `voice_failed` is called for each sentence that its speech server did not say.

    Raises RecogniserError where there is no model, VoiceError where the server's key is not set.
    """
    settings = bot.bot.settings
    return CallParts(
        brain=bot,
        recogniser=recogniser or recogniser_of(bot.bot),
        speaker=Speaker(voice_of(bot.bot, voice_failed)),
        options=CallOptions.of(settings.channels.voice),
        dialects=settings.dialects,
        by_dialect=_by_dialect(bot.bot, voice_failed),
    )


def _by_dialect(bot: Bot, voice_failed: Callable[[], None]) -> dict[str, DialectParts]:
    """Recognisers and voices for callers of one dialect."""
    models, voices = bot.settings.models.asr_by_dialect, bot.settings.voices.by_dialect
    return {
        code: DialectParts(
            recogniser=_local_recogniser(bot.folder / models[code]) if code in models else None,
            speaker=Speaker(voice_of(bot, voice_failed, code)) if code in voices else None,
        )
        for code in (*models, *(code for code in voices if code not in models))
    }


def recogniser_of(bot: Bot) -> Recogniser:
    """The server that the bot names, or its own model folder, or the bundled one."""
    from asr.adapters.transcription_api import TranscriptionClient

    models = bot.settings.models
    local = _local_recogniser(bot.folder / models.asr if models.asr != BUNDLED else None)
    return TranscriptionClient(models.asr_server, local) if models.asr_server else local


def expect_words(recogniser: Recogniser, bot: Bot) -> None:
    """Have the recogniser listen for the words of the bot's files, where it can. Takes a second."""
    from asr.hot_words import Expecting
    from deploy.hot_words import hot_words_of

    if isinstance(recogniser, Expecting):
        recogniser.expect(hot_words_of(bot))


def _local_recogniser(folder: Path | None) -> Recogniser:
    from asr.adapters.sherpa import SherpaRecogniser, is_sherpa
    from asr.bundle import bundled_folder
    from asr.recogniser import WhisperRecogniser

    if folder is not None and is_sherpa(folder):
        return SherpaRecogniser(folder)
    return WhisperRecogniser(folder or bundled_folder())


def voice_of(bot: Bot, failed: Callable[[], None] = lambda: None, dialect: str = DEFAULT_DIALECT) -> Voice:
    """The server that the bot names, espeak-ng where that one fails or none is named. `failed` is called for each such sentence.

    On disk is kept what the bot says without filling anything in, and no sentence with a customer's name or number.
    """
    server = bot.settings.voices.server
    own = _espeak_voice(bot.settings.voices.in_dialect(dialect))
    if server is None:
        return own
    from synth_data.voices.http import HttpVoice
    from synth_data.voices.sound_cache import SoundCache
    from synth_data.voices.stand_in import StandInVoice

    cache = SoundCache(bot.folder / SOUNDS_FOLDER)
    return StandInVoice(HttpVoice(server, dialect, cache, frozenset(fixed_sentences(bot))), own, failed)


def _espeak_voice(settings: VoiceSettings) -> Voice:
    """espeak-ng in a process of its own, started with the first sentence."""
    from synth_data.speakers import Speaker as Person
    from synth_data.voices import DialectVoice, EspeakOptions

    if settings.voice in PINYIN:
        person = Person(settings.variant, settings.rate_wpm, settings.pitch)
        return DialectVoice(PINYIN[settings.voice], person)
    return EspeakVoice(EspeakOptions(settings.voice, settings.variant, settings.rate_wpm, settings.pitch))


class EspeakVoice:
    """A Voice of espeak-ng as it reads by itself: other languages than ours."""

    def __init__(self, options: EspeakOptions) -> None:
        from synth_data.voices import EspeakEngine

        self._engine = EspeakEngine()
        self._options = options

    def synthesize(self, text: str) -> Speech:
        """Raises VoiceError when the engine is out of reach or knows no such voice."""
        return self._engine.speak(text, self._options)

    def close(self) -> None:
        self._engine.close()


def fixed_sentences(bot: Bot) -> tuple[str, ...]:
    """Every sentence that the bot says with nothing filled in, or only terms of its facts/terms.yml, as it is spoken."""
    terms = bot.facts.terms
    found = [
        sentence
        for variations in bot.domain.responses.values()
        for variation in variations
        if variation.channel in (None, VOICE) and terms.keys() >= set(placeholders(variation.text))
        for sentence in sentences(spoken(fill_in(variation.text, terms.get)))
    ]
    return tuple(dict.fromkeys(found))
