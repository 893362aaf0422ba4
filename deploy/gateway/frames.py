"""What a chat window and the gateway say to each other over /ws/chat: JSON text frames, one object each.

From the window: `session_request` {session_id?}, `user_uttered` {message, id?}, `ping`.
To the window: `session_confirm` {session_id, resumed}, `typing`, `bot_uttered` {messages, id?, hand_over, end}, `pong`,
`error` {code, message}.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from deploy.gateway.rest import JSON, parts, sound
from dialogue.reply import Reply

BAD_JSON, BAD_FRAME = 1007, 1008
"""Close codes of RFC 6455: data that is not what it claims to be; a breach of the protocol."""
SESSION_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""A session's id is its only secret, so short ones are not taken."""


class FrameError(ValueError):
    """The socket is closed with `code`."""

    def __init__(self, code: int, what: str) -> None:
        super().__init__(what)
        self.code = code


class MessageError(ValueError):
    """The message is refused with an error frame; the socket stays."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(what)
        self.code = code


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """A window opens; `session_id` names the conversation to go on with, '' asks for a new one."""

    session_id: str = ""


@dataclass(frozen=True, slots=True)
class Uttered:
    """A message typed; `id` is the window's own, so that one sent twice over a broken line is answered once."""

    message: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Ping:
    """The window asks whether the line still stands."""


Frame = SessionRequest | Uttered | Ping


def read_frame(text: str, max_message: int) -> Frame:
    """A frame from its text. Raises FrameError for rubbish and MessageError for a message that cannot be taken."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise FrameError(BAD_JSON, "a frame is a JSON object") from None
    if not isinstance(frame, dict):
        raise FrameError(BAD_JSON, "a frame is a JSON object")
    match frame.get("type"):
        case "session_request":
            offered = frame.get("session_id")
            known = isinstance(offered, str) and SESSION_ID.fullmatch(offered) is not None
            return SessionRequest(str(offered) if known else "")
        case "user_uttered":
            return _uttered(frame, max_message)
        case "ping":
            return Ping()
    raise FrameError(BAD_FRAME, "the frame's type is none of session_request, user_uttered, ping")


def _uttered(frame: dict[str, Any], max_message: int) -> Uttered:
    message, own_id = frame.get("message"), frame.get("id", "")
    if not isinstance(message, str) or not isinstance(own_id, str) or len(own_id) > 64:
        raise FrameError(BAD_FRAME, "user_uttered has a text 'message' and may have a short text 'id'")
    if not message.strip():
        raise MessageError("empty", "the message is empty")
    if len(message) > max_message:
        raise MessageError("too_long", f"a message may have {max_message} characters")
    try:
        return Uttered(sound(message).strip(), sound(own_id))
    except ValueError:
        raise MessageError("not_text", "the message or its id is not valid Unicode text") from None


def confirmed(session_id: str, resumed: bool) -> JSON:
    return {"type": "session_confirm", "session_id": session_id, "resumed": resumed}


def uttered(reply: Reply, own_id: str = "") -> JSON:
    """The bot's answer; `id` is that of the message answered, '' for the greeting."""
    return {
        "type": "bot_uttered",
        "id": own_id,
        "messages": [part for message in reply.messages for part in parts(message)],
        "hand_over": reply.hand_over,
        "end": reply.end,
    }


def error(code: str, what: str, own_id: str = "") -> JSON:
    return {"type": "error", "code": code, "message": what, "id": own_id}
