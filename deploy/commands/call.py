"""xiangyin call: one call whose caller is a sound file, through the gateway's own media path, in virtual time."""

from __future__ import annotations

import argparse
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, add_json, print_json, progress

if TYPE_CHECKING:
    from deploy.media.records import CallRecord

LINE_HZ = 16000
"""A file is not made worse than it is: telephones' recordings have their band already."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(
        subparsers,
        "call",
        "let a sound file call the bot",
        "xiangyin call examples/cloud_sales --audio question.wav --record call.wav",
    )
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    parser.add_argument(
        "--audio", type=Path, required=True, metavar="IN", help="what the caller says: WAV, FLAC, MP3 or Ogg; waits at pauses"
    )
    parser.add_argument("--record", type=Path, metavar="OUT.wav", help="keep the call: caller left, bot right")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read the file first: a bad one is told before anything slow is loaded."""
    from asr.audio import read_audio

    sound = read_audio(arguments.audio)
    from deploy.bot import SalesBot

    bot = SalesBot.load(arguments.bot, "sqlite://", progress)
    try:
        record = hold(bot, sound, arguments.record)
    finally:
        bot.close()
    from deploy.media.describe import describe

    for turn in record.turns:
        print(describe(turn))
    print(f"ended     {record.ended} after {record.duration_s:.1f} s")
    if arguments.json:
        print_json(record.json())
    return 0


def hold(bot: Any, sound: Any, recording: Path | None) -> CallRecord:
    """The call from the greeting to the hang-up. (Any: SalesBot and Samples, too slow to import for --help.)"""
    from deploy.media.equip import equip, expect_words
    from deploy.media.file_line import FileLine
    from deploy.media.parts import CallName
    from deploy.media.recorder import WavRecorder
    from deploy.media.session import CallSession
    from deploy.media.virtual_time import run_in_virtual_time

    parts = equip(bot)
    expect_words(parts.recogniser, bot.bot)
    name = CallName(f"call-{uuid.uuid4()}", "file")

    async def call() -> CallRecord:
        recorder = WavRecorder(recording, LINE_HZ, 0.0) if recording else None
        return await CallSession(name, FileLine(sound, LINE_HZ), parts, recorder=recorder).run()

    try:
        return run_in_virtual_time(call())
    finally:
        parts.speaker.close()
