"""The adapters of a bot, opened by what its bot.yml says."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from dialogue.adapters.adapter import Adapter, RegistryError
from dialogue.adapters.adapters import Adapters
from dialogue.adapters.files import AdapterFiles, keep, kept_in, read_adapter
from dialogue.adapters.names import adapter_name, word
from dialogue.adapters.outcomes import Outcomes
from dialogue.adapters.owner import claim
from dialogue.adapters.reconciling import VllmReplica
from dialogue.adapters.registry import Registry
from dialogue.adapters.settings import AdapterSettings
from dialogue.adapters.watch import Watch
from dialogue.bot_files import Bot
from dialogue.store import EventStore
from nlu.finetune.base import fingerprint

NO_TENANT = "bot.yml has no tenant for adapters; write e.g. adapters: {tenant: north-cloud}, a name that no other bot has"


def watch_of(
    bot: Bot, store: EventStore, clock: Callable[[], float] = time.time, environment: Mapping[str, str] = os.environ
) -> Watch:
    """All of it: registry, outcomes, files, model servers. Raises RegistryError without a tenant in bot.yml, and StoreError."""
    settings, llm = bot.settings.adapters, bot.settings.models.llm
    if not settings.tenant:
        raise RegistryError(f"{bot.folder}: {NO_TENANT}")
    claim(store, settings.tenant)
    urls = settings.replicas or (() if llm is None else (llm.url,))
    key_env = settings.key_env or ("" if llm is None else llm.key_env)
    adapters = Adapters(Registry(store, settings.tenant, clock), settings, "" if llm is None else llm.model)
    replicas = [VllmReplica(url, key_env, environment) for url in urls]
    return Watch(adapters, Outcomes(store, settings, clock), kept_folder(bot), replicas)


def kept_folder(bot: Bot) -> Path:
    """Where the files of the bot's adapters are."""
    return bot.folder / bot.settings.adapters.folder


def described(files: AdapterFiles, name: str, persona: str = "", department: str = "", tags: tuple[str, ...] = ()) -> Adapter:
    """An entry for the registry; what the card says of persona and department stands in. Raises AdapterNameError."""
    persona = persona or str(files.card.get("persona") or "")
    department = department or str(files.card.get("department") or "")
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
    wanted = settings.base_hash or (fingerprint(str(bot_folder / settings.base)) or "" if settings.base else "")
    if settings.base and not wanted:
        return f"'base: {settings.base}' of bot.yml is no folder of a base model, so that its base cannot be compared"
    if wanted and files.base_hash != wanted:
        was = f"{files.base_hash[:12]}..." if files.base_hash else "not told by its model.yml"
        return f"it was trained on another base ({files.base or 'unnamed'}, {was}) than the one served ({wanted[:12]}...)"
    return ""


__all__ = ["add", "described", "kept_folder", "read_adapter", "unfit", "watch_of"]
