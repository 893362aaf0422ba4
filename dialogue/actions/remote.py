"""Custom actions on an action server of rasa-sdk, over its webhook: POST {next_action, sender_id, tracker, domain, version}.

The protocol is that of https://rasa.com/docs/rasa/pages/action-server-api: 200 {events, responses}, 400 {error, action_name}
where the action refuses to run.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.actions.action import ActionContext
from dialogue.breaker import Breaker
from dialogue.domain import Domain
from dialogue.domain_json import domain_json
from dialogue.endpoints import ActionEndpoint
from dialogue.event_json import EventError, from_json
from dialogue.events import ActionRejected, BotUttered, Button, Event
from dialogue.spoken import spoken
from dialogue.tracker_json import tracker_json
from dialogue.understanding_json import Json

log = logging.getLogger(__name__)

VERSION = "3.6.21"
"""The Rasa whose protocol this is; action servers of another version warn."""
FAILED = ("utter_action_failed", "utter_default")
"""Responses for an action that could not be carried out, the first that the domain has."""
FAILED_WORDS = "抱歉，系统暂时没有回应，请稍后再试。"
_NOT_TAKEN = (429, 503)
"""Answers of a server that has not begun with the request."""
_BROKEN_OFF = (500, 502, 504)
"""Answers after which the action may have been done, wholly or in part."""
_PAUSE_S = 0.1
"""Before the second attempt; each further pause is twice as long."""
_CONNECT_S = 3.0
"""A machine that is there takes a connection within one lost packet's time (RFC 6298: 1 s, then 2 s)."""
_VALIDATES = "validate_"
_MESSAGE_KEYS = ("text", "image", "buttons", "custom", "response", "template", "elements", "attachment", "quick_replies")


class UnreachableError(Exception):
    """The server did not take the request, so that it may be sent again."""


class NoAnswerError(Exception):
    """The server took the request and gave no usable answer."""


Post = Callable[[Json], tuple[int, Json]]
"""Sends a request: status and body. Raises UnreachableError or NoAnswerError."""


@dataclass(frozen=True, slots=True)
class ActionServer:
    """One action server, and the domain that its actions are told."""

    endpoint: ActionEndpoint
    post: Post
    domain: Domain
    told: Json
    """The domain as JSON, made once."""
    breaker: Breaker = field(default_factory=Breaker)
    pause: Callable[[float], None] = time.sleep

    @classmethod
    def of(cls, endpoint: ActionEndpoint, domain: Domain, post: Post | None = None) -> ActionServer:
        breaker = Breaker(endpoint.failures, endpoint.rest_s)
        return cls(endpoint, post or HttpPost(endpoint), domain, domain_json(domain), breaker)

    def close(self) -> None:
        """Let its connections go."""
        if isinstance(self.post, HttpPost):
            self.post.close()

    def call(self, action: str, context: ActionContext, just_now: tuple[Event, ...] = ()) -> tuple[Event, ...] | None:
        """What the action says and does; None where it could not be had."""
        body: Json = {
            "next_action": action,
            "sender_id": context.state.conversation,
            "tracker": tracker_json(context.state, self.domain, just_now),
            "version": VERSION,
        }
        if not self.endpoint.selective_domain or action in self.domain.told_domain or action.startswith(_VALIDATES):
            body["domain"] = self.told
        answer = self._sent(action, body)
        if answer is None:
            return None
        status, found = answer
        if status == 400:
            log.info("action %s refused to run", action)
            return (ActionRejected(str(found.get("action_name") or action)),)
        if status != 200:
            log.warning("the action server answered %d to action %s", status, action)
            return None
        try:
            said = tuple(_message(response, context) for response in found.get("responses") or ())
            return (*said, *(from_json(event) for event in found.get("events") or ()))
        except (EventError, AttributeError, TypeError, KeyError) as fault:
            log.warning("the action server's answer to action %s cannot be read: %s", action, type(fault).__name__)
            return None

    def _sent(self, action: str, body: Json) -> tuple[int, Json] | None:
        """Status and body of the answer; None where there is none to be had, or the server is left alone for now."""
        if not self.breaker.allows():
            log.info("the action server is left alone for now; action %s was not asked for", action)
            return None
        for attempt in range(self.endpoint.retries + 1):
            if attempt:
                self.pause(_PAUSE_S * 2 ** (attempt - 1))
            try:
                status, found = self.post(body)
            except UnreachableError as fault:
                log.warning("the action server cannot be reached for action %s (attempt %d): %s", action, attempt + 1, fault)
                continue
            except NoAnswerError as fault:
                log.warning("the action server gave no answer to action %s (attempt %d): %s", action, attempt + 1, fault)
                if self.endpoint.retry_sent:
                    continue
                break
            again = _NOT_TAKEN if not self.endpoint.retry_sent else (*_NOT_TAKEN, *_BROKEN_OFF)
            if status not in again:
                self.breaker.succeeded()
                return status, found
            log.warning("the action server answered %d to action %s (attempt %d)", status, action, attempt + 1)
        self.breaker.failed()
        return None


@dataclass(frozen=True, slots=True)
class RemoteAction:
    """An action that the server carries out; where it does not, the customer is told so."""

    name: str
    server: ActionServer

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        events = self.server.call(self.name, context)
        return _failed(context) if events is None else events


class HttpPost:
    """Posts over HTTP with connections kept open; threads may share it."""

    def __init__(self, endpoint: ActionEndpoint) -> None:
        import httpx

        auth = None if endpoint.basic_auth is None else (endpoint.basic_auth.username, endpoint.basic_auth.password)
        parameters = {**endpoint.params, **({endpoint.token_name: endpoint.token} if endpoint.token else {})}
        self._url = endpoint.url
        self._client = httpx.Client(
            timeout=httpx.Timeout(endpoint.timeout_s, connect=min(endpoint.timeout_s, _CONNECT_S)),
            headers=dict(endpoint.headers),
            auth=auth,
            params=parameters,
            verify=True if endpoint.cafile is None else ssl.create_default_context(cafile=endpoint.cafile),
        )

    def __call__(self, body: Json) -> tuple[int, Json]:
        import httpx

        try:
            answer = self._client.post(self._url, json=body)
            found = answer.json() if answer.content else {}
        except (httpx.ConnectError, httpx.ConnectTimeout) as fault:
            raise UnreachableError(type(fault).__name__) from None
        except (httpx.HTTPError, ValueError) as fault:
            raise NoAnswerError(type(fault).__name__) from None
        return answer.status_code, found if isinstance(found, dict) else {}

    def close(self) -> None:
        self._client.close()


def _message(response: Mapping[str, Any], context: ActionContext) -> BotUttered:
    """One of the answer's messages: a response of the domain by name, filled in with what is sent along, or plain words."""
    named = response.get("response") or response.get("template")
    buttons = tuple(Button(str(one.get("title", "")), str(one.get("payload", ""))) for one in response.get("buttons") or ())
    if named and context.responder.knows(str(named)):
        values = {key: value for key, value in response.items() if key not in _MESSAGE_KEYS}
        said = context.responder.say(str(named), context.state, context.channel, values)
        return BotUttered(
            said.text, said.speech, said.response, (*said.buttons, *buttons), response.get("image") or said.image, said.custom
        )
    text = str(response.get("text") or "")
    return BotUttered(text, spoken(text), None, buttons, response.get("image") or None, response.get("custom") or None)


def _failed(context: ActionContext) -> tuple[Event, ...]:
    for response in FAILED:
        if context.responder.knows(response):
            return (context.responder.say(response, context.state, context.channel, {}),)
    return (BotUttered(FAILED_WORDS, FAILED_WORDS),)
