"""What keeps a bot that reads well from being used: names in its rules, stories and actions that are nowhere."""

from __future__ import annotations

from pathlib import Path

from dialogue.action_check import check_actions
from dialogue.bot_files import Bot, load_bot
from dialogue.faults import BotFaults, Fault, in_order
from dialogue.script_check import check_names, check_script


def unknown_names(bot: Bot) -> tuple[Fault, ...]:
    """Intents, actions, slots ... that are named but not there; `xiangyin validate` finds more than these.

    A bot of Rasa, one without bot.yml, is also taken where Rasa takes it: with intents that nothing answers, and the like.
    """
    if not (bot.folder / "bot.yml").is_file():
        return in_order(check_names(bot))
    return in_order([*check_script(bot), *check_actions(bot)])


def load_usable(folder: Path) -> Bot:
    """Read a bot. Raises BotFaults for everything that keeps it from working as written."""
    bot = load_bot(folder)
    faults = unknown_names(bot)
    if faults:
        raise BotFaults(faults)
    return bot
