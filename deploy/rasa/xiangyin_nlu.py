"""XiangyinNLU: a Rasa 3.6 pipeline whose intents and entities come from a xiangyin server.

This one file is all there is to it, and the standard library and Rasa are all that it needs. Lay it beside config.yml:

    pipeline:
      - name: xiangyin_nlu.XiangyinNLU
        url: http://127.0.0.1:8000  # of `xiangyin run BOT`; empty: the environment variable XIANGYIN_URL
        api_key: ""                 # a key of the server's keys file; empty: XIANGYIN_API_KEY
        timeout_s: 1.0
        threshold: 0.0              # an intent below it is none
        join_intents: false         # true: two needs become the intent a+b, names in alphabetical order

Rasa writes this section into its trained models; what comes from the environment is read when a model is loaded.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

logger = logging.getLogger(__name__)

Json = dict[str, Any]  # Any: what JSON holds
URL_VARIABLE, KEY_VARIABLE = "XIANGYIN_URL", "XIANGYIN_API_KEY"
DEFAULT_URL = "http://127.0.0.1:8000"
ANSWER_LIMIT = 4 * 1024 * 1024
"""Bytes; the answer to the longest message that the server takes is far below."""
ENTITY_KEYS = ("entity", "start", "end", "value", "confidence_entity", "role", "group")
"""What Rasa knows of an entity, beside the extractor."""


class ConfigError(ValueError):
    """The component's section of config.yml cannot be used; the message names the key."""


class ServerError(Exception):
    """No answer was had; the message says why, and never what a customer said."""


