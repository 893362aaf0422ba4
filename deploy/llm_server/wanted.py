"""What a bot's model server is to be: its base, its name, its adapters, held against the base that they were trained on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from deploy.llm_server.launch import Launch, LlmServerError
from dialogue.adapters.adapter import Adapter
from dialogue.adapters.adapters import Adapters
from dialogue.adapters.files import TEMPLATE, AdapterFiles, kept_in, read_adapter
from dialogue.adapters.opening import adapters_of, kept_folder, watch_of
from dialogue.adapters.reconciling import Wanted
from dialogue.adapters.watch import Watch
from dialogue.bot_files import Bot
from dialogue.store import EventStore
from nlu.finetune.base import fingerprint

GGUF = "model.gguf"
MOST_ROOMS = 16
"""Adapters of one batch; each takes memory of the highest rank."""


def watch_at(bot: Bot, store: EventStore, urls: Sequence[str], ours: bool) -> Watch | None:
    """Who brings these servers to what the bot's registry wants; None for a bot without adapters. `ours`: they run on this
    machine and see the files where they are. Raises RegistryError and StoreError."""
    found = adapters_of(bot, store)
    if found is None:
        return None
    settings = replace(found.settings, replicas=tuple(urls), served_from="" if ours else found.settings.served_from)
    llm = bot.settings.models.llm
    return watch_of(bot, Adapters(found.registry, settings, "" if llm is None else llm.model))


def base_of(bot: Bot | None, named: Path | None) -> Path:
    """The folder of the base: the one named, else the one of bot.yml. Raises LlmServerError."""
    if named is not None:
        if not named.exists():
            raise LlmServerError(f"{named}: there is no such base model")
        return named
    if bot is None:
        raise LlmServerError("say what to serve: a bot's folder, or a base with --base FOLDER")
    base = bot.settings.adapters.base
    if not base:
        raise LlmServerError(
            f"{bot.folder}: bot.yml names no base model; write adapters: {{base: FOLDER}}, or give --base FOLDER"
        )
    if not (bot.folder / base).exists():
        raise LlmServerError(
            f"{bot.folder}: 'adapters: {{base: {base}}}' of bot.yml is no folder; train it, or give --base FOLDER"
        )
    return (bot.folder / base).resolve()


def fixed_adapters(words: Iterable[str]) -> list[tuple[str, AdapterFiles]]:
    """`NAME=FOLDER` as it was typed. Raises LlmServerError and AdapterFilesError."""
    found = []
    for one in words:
        name, equals, folder = one.partition("=")
        if not (name and equals and folder):
            raise LlmServerError(f"--adapter {one}: write a name for requests and the folder: intent=build/models/intent")
        files = read_adapter(Path(folder))
        if files.unservable:
            raise LlmServerError(f"{folder}: {files.unservable}")
        found.append((name, files))
    return found


def as_wanted(fixed: Iterable[tuple[str, AdapterFiles]]) -> tuple[Wanted, ...]:
    return tuple(Wanted(name, PurePosixPath(files.folder.resolve().as_posix())) for name, files in fixed)


def served_now(watch: Watch | None) -> tuple[Adapter, ...]:
    """The registry's adapters that a server is to hold now."""
    if watch is None:
        return ()
    adapters = watch.adapters
    return adapters.roster.wanted(adapters.registry.clock(), adapters.settings.linger_s)


def refuse_other_bases(base: Path, adapters: Iterable[tuple[str, str]]) -> None:
    """`adapters`: names, and the hash of the base of each ('' unknown). Raises LlmServerError."""
    there = base_hash(base)
    for name, wanted in adapters:
        if wanted and there and wanted != there:
            raise LlmServerError(
                f"adapter '{name}' was trained on another base ({wanted[:12]}...) than {base} ({there[:12]}...); serve that one "
                "with --base FOLDER, or take the adapter out of use"
            )


def base_hash(base: Path) -> str:
    """SHA-256 of a base as trainings note it; of a GGUF what the card beside it says of the model it was made from; else ''."""
    from dialogue.style.card import read_card

    folder = base if base.is_dir() else base.parent
    if base.is_file() or (folder / GGUF).is_file():
        return str(read_card(folder).get("sha256") or "")
    return (fingerprint(str(base)) or "") if (folder / "config.json").is_file() else ""


def template_for(base: Path, folders: Iterable[Path]) -> Path | None:
    """The adapters' chat template where the base has none or another: a server asks all its adapters in one form.

    Raises LlmServerError where they were trained with several.
    """
    found = {text: folder / TEMPLATE for folder in folders if (text := _template(folder))}
    if len(found) > 1:
        raise LlmServerError(
            "these adapters were trained with different chat templates, and a server asks in one form only: "
            f"{', '.join(str(path.parent) for path in found.values())}; train them with one, or serve them apart"
        )
    text, path = next(iter(found.items()), ("", None))
    own = _template(base if base.is_dir() else base.parent)
    return path if text and text != own else None


def _template(folder: Path) -> str:
    path = folder / TEMPLATE
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def kept_folders(bot: Bot, adapters: Iterable[Adapter]) -> list[Path]:
    """Where the files of the registry's adapters are."""
    tenant = bot.settings.adapters.tenant
    return [kept_in(kept_folder(bot), tenant, adapter.name, adapter.content) for adapter in adapters]


def complete(launch: Launch, bot: Bot | None, watch: Watch | None, fixed: Sequence[tuple[str, AdapterFiles]]) -> Launch:
    """A launch with room, rank and chat template for its adapters. Raises LlmServerError for those of another base."""
    registered = served_now(watch)
    named = [(name, files.base_hash) for name, files in fixed] + [(one.name, one.base_hash) for one in registered]
    refuse_other_bases(launch.base, named)
    folders = [files.folder for _, files in fixed] + ([] if bot is None else kept_folders(bot, registered))
    ranks = [files.rank for _, files in fixed] + [one.rank for one in registered]
    expected = launch.max_rank if bot is None else bot.settings.adapters.max_lora_rank
    return replace(
        launch,
        max_rank=max(expected, *ranks, 1),
        rooms=min(MOST_ROOMS, max(launch.rooms, len(ranks) + 2)),  # a version on trial and one that lingers come at run time
        template=template_for(launch.base, folders),
        fixed=as_wanted(fixed),
    )
