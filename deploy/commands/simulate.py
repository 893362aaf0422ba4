"""xiangyin simulate: simulated customers with goals talk to the bot; completion, automation and time are measured."""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, add_json, print_json, progress

if TYPE_CHECKING:
    from deploy.bot import SalesBot
    from synth_data.callers.goals import Goal
    from synth_data.callers.talk import Answer, Answering


_MARKS = re.compile(r"[,，。]")
_MARKS_KEPT = 0.5
"""So many of a recogniser's sentences have commas; the others have none at all."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(
        subparsers,
        "simulate",
        "let simulated customers with goals talk to the bot, and measure it",
        "xiangyin simulate examples/cloud_sales --callers 500 --slips 0.12 --out build/simulated",
    )
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder; goals are drawn from its facts/")
    parser.add_argument("--callers", type=int, default=100, metavar="N", help="how many customers (default: 100)")
    parser.add_argument(
        "--slips",
        type=float,
        default=0.0,
        metavar="RATE",
        help="character errors of a recogniser, e.g. 0.12 (default: typed text)",
    )
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="print the first N conversations that failed")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write report.json, failures.txt (by kind of fault) and transcripts.jsonl into this folder",
    )
    parser.add_argument("--seed", type=int, default=0, help="other customers (default: 0)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Goals first: a bot without tables is told before anything slow is loaded."""
    from synth_data.callers.goals import GoalsError, Tables, draw_goals

    if arguments.callers < 1:
        raise GoalsError(f"--callers must be 1 or more, got {arguments.callers}")
    if not 0 <= arguments.slips < 1:
        raise GoalsError(f"--slips is a share of characters from 0 to 1, got {arguments.slips}")
    tables = Tables.read(arguments.bot)
    goals = draw_goals(tables, arguments.callers, arguments.seed)
    from tqdm import tqdm

    from deploy.bot import SalesBot
    from synth_data.callers.talk import simulate

    bot = SalesBot.load(arguments.bot, "sqlite://", progress)
    try:
        slip = _slips(arguments.slips) if arguments.slips else None
        report = simulate(tqdm(goals, unit="customer", disable=None), answering(bot), slip, arguments.seed, tables.amounts)
    finally:
        bot.close()
    print("\n".join(report.lines(arguments.failures)))
    if arguments.out is not None:
        report.write(arguments.out)
    if arguments.json:
        print_json(report.figures)
    return 0


def answering(bot: SalesBot) -> Answering:
    """The bot as a customer meets it."""
    from synth_data.callers.talk import Answer

    def answer(conversation: str, text: str) -> Answer:
        reply = bot.turn(conversation, text) if text else bot.silence(conversation)
        times = reply.times
        lead = "action_record_lead" in reply.actions
        state = bot.state(conversation) if lead else None
        told = ("", "") if state is None else (str(state.value("contact_name") or ""), str(state.value("phone") or ""))
        return Answer(
            text=reply.text,
            lead=lead,
            person=reply.hand_over,
            end=reply.end,
            ms=times.understand_ms + times.decide_ms + times.store_ms,
            contact=told,
        )

    return answer


def _slips(rate: float) -> Any:  # Any: a function of str, Goal and Random, whose types are slow to import
    from nlu.confusion import garble

    def slip(text: str, goal: Goal, rng: random.Random) -> str:
        heard = garble(text, rate, rng, goal.style)
        return heard if rng.random() < _MARKS_KEPT else _MARKS.sub("", heard)

    return slip
