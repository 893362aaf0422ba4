"""xiangyin adapters: the versions of a language model's adapters, their trials, and the servers that hold them."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, add_json, coloured, print_json, progress, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from dialogue.adapters.adapter import Adapter
    from dialogue.adapters.adapters import Adapters
    from dialogue.adapters.report import Figure, TrialReport
    from dialogue.adapters.watch import Watch
    from dialogue.bot_files import Bot
    from dialogue.store import EventStore

COLOURS = {"live": "green", "trial": "yellow", "draft": "blue", "retired": "dim"}
EXAMPLE = """xiangyin adapters add build/models/sales v1.3-sales-negotiation --bot mybot --persona expert
         xiangyin adapters split v1.3-sales-negotiation 10 --bot mybot
         xiangyin adapters show v1.3-sales-negotiation --bot mybot"""


def add(subparsers: Any) -> None:
    """Describe the command and its acts."""
    parser = add_command(subparsers, "adapters", "versions of a language model's adapters, and their trials", EXAMPLE)
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    _act(acts, "list", "the adapters of a bot", "xiangyin adapters list --bot mybot")
    adding = _act(acts, "add", "enter an adapter as a draft and keep its files", EXAMPLE.splitlines()[0])
    adding.add_argument("folder", type=Path, metavar="FOLDER", help="what was trained: adapter_config.json, weights, model.yml")
    adding.add_argument("name", nargs="?", default="", metavar="NAME", help="version and line (default: the folder's name)")
    adding.add_argument("--persona", default="", help="for which persona it speaks (default: as its model.yml says, else all)")
    adding.add_argument("--department", default="", help="for which department (likewise)")
    adding.add_argument("--tag", action="append", default=[], help="a preference of customers that it suits; may be repeated")
    _named(acts, "show", "one adapter, and how its trial stands")
    splitting = _named(acts, "split", "put it on trial with a share of new conversations, or change the share")
    splitting.add_argument("percent", type=float, metavar="PERCENT", help="share of new conversations, e.g. 10")
    _named(acts, "promote", "let all new conversations have it")
    back = _named(acts, "rollback", "end its trial, or of a live one go back to the version before")
    back.add_argument("--reason", default="", help="why, for the record")
    _named(acts, "retire", "take it out of use; its files and figures stay")
    _act(acts, "sync", "bring the model servers to what is wanted, once", "xiangyin adapters sync --bot mybot")
    swapping = _act(
        acts,
        "swap",
        "let another persona or department speak in a conversation",
        "xiangyin adapters swap call-7 --persona expert",
    )
    swapping.add_argument("conversation", metavar="CONVERSATION", help="its id, as the store has it")
    swapping.add_argument("--persona", help="who speaks from the next turn on")
    swapping.add_argument("--department", help="likewise")


def _act(acts: Any, name: str, summary: str, example: str) -> argparse.ArgumentParser:
    parser = add_command(acts, name, summary, example)
    parser.add_argument("--bot", type=Path, default=Path(), metavar="BOT", help="the bot's folder (default: this folder)")
    add_json(parser)
    return parser


def _named(acts: Any, name: str, summary: str) -> argparse.ArgumentParser:
    share = " 10" if name == "split" else ""
    parser = _act(acts, name, summary, f"xiangyin adapters {name} v1.3-sales-negotiation{share} --bot mybot")
    parser.add_argument("name", metavar="NAME", help="the adapter, e.g. v1.3-sales-negotiation")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """0; 1 where a model server could not be brought to what is wanted; 2: bad input."""
    from dialogue.adapters.opening import opened
    from dialogue.bot_files import load_bot
    from dialogue.store import EventStore

    bot = load_bot(arguments.bot)
    store = EventStore(bot.settings.store_url(bot.folder))
    try:
        return ACTS[arguments.act](_Opened(bot, store, opened(bot, store)), arguments)
    finally:
        store.close()


class _Opened:
    """What the acts work on."""

    def __init__(self, bot: Bot, store: EventStore, adapters: Adapters) -> None:
        self.bot = bot
        self.store = store
        self.adapters = adapters
        self.registry = adapters.registry

    def watch(self) -> Watch:
        from dialogue.adapters.opening import watch_of

        return watch_of(self.bot, self.adapters)


def _list(opened: _Opened, arguments: argparse.Namespace) -> int:
    from dialogue.adapters.plain import adapter_json, trial_json

    roster = opened.adapters.roster
    if roster.adapters:
        shares = {trial.adapter: f"{trial.percent:g} %" for trial in roster.trials}
        head = ("adapter", "status", "share", "persona", "department", "rank", "base", "added")
        print(table([head, *(_line(one, shares.get(one.name, "")) for one in roster.adapters)]))
    else:
        print("there is no adapter yet; `xiangyin adapters add FOLDER v1.0-LINE` enters one")
    if arguments.json:
        print_json(
            {
                "tenant": roster.tenant,
                "adapters": [adapter_json(one) for one in roster.adapters],
                "trials": [trial_json(one) for one in roster.trials],
            }
        )
    return 0


def _line(adapter: Adapter, share: str) -> tuple[object, ...]:
    base = f"{adapter.base.rsplit('/', 1)[-1]} {adapter.base_hash[:8]}".strip()
    return (
        adapter.name,
        adapter.status,
        share or ("all" if adapter.status == "live" else ""),
        adapter.persona or "-",
        adapter.department or "-",
        adapter.rank,
        base or "-",
        _clock(adapter.added_at),
    )


def _add(opened: _Opened, arguments: argparse.Namespace) -> int:
    from dialogue.adapters.files import read_adapter
    from dialogue.adapters.opening import add as enter
    from dialogue.adapters.opening import described
    from dialogue.adapters.plain import adapter_json

    files = read_adapter(arguments.folder)
    name = arguments.name or arguments.folder.resolve().name
    adapter = described(files, name, arguments.persona, arguments.department, tuple(arguments.tag))
    added = enter(opened.bot, opened.registry, arguments.folder, adapter, files)
    if not added.base_hash:
        progress(f"{added.name}: its model.yml tells no hash of its base, so that nothing could be compared")
    print(f"{added.name} is entered as a {added.status}; `xiangyin adapters split {added.name} 10` tries it")
    if arguments.json:
        print_json(adapter_json(added, card=True))
    return 0


def _show(opened: _Opened, arguments: argparse.Namespace) -> int:
    from dialogue.adapters.plain import adapter_json, report_json

    roster = opened.adapters.roster
    adapter = roster.adapter(arguments.name)
    ended = opened.registry.ended_trials()
    trials = [one for one in (*roster.trials, *ended) if one.adapter == adapter.name]
    watch = opened.watch()
    watch.collect()
    reports = [watch.reported(trial) for trial in trials]
    told = adapter_json(adapter, card=True)
    for key in ("name", "status", "persona", "department", "rank", "base", "base_hash", "template", "data_hash", "content"):
        print(f"{key:<12}{coloured(str(told[key]) or '-', COLOURS[adapter.status]) if key == 'status' else told[key] or '-'}")
    for name, value in adapter.metrics.items():
        print(f"{name:<12}{value:g}")
    for found in reports:
        print(f"\n{_headline(found)}\n{_arms(found)}")
    if arguments.json:
        print_json({**told, "trials": [report_json(found) for found in reports]})
    return 0


def _headline(found: TrialReport) -> str:
    trial = found.trial
    against = trial.control or "the base alone"
    when = f"since {_clock(trial.began_at)}" + (f" until {_clock(trial.ended_at)}" if trial.ended_at else "")
    how = f"; {trial.ended}" + (f": {trial.reason}" if trial.reason else "") if trial.ended else ""
    return f"trial {trial.id}: {trial.percent:g} % against {against}, {when}{how}"


def _arms(found: TrialReport) -> str:
    """A metric a line: both arms with their intervals, and how far it is from the bound."""
    by_name = {one.metric: one for one in found.verdict.standings}
    figures = [{one.metric: one for one in arm.figures} for arm in found.arms]
    head = ("metric", *(f"{arm.name} ({arm.conversations})" for arm in found.arms), "harm", "bound")
    rows: list[tuple[object, ...]] = [head]
    for metric in dict.fromkeys((*figures[0], *figures[1])):
        standing = by_name.get(metric)
        harm = ("-", "-") if standing is None else (f"{standing.deviates:+.2f}", f"{standing.bound:.2f}")
        rows.append((metric, *(_value(arm.get(metric)) for arm in figures), *harm))
    return table(rows)


def _value(figure: Figure | None) -> str:
    return "-" if figure is None else f"{figure.value:.4g} [{figure.low:.4g}, {figure.high:.4g}]"


def _split(opened: _Opened, arguments: argparse.Namespace) -> int:
    from dialogue.adapters.plain import trial_json

    trial = opened.registry.split(arguments.name, arguments.percent)
    print(
        f"{trial.adapter} has {trial.percent:g} % of new conversations; the others stay with {trial.control or 'the base alone'}"
    )
    if arguments.json:
        print_json(trial_json(trial))
    return 0


def _promote(opened: _Opened, arguments: argparse.Namespace) -> int:
    from dialogue.adapters.plain import adapter_json

    roster = opened.adapters.roster
    before = roster.live(roster.adapter(arguments.name).line)
    adapter = opened.registry.promote(arguments.name)
    kept = (
        f"; {before.name} is kept: `xiangyin adapters rollback {adapter.name}`" if before and before.name != adapter.name else ""
    )
    print(f"{adapter.name} is live{kept}")
    if arguments.json:
        print_json(adapter_json(adapter))
    return 0


def _roll_back(opened: _Opened, arguments: argparse.Namespace) -> int:
    from dialogue.adapters.plain import adapter_json

    live = opened.registry.roll_back(arguments.name, arguments.reason)
    print(f"{arguments.name} is rolled back; {'the base alone' if live is None else live.name} answers")
    if arguments.json:
        print_json({"rolled_back": arguments.name, "live": None if live is None else adapter_json(live)})
    return 0


def _retire(opened: _Opened, arguments: argparse.Namespace) -> int:
    from dialogue.adapters.plain import adapter_json

    adapter = opened.registry.retire(arguments.name)
    print(f"{adapter.name} is retired; its files and figures are kept")
    if arguments.json:
        print_json(adapter_json(adapter))
    return 0


def _sync(opened: _Opened, arguments: argparse.Namespace) -> int:
    from dialogue.adapters.adapter import RegistryError
    from dialogue.adapters.plain import drifts_json

    watch = opened.watch()
    try:
        drifts = watch.reconcile()
    finally:
        watch.close()
    if not drifts:
        raise RegistryError(
            f"{opened.bot.folder}: bot.yml names no model server (models: {{llm: ...}} or adapters: {{replicas: ...}})"
        )
    for drift in drifts:
        done = [*(f"loaded {name}" for name in drift.loaded), *(f"unloaded {name}" for name in drift.unloaded)]
        print(f"{drift.replica}: {'; '.join((*done, *drift.faults)) or 'as wanted'}")
    if arguments.json:
        print_json({"replicas": drifts_json(drifts)})
    return 0 if all(drift.settled for drift in drifts) else 1


def _swap(opened: _Opened, arguments: argparse.Namespace) -> int:
    from dialogue.adapters.opening import swap

    settings = opened.adapters.settings
    wanted = {settings.persona_slot: arguments.persona, settings.department_slot: arguments.department}
    swap(opened.store, arguments.conversation, {slot: value for slot, value in wanted.items() if value is not None})
    print("from its next turn on")
    if arguments.json:
        print_json({"conversation": arguments.conversation, "persona": arguments.persona, "department": arguments.department})
    return 0


def _clock(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


ACTS: dict[str, Callable[[_Opened, argparse.Namespace], int]] = {
    "list": _list,
    "add": _add,
    "show": _show,
    "split": _split,
    "promote": _promote,
    "rollback": _roll_back,
    "retire": _retire,
    "sync": _sync,
    "swap": _swap,
}
