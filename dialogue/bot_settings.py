"""What bot.yml says: everything about a bot that is not dialogue."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from asr.adapters.server import TranscriptionServer
from asr.dialects import DIALECT_CODES
from dialogue.actions.settings import ActionSettings
from dialogue.adapters.settings import AdapterSettings
from dialogue.after_call.settings import AfterCallSettings
from dialogue.faults import Fault
from dialogue.guard_settings import GuardSettings
from dialogue.llm.settings import LastResortSettings, LlmSettings, UnderstandingSettings
from dialogue.message import message
from dialogue.outbox.settings import WebhookSettings
from dialogue.read_back import ReadBack
from dialogue.speech_server import SpeechServer
from dialogue.state_settings import StateSettings
from dialogue.wording.settings import WordingSettings
from dialogue.yaml_file import Node, Place, YamlError, fill, nearest

BUNDLED = "bundled"
"""The recogniser that ships with the program."""
STORE_FILE = Path(".xiangyin") / "conversations.sqlite"
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Model folders, relative to the bot's: `asr` (CTranslate2's or sherpa-onnx's) may be 'bundled', an empty `nlu` is trained
    from the bot's own examples. With an `asr_server` that one hears, and `asr` hears the turns that it fails on. Once a caller
    is known to speak a dialect that `asr_by_dialect` names, that model hears the rest of the call."""

    asr: str = BUNDLED
    asr_by_dialect: Mapping[str, str] = field(default_factory=dict)
    nlu: str = ""
    asr_server: TranscriptionServer | None = None
    llm: LlmSettings | None = None
    """A language model behind an endpoint; it is asked only where `last_resort` says so."""

    understanding: UnderstandingSettings | None = None
    """A language model that understands, before `nlu` is asked; the adapter's folder counts from the bot's."""

    def __post_init__(self) -> None:
        _refuse_unknown_dialects(self.asr_by_dialect, "asr_by_dialect")


@dataclass(frozen=True, slots=True)
class DialectVoiceSettings:
    """What is different for callers of one dialect; what is not set stays as it is for all."""

    voice: str | None = None
    variant: str | None = None
    rate_wpm: int | None = None
    pitch: int | None = None


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How the bot sounds. Figures are espeak-ng's own: `rate_wpm` 80-450 words a minute, `pitch` 0-99. With a `server` that one
    speaks, and espeak-ng says what it fails on."""

    engine: Literal["espeak"] = "espeak"
    voice: str = "cmn-latn-pinyin"  # in espeak-ng 1.52 the one that reads Hanzi; 'cmn' of 1.51 reads them as English
    variant: str = "f3"
    rate_wpm: int = 165
    pitch: int = 50
    server: SpeechServer | None = None
    greeting: str = "utter_greet"
    """The response said when a call or a chat begins; an empty one says nothing."""
    by_dialect: Mapping[str, DialectVoiceSettings] = field(default_factory=dict)
    """For callers of a dialect, once it is known; by the codes of `dialects`."""

    def __post_init__(self) -> None:
        _refuse_unknown_dialects(self.by_dialect, "by_dialect")
        if not 80 <= self.rate_wpm <= 450:
            raise ValueError(f"'rate_wpm' must be between 80 and 450 words a minute, got {self.rate_wpm}")
        if not 0 <= self.pitch <= 99:
            raise ValueError(f"'pitch' must be between 0 and 99, got {self.pitch}")

    def in_dialect(self, dialect: str) -> VoiceSettings:
        """How the bot sounds for callers of this dialect."""
        own = self.by_dialect.get(dialect, DialectVoiceSettings())
        changed = {name: value for name, value in dataclasses.asdict(own).items() if value is not None}
        return dataclasses.replace(self, by_dialect={}, **changed)


def _refuse_unknown_dialects(codes: Iterable[str], key: str) -> None:
    """Raises ValueError for what is no code of asr.dialects."""
    unknown = next((code for code in codes if code not in DIALECT_CODES), None)
    if unknown is not None:
        known = ", ".join(DIALECT_CODES)
        raise ValueError(f"'{key}' names the dialect '{unknown}'{nearest(unknown, DIALECT_CODES)}; known are {known}")


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where conversations are kept: a SQLAlchemy URL; an empty one is a SQLite file in the bot's folder."""

    url: str = ""
    locks: str = ""
    """A Redis URL (redis://host:6379/0) where several replicas serve one bot: one of them at a time then works on a turn."""
    keep_days: float = 0.0
    """Days after its last word after which a conversation is deleted, its documents with it. 0: they are kept."""

    def __post_init__(self) -> None:
        if self.keep_days < 0:
            raise ValueError(f"'keep_days' must be 0 (for ever) or more, got {self.keep_days}")


@dataclass(frozen=True, slots=True)
class VoiceChannel:
    """How a call is held."""

    silence_s: float = 6.0
    """Silence of the customer before the bot asks whether anybody is there."""
    silence_prompts: int = 2
    """How often it asks before it says goodbye."""
    end_silence_ms: int = 300
    """Pause that ends the customer's turn; the pauses inside a sentence are mostly shorter."""
    barge_in: bool = True
    """Whether the customer may interrupt."""

    def __post_init__(self) -> None:
        if self.silence_s <= 0:
            raise ValueError(f"'silence_s' must be above 0 seconds, got {self.silence_s}")
        if self.silence_prompts < 0:
            raise ValueError(f"'silence_prompts' must be 0 or more, got {self.silence_prompts}")
        if not 50 <= self.end_silence_ms <= 5000:
            raise ValueError(f"'end_silence_ms' must be between 50 and 5000 milliseconds, got {self.end_silence_ms}")


