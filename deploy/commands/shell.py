"""xiangyin shell: talk to a bot in the terminal."""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, ask, coloured, progress

if TYPE_CHECKING:
    from deploy.bot import SalesBot
    from dialogue.reply import Reply
    from dialogue.state import DialogueState

CHANNEL = "console"


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(subparsers, "shell", "talk to a bot in the terminal", "xiangyin shell examples/cloud_sales --debug")
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    parser.add_argument("--debug", action="store_true", help="show needs, slots, decisions and times of each turn")
    parser.add_argument("--keep", action="store_true", help="keep the conversation in the bot's store; else it is forgotten")


def run(arguments: argparse.Namespace) -> int:
    """Read lines until the end of input, /quit, or the bot's own end."""
    from deploy.bot import SalesBot

    bot = SalesBot.load(arguments.bot, None if arguments.keep else "sqlite://", progress)
    print("/state what is remembered   /reset begin anew   /quit leave")
    conversation = _begin(bot)
    while (line := ask("> ")) is not None and line != "/quit":
        if line == "/reset":
            conversation = _begin(bot)
        elif line == "/state":
            print(describe(bot.state(conversation)))
        elif line:
            reply = bot.turn(conversation, line, CHANNEL)
            if arguments.debug:
                print(coloured(debug(bot.state(conversation), reply), "dim"))
            _say(reply)
    bot.close()
    return 0


def _begin(bot: SalesBot) -> str:
    conversation = f"{CHANNEL}-{secrets.token_hex(6)}"
    _say(bot.start(conversation, CHANNEL))
    return conversation


def _say(reply: Reply) -> None:
    for message in reply.messages:
        if message.text:
            print(coloured(message.text, "blue"))
        for button in message.buttons:
            print(f"  [{button.title}] {button.payload}")
        if message.image:
            print(f"  ({message.image})")
    if reply.hand_over:
        print(coloured("-- handed over to a person --", "yellow"))
    if reply.end:
        print(coloured("-- the conversation is over --", "yellow"))


def debug(state: DialogueState, reply: Reply) -> str:
    """What happened in the last turn, a line each: needs, slots set in it, actions with their reasons, times."""
    text = "" if state.latest is None else state.latest.text
    lines = [f"  need    {need.intent} {need.confidence:.2f}  {text[need.start : need.end]}" for need in state.needs]
    lines += [
        f"  slot    {name} = {slot.value}  ({slot.source}: {slot.words})"
        for name, slot in state.slots.items()
        if slot.turn == state.turn and slot.source != "default"
    ]
    lines += [f"  action  {action.name}  ({action.policy}: {action.reason})" for action in state.turn_actions]
    times = reply.times
    lines.append(f"  ms      understand {times.understand_ms:.1f}, decide {times.decide_ms:.1f}, store {times.store_ms:.1f}")
    return "\n".join(lines)


def describe(state: DialogueState) -> str:
    """The state for a person: topic, each slot with where it came from, what was asked for, configurations put aside."""
    lines = [f"turn {state.turn}, about {state.intent or '-'}, needs {', '.join(need.intent for need in state.needs) or '-'}"]
    lines += [
        f"  {name} = {slot.value}  (turn {slot.turn}, {slot.source}{': ' + slot.words if slot.words else ''})"
        for name, slot in state.slots.items()
        if slot.value is not None
    ]
    lines += [f"  need ({need.status}) {need.intent}: {need.words}  (turn {need.turn})" for need in state.asked]
    lines += [
        f"  configuration {name}: {', '.join(f'{slot} = {value.value}' for slot, value in slots.items())}"
        for name, slots in state.configurations.items()
    ]
    return "\n".join(lines)
