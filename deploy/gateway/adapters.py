"""The adapters of the running bot, for operators: GET /adapters."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter

from dialogue.adapters.plain import adapter_json, drifts_json, report_json, trial_json
from dialogue.adapters.watch import Watch

JSON = dict[str, Any]  # Any: what JSON holds
ENDED = 20


def adapter_routes(watch: Watch) -> APIRouter:
    """The routes. The gate asks for a key that opens everything; there is one tenant a gateway, so no request names any."""
    routes = APIRouter()

    @routes.get("/adapters")
    async def listed() -> JSON:
        return await asyncio.to_thread(described, watch)

    return routes


def described(watch: Watch) -> JSON:
    """Adapters, trials with the figures of both arms, and how the model servers stand, as of the last round."""
    adapters = watch.adapters
    return {
        "tenant": adapters.settings.tenant,
        "adapters": [adapter_json(adapter) for adapter in adapters.roster.adapters],
        "trials": [report_json(found) for found in watch.reports],
        "ended": [trial_json(trial) for trial in adapters.registry.ended_trials(ENDED)],
        "replicas": drifts_json(watch.drifts),
    }
