"""REST as Rasa has it: the webhook, the parser, the tracker."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path
from pydantic import AfterValidator, BaseModel, Field

from deploy.gateway.tracker import tracker
from deploy.gateway.turns import Turns
from dialogue.events import BotUttered
from dialogue.reply import Reply
from dialogue.understanding_json import parse_result

MAX_ID = 200
JSON = dict[str, Any]  # Any: what JSON holds


def sound(text: str) -> str:
    """Refuses what cannot be stored: half a surrogate pair, and NUL, which PostgreSQL takes in no text."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("is not valid Unicode text")
    return text


def said(text: str) -> str:
    """Refuses an empty message: to the bot an empty utterance is silence, and nobody types silence."""
    if not text.strip():
        raise ValueError("is empty")
    return text.strip()


Sender = Annotated[str, AfterValidator(sound), Field(min_length=1, max_length=MAX_ID)]
Text = Annotated[str, AfterValidator(sound)]


class Said(BaseModel):
    """One message of a customer; what else Rasa's clients send (metadata, input_channel) is left aside."""

    sender: Sender
    message: Annotated[Text, AfterValidator(said)]


class Asked(BaseModel):
    """A text to be understood, outside any conversation."""

    text: Text


def rest_routes(turns: Turns, max_message: int) -> APIRouter:
    """The routes, closed over the bot's turns."""
    routes = APIRouter()

    def limit(text: str) -> None:
        if len(text) > max_message:
            raise HTTPException(422, f"a message may have {max_message} characters")

    @routes.post("/webhooks/rest/webhook")
    async def webhook(request: Said) -> list[JSON]:
        limit(request.message)
        reply = await turns.turn(request.sender, request.message, "rest")
        return messages(request.sender, reply)

    @routes.post("/model/parse")
    async def parse(request: Asked) -> JSON:
        limit(request.text)
        return parse_result(await turns.run(lambda: turns.bot.understand(request.text)))

    @routes.get("/conversations/{conversation}/tracker")
    async def tracked(conversation: Annotated[str, Path(max_length=MAX_ID), AfterValidator(sound)]) -> JSON:
        return await turns.run(lambda: tracker(conversation, turns.bot), conversation)

    return routes


def messages(recipient: str, reply: Reply) -> list[JSON]:
    """A reply as Rasa's REST channel sends it: one object each for text (with its buttons), image and custom content."""
    return [{"recipient_id": recipient, **part} for message in reply.messages for part in parts(message)]


def parts(message: BotUttered) -> list[JSON]:
    """One message as its sendable parts."""
    found: list[JSON] = []
    if message.text or message.buttons:
        found.append({"text": message.text})
    if message.buttons:
        found[-1]["buttons"] = [{"title": button.title, "payload": button.payload} for button in message.buttons]
    if message.image:
        found.append({"image": message.image})
    if message.custom is not None:
        found.append({"custom": dict(message.custom)})
    return found
