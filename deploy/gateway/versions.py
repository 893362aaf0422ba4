"""The versions of the running bot, for operators: /versions, what differs between two, and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from deploy.versions.archive import Version, VersionsError
from deploy.versions.comparing import compare
from deploy.versions.reloading import Reloader

JSON = dict[str, Any]  # Any: what JSON holds
LISTED = 50
Result = TypeVar("Result")


class RollBack(BaseModel):
    """The version to go back to."""

    number: int


def version_routes(reloader: Reloader) -> APIRouter:
    """The routes. The gate asks for a key that opens everything; what a version changes may be read by no customer."""
    routes = APIRouter()
    archive = reloader.live.archive

    @routes.get("/versions")
    async def listed() -> JSON:
        return await asyncio.to_thread(described, reloader)

    @routes.get("/versions/{old}/{new}")
    async def compared(old: int, new: int) -> JSON:
        return await asyncio.to_thread(_told, lambda: {"changes": differences(reloader, old, new)}, 404)

    @routes.post("/versions/rollback")
    async def roll_back(wanted: RollBack) -> JSON:
        await asyncio.to_thread(_told, lambda: archive.version(wanted.number), 404)
        version = await asyncio.to_thread(_told, lambda: reloader.roll_back(wanted.number), 409)
        return {"version": plain(version), "training": reloader.training is not None}

    return routes


def summary(reloader: Reloader) -> JSON:
    """What /health adds: which version runs, and whether it is what lies in the folder. Open to all, so it tells no more."""
    refused = reloader.refused
    files = "in effect" if refused is None else f"not in effect, faults: {len(refused.faults)}; see /versions"
    return {"version": reloader.live.current.version.number, "files": files}


def described(reloader: Reloader) -> JSON:
    """Everything about the versions that run, that ran, and that could not."""
    refused = reloader.refused
    return {
        "version": plain(reloader.live.current.version),
        "refused": None if refused is None else {"at": refused.at, "faults": list(refused.faults)},
        "training": reloader.training is not None,
        "training_fault": reloader.training_fault,
        "loaded": [
            {"number": one.version.number, "id": one.opened.id, "conversations": len(one.conversations)}
            for one in reloader.live.loaded()
        ],
        "versions": [plain(version) for version in reloader.live.archive.versions()[:LISTED]],
    }


def plain(version: Version) -> JSON:
    """A version without its list of files."""
    return {"number": version.number, "id": version.id, "at": version.at, "origin": version.origin}


def differences(reloader: Reloader, old: int, new: int) -> list[JSON]:
    """What is different in the second version. Raises VersionsError."""
    archive = reloader.live.archive
    changes = compare(archive.content(archive.version(old)), archive.content(archive.version(new)))
    return [
        {"file": one.path, "kind": one.kind, "added": one.added, "removed": one.removed, "lines": list(one.lines)}
        for one in changes
    ]


def _told(work: Callable[[], Result], status: int) -> Result:
    try:
        return work()
    except VersionsError as fault:
        raise HTTPException(status, str(fault)) from None
