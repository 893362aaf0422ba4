"""Everything that can be found wrong in a bot's files, each fault with its file and line."""

from __future__ import annotations

from dialogue.bot_files import Bot
from dialogue.endpoints import read_action_endpoint
from dialogue.faults import Fault, in_order
from dialogue.linting.after_call import check_after_call
from dialogue.linting.config_names import check_config
from dialogue.linting.contradictions import rule_contradictions
from dialogue.linting.domain_names import check_domain
from dialogue.linting.examples import check_examples
from dialogue.linting.forms import check_forms
from dialogue.linting.guarded import check_guard
from dialogue.linting.scope import Scope
from dialogue.linting.script_names import check_actions_listed, check_answered, check_names_once, check_script
from dialogue.linting.settings_names import check_placeholders, check_settings
from dialogue.linting.slots import check_slots
from dialogue.linting.speech import check_speech
from dialogue.linting.state_names import check_state
from dialogue.linting.unreachable import check_reachable
from dialogue.linting.worded import check_wording
from dialogue.place import YamlError

CHECKS = (
    check_domain,
    check_script,
    check_names_once,
    check_actions_listed,
    check_settings,
    check_state,
    check_config,
    check_examples,
    check_placeholders,
    check_answered,
    check_forms,
    check_slots,
    check_reachable,
    check_speech,
    check_guard,
    check_wording,
    check_after_call,
)
"""Unknown names come first: what they seem to stand for is not told to be unused by those behind."""


def lint(bot: Bot) -> tuple[Fault, ...]:
    """What is wrong with a bot beside what its reader told (Bot.remarks), by file and line.

    What stories contradict is told by policies.conflicts, since it takes the policies to know.
    """
    scope = Scope.of(bot)
    found = [fault for check in CHECKS for fault in check(scope)]
    found += rule_contradictions(bot.rules, bot.domain.forms, bot.gaps.damaged)
    return in_order([*found, *_endpoints(bot), *bot.remarks])


def _endpoints(bot: Bot) -> tuple[Fault, ...]:
    """What is wrong with the action server's entry; its environment variables are only known where the bot runs."""
    try:
        read_action_endpoint(bot.folder, _Unset())
    except YamlError as error:
        return Fault.all_of(error)
    return ()


class _Unset(dict[str, str]):
    """An environment in which everything is set."""

    def __missing__(self, name: str) -> str:
        return f"http://{name}"