@dataclass(frozen=True)
class Options:
    """The component's section of config.yml. `timeout_s` bounds each wait for the server; `threshold` is in [0, 1]."""

    url: str = ""
    api_key: str = ""
    timeout_s: float = 1.0
    threshold: float = 0.0
    join_intents: bool = False

    def __post_init__(self) -> None:
        for name in ("url", "api_key"):
            if not isinstance(getattr(self, name), str):
                raise ConfigError(f"XiangyinNLU: {name} must be text, got {type(getattr(self, name)).__name__}")
        for name, low, high in (("timeout_s", 0.01, 60.0), ("threshold", 0.0, 1.0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
                raise ConfigError(f"XiangyinNLU: {name} must be a number between {low} and {high}, got {value!r}")


@dataclass(frozen=True)
class Server:
    """The xiangyin server that is asked."""

    url: str
    api_key: str
    timeout_s: float

    @classmethod
    def of(cls, options: Options, environment: Mapping[str, str]) -> Server:
        """The server that config.yml names, or else the environment. Raises ConfigError for an address that is none."""
        url = options.url or environment.get(URL_VARIABLE, "") or DEFAULT_URL
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            raise ConfigError(f"XiangyinNLU: url (or {URL_VARIABLE}) must be such as {DEFAULT_URL}, got {url!r}")
        return cls(url.rstrip("/"), options.api_key or environment.get(KEY_VARIABLE, ""), options.timeout_s)

    def parse(self, text: str) -> Json:
        """What the server makes of a text: Rasa's own shape, with `intents` beside `intent`. Raises ServerError."""
        headers = {"Content-Type": "application/json"}
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        body = json.dumps({"text": text}).encode()
        request = urllib.request.Request(f"{self.url}/model/parse", body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_s) as response:
                parsed = json.loads(response.read(ANSWER_LIMIT))
        except urllib.error.HTTPError as fault:
            fault.close()
            hint = "; set api_key to a key of its keys file" if fault.code in (401, 403) else ""
            raise ServerError(f"it answered {fault.code} {fault.reason}{hint}") from None
        except (OSError, http.client.HTTPException, UnicodeEncodeError) as fault:
            raise ServerError(str(fault) or type(fault).__name__) from None
        except ValueError:
            raise ServerError("it answered no JSON; is that address a xiangyin server's?") from None
        if not isinstance(parsed, dict) or "intent" not in parsed or "entities" not in parsed:
            raise ServerError("it answered no intent and no entities; is that address a xiangyin server's?")
        return parsed


class Settable(Protocol):
    """What is used of Rasa's Message."""

    def get(self, prop: str, default: Any = None) -> Any:
        """A property of the message."""
        ...

    def set(self, prop: str, info: Any, add_to_output: bool = False) -> None:
        """Set a property; `add_to_output` puts it into what /model/parse and the tracker show."""
        ...


class Asker:
    """Asks the server and writes what it says onto messages. Without an answer a message has no intent and no entities."""

    def __init__(self, options: Options, extractor: str) -> None:
        self._options = options
        self._server = Server.of(options, os.environ)
        self._extractor = extractor
        self._failing = False

    def understand(self, message: Settable) -> None:
        """Set intent, intent_ranking, intents and entities; a message such as /greet is left to Rasa."""
        text = message.get("text")
        if not text or not text.strip() or text.startswith("/"):
            return
        parsed = self._ask(text)
        needs = parsed.get("intents") or []
        first = intent_of(parsed, self._options)
        message.set("intent", first, add_to_output=True)
        message.set("intent_ranking", ranking_of(parsed, first), add_to_output=True)
        message.set("intents", needs, add_to_output=True)
        found = [entity_of(entity, self._extractor) for entity in parsed["entities"]]
        message.set("entities", [*message.get("entities", []), *found], add_to_output=True)

    def _ask(self, text: str) -> Json:
        try:
            parsed = self._server.parse(text)
        except ServerError as fault:
            # One warning for a row of failures: a server that is down must not fill the log with every message.
            if not self._failing:
                logger.warning(
                    "XiangyinNLU: %s gives no answer (%s); messages have no intent until it does", self._server.url, fault
                )
            self._failing = True
            return {"intent": {"name": None, "confidence": 0.0}, "entities": []}
        if self._failing:
            logger.info("XiangyinNLU: %s answers again", self._server.url)
        self._failing = False
        return parsed


def intent_of(parsed: Mapping[str, Any], options: Options) -> Json:
    """The intent that Rasa's policies see: the first need, or all of them joined; none below the threshold."""
    intent = dict(parsed.get("intent") or {"name": None, "confidence": 0.0})
    names = sorted({need["name"] for need in parsed.get("intents") or ()})
    if options.join_intents and len(names) > 1:
        intent = {"name": "+".join(names), "confidence": min(need["confidence"] for need in parsed["intents"])}
    confidence = float(intent.get("confidence") or 0.0)
    return {"name": intent.get("name") if confidence >= options.threshold else None, "confidence": confidence}


def ranking_of(parsed: Mapping[str, Any], first: Mapping[str, Any]) -> list[Json]:
    """The server's ranking with the chosen intent in front, as Rasa expects; its FallbackClassifier compares the first two."""
    if first["name"] is None:
        return list(parsed.get("intent_ranking") or ())
    return [dict(first), *(one for one in parsed.get("intent_ranking") or () if one["name"] != first["name"])]


def entity_of(entity: Mapping[str, Any], extractor: str) -> Json:
    """One entity with the keys that Rasa knows."""
    known = {key: entity[key] for key in ENTITY_KEYS if entity.get(key) is not None}
    return {**known, "extractor": extractor}


try:
    from rasa.engine.graph import ExecutionContext, GraphComponent
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.engine.storage.resource import Resource
    from rasa.engine.storage.storage import ModelStorage
    from rasa.nlu.classifiers.classifier import IntentClassifier
    from rasa.nlu.extractors.extractor import EntityExtractorMixin
    from rasa.shared.exceptions import InvalidConfigException
    from rasa.shared.nlu.training_data.message import Message
except ModuleNotFoundError as absent:
    # Without Rasa, what stands above can still be used and tested; a broken Rasa is not passed over.
    if absent.name != "rasa":
        raise
else:

    @DefaultV1Recipe.register(
        [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=False
    )
    class XiangyinNLU(GraphComponent, IntentClassifier, EntityExtractorMixin):  # type: ignore[misc]
        """The component; nothing is trained here, the server has its own data and models."""

        @staticmethod
        def get_default_config() -> Json:
            """What config.yml may set."""
            return dict(Options().__dict__)

        @classmethod
        def create(
            cls,
            config: Json,
            model_storage: ModelStorage,  # noqa: ARG003 (Rasa's own seam)
            resource: Resource,  # noqa: ARG003
            execution_context: ExecutionContext,  # noqa: ARG003
        ) -> XiangyinNLU:
            """Rasa's way to make a component. Raises InvalidConfigException."""
            known = cls.get_default_config()
            try:
                return cls(Options(**{key: value for key, value in config.items() if key in known}))
            except ConfigError as fault:
                raise InvalidConfigException(str(fault)) from None

        def __init__(self, options: Options) -> None:
            self._asker = Asker(options, self.name)

        def process(self, messages: list[Message]) -> list[Message]:
            """Understand each message."""
            for message in messages:
                self._asker.understand(message)
            return messages
