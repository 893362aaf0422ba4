"""The adapters of a bot, opened by what its bot.yml says."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from dialogue.adapters.adapter import Adapter, RegistryError
from dialogue.adapters.adapters import Adapters
from dialogue.adapters.files import AdapterFiles, keep, kept_in
from dialogue.adapters.names import AdapterNameError, adapter_name, shown, word
from dialogue.adapters.outcomes import Outcomes
from dialogue.adapters.owner import claim
from dialogue.adapters.reconciling import VllmReplica
from dialogue.adapters.registry import Registry
from dialogue.adapters.settings import AdapterSettings
from dialogue.adapters.watch import Watch
from dialogue.bot_files import Bot
from dialogue.events import SlotSet
from dialogue.store import EventStore
from nlu.finetune.base import BaseModelError, fingerprint

NO_TENANT = "bot.yml has no tenant for adapters; write e.g. adapters: {tenant: north-cloud}, a name that no other bot has"


def adapters_of(bot: Bot, store: EventStore, clock: Callable[[], float] = time.time) -> Adapters | None:
    """What the bot asks for the model of its next words; None where bot.yml names no tenant for adapters.

    The store is that tenant's from now on. Raises RegistryError where it is another's, and StoreError.
    """
    settings, llm = bot.settings.adapters, bot.settings.models.llm
    claim(store, settings.tenant)
    if not settings.tenant:
        return None
    return Adapters(Registry(store, settings.tenant, clock), settings, "" if llm is None else llm.model)


def opened(bot: Bot, store: EventStore) -> Adapters:
    """The same for a command, which needs them. Raises RegistryError without a tenant."""
    found = adapters_of(bot, store)
    if found is None:
        raise RegistryError(f"{bot.folder}: {NO_TENANT}")
    return found


def watch_of(bot: Bot, adapters: Adapters, environment: Mapping[str, str] = os.environ) -> Watch:
    """Who looks after them, at the model servers that bot.yml names. Raises StoreError."""
    settings, llm = adapters.settings, bot.settings.models.llm
    urls = settings.replicas or (() if llm is None else (llm.url,))
    key_env = settings.key_env or ("" if llm is None else llm.key_env)
    registry = adapters.registry
    replicas = [VllmReplica(url, key_env, environment) for url in urls]
    return Watch(adapters, Outcomes(registry.store, settings, registry.clock), kept_folder(bot), replicas)


def swap(store: EventStore, conversation: str, slots: Mapping[str, str]) -> None:
    """Let another persona or department speak from the next turn on. Raises RegistryError, AdapterNameError and StoreError."""
    if not slots:
        raise RegistryError("say who shall speak: --persona NAME or --department NAME")
    for slot, value in slots.items():
        word(value, slot)
    last = store.last(conversation)
    if last is None:
        raise RegistryError(f"there is no conversation '{shown(conversation)}'")
    store.append(conversation, [SlotSet(slot, value) for slot, value in slots.items()], last.version)


def kept_folder(bot: Bot) -> Path:
    """Where the files of the bot's adapters are."""
    return bot.folder / bot.settings.adapters.folder


def described(files: AdapterFiles, name: str, persona: str = "", department: str = "", tags: tuple[str, ...] = ()) -> Adapter:
    """An entry for the registry; what the card says of persona and department stands in. Raises AdapterNameError."""
    persona, department = persona or _of_card(files, "persona"), department or _of_card(files, "department")
    return Adapter(
        name=adapter_name(name).text,
        content=files.content,
        rank=files.rank,
        base=files.base,
        base_hash=files.base_hash,
        template=files.template,
        data_hash=files.data_hash,
        persona=word(persona, "persona") if persona else "",
        department=word(department, "department") if department else "",
        tags=tuple(word(tag, "tag") for tag in tags),
        metrics=files.metrics,
        card=files.card,
    )


def add(bot: Bot, registry: Registry, folder: Path, adapter: Adapter, files: AdapterFiles) -> Adapter:
    """Keep the files, then enter the draft: an entry always has its files. Raises RegistryError and AdapterFilesError."""
    fault = unfit(files, bot.settings.adapters, bot.folder)
    if fault:
        raise RegistryError(f"{folder}: {fault}")
    known = registry.roster().find(adapter.name)
    if known is None or known.content == adapter.content:
        keep(files, kept_in(kept_folder(bot), bot.settings.adapters.tenant, adapter.name, adapter.content))
    return registry.add(adapter)


def unfit(files: AdapterFiles, settings: AdapterSettings, bot_folder: Path) -> str:
    """Why the model servers of this bot could not load an adapter, or would answer with it otherwise than it was trained; ''."""
    if files.unservable:
        return files.unservable
    if files.rank > settings.max_lora_rank:
        return (
            f"its rank is {files.rank}, and the model servers load {settings.max_lora_rank} at most; start them with "
            f"--max-lora-rank {files.rank} and write 'max_lora_rank: {files.rank}' in bot.yml, or train a smaller one"
        )
    if not files.template:
        return (
            "it has no chat template, without which it is asked otherwise than it was trained; put its chat_template.jinja "
            "beside the weights, or name the template in model.yml (template: qwen)"
        )
    try:
        wanted = settings.base_hash or (fingerprint(str(bot_folder / settings.base)) or "" if settings.base else "")
    except BaseModelError as fault:
        return f"'base: {settings.base}' of bot.yml: {fault}"
    if settings.base and not wanted:
        return f"'base: {settings.base}' of bot.yml is no folder of a base model, so that its base cannot be compared"
    if wanted and files.base_hash != wanted:
        was = f"{files.base_hash[:12]}..." if files.base_hash else "not told by its model.yml"
        return f"it was trained on another base ({files.base or 'unnamed'}, {was}) than the one served ({wanted[:12]}...)"
    return ""


def _of_card(files: AdapterFiles, key: str) -> str:
    """What the card says where it is a name; a style training's `persona` is the whole text that the model was told."""
    value = str(files.card.get(key) or "")
    try:
        return word(value, key)
    except AdapterNameError:
        return ""