@dataclass(frozen=True, slots=True)
class TextChannel:
    """How a chat is held."""

    max_chars: int = 2000
    """Characters of one message; longer ones are refused."""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One section for everything spoken, one for everything typed."""

    voice: VoiceChannel = VoiceChannel()
    text: TextChannel = TextChannel()


@dataclass(frozen=True, slots=True)
class BotSettings:
    """All keys of bot.yml. Those whose part of the program is still to come are kept as they stand."""

    profile: Literal["edge", "server"] = "edge"
    language: str = "zh"
    dialects: tuple[str, ...] = ("cmn",)
    models: ModelSettings = ModelSettings()
    personas: Mapping[str, str] = field(default_factory=dict)
    """What a language model is told of its part, by the persona that speaks; terms of facts/terms.yml as {term}. `standard`
    stands in for one that is not listed."""
    voices: VoiceSettings = VoiceSettings()
    facts: str = "facts"
    """Folder of prices.csv, terms.yml and promises.yml, relative to the bot's."""
    actions: Mapping[str, ActionSettings] = field(default_factory=dict)
    webhooks: Mapping[str, WebhookSettings] = field(default_factory=dict)
    """Programs that actions send messages to, by name."""
    state: StateSettings = field(default_factory=StateSettings)
    last_resort: LastResortSettings | None = None
    """What the language model may choose of where neither rules nor stories know."""
    offers: Mapping[str, str] = field(default_factory=dict)
    """Response that ends with a question: action done when the customer's next words are a plain yes."""
    adapters: AdapterSettings = field(default_factory=AdapterSettings)
    """Adapters of the language model, by tenant; their versions, trials and servers."""
    after_call: AfterCallSettings | None = None
    """What is written and sent once a conversation is over; without it, only what is asked for by hand."""
    read_back: Mapping[str, ReadBack] = field(default_factory=dict)
    """Slot of a form that a yes or no fills: the slot that is read back to the customer first."""
    guard: GuardSettings = field(default_factory=GuardSettings)
    """What replies that are not the bot's own responses must keep to."""
    wording: WordingSettings | None = None
    """The responses that the language model words; without `models: {llm: ...}` none are."""
    satisfaction: Mapping[str, Any] = field(default_factory=dict)
    compliance: Mapping[str, Any] = field(default_factory=dict)
    store: StoreSettings = StoreSettings()
    channels: ChannelSettings = ChannelSettings()

    def store_url(self, bot_folder: Path) -> str:
        """The SQLAlchemy URL of the store; a relative SQLite file is taken from the bot's folder."""
        url = self.store.url
        if not url:
            return f"{_SQLITE}{(bot_folder / STORE_FILE).resolve()}"
        file = url.removeprefix(_SQLITE)
        if file == url or not file or file.startswith((":memory:", "file:")) or Path(file).is_absolute():
            return url
        return f"{_SQLITE}{(bot_folder / file).resolve()}"


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """bot.yml as far as it could be read; `places` are those of its keys, actions as 'actions.NAME'."""

    settings: BotSettings = field(default_factory=BotSettings)
    places: Mapping[str, Place] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    lost: frozenset[str] = frozenset()
    """What stood in the keys and actions that could not be read."""


def read_settings(node: Node) -> SettingsRead:
    """bot.yml key by key, so that a fault in one of them hides no other."""
    known = [entry.name for entry in dataclasses.fields(BotSettings)]
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    faults: list[Fault] = []
    lost: set[str] = set()
    if not isinstance(node.value, (dict, type(None))):
        return SettingsRead(faults=(Fault(node.place, message("{what} must be a mapping (key: value)", what="bot.yml")),))
    for key, child in node.mapping("bot.yml").items():
        places[key] = node.keys[key]
        if key not in known:
            told = message("unknown key '{key}' in {what}{close}", key=key, what="bot.yml", close=nearest(key, known))
            faults.append(Fault(node.keys[key], told))
            lost.update(child.texts())
        elif key == "actions" and isinstance(child.value, dict):
            values[key] = _actions(child, places, faults, lost)
        else:
            try:
                values[key] = getattr(fill(BotSettings, Node({key: child}, node.place, node.keys), "bot.yml"), key)
            except YamlError as error:
                faults += Fault.all_of(error)
                lost.update(child.texts())
    return SettingsRead(BotSettings(**values), places, tuple(faults), frozenset(lost))


def _actions(node: Node, places: dict[str, Place], faults: list[Fault], lost: set[str]) -> dict[str, ActionSettings]:
    found: dict[str, ActionSettings] = {}
    for name, child in node.mapping("actions").items():
        places[f"actions.{name}"] = node.keys[name]
        try:
            found[name] = fill(ActionSettings, child, message("action '{name}'", name=name))
        except YamlError as error:
            faults += Fault.all_of(error)
            lost.update((name, *child.texts()))
    return found
