"""A gateway process around the scripted bot, for tests of signals: prints its port, ends at SIGTERM."""

from __future__ import annotations

import asyncio

from deploy.gateway.app import GatewayParts, create_gateway
from deploy.gateway.server import Steps, Stopping, open_port, serve
from deploy.settings import GatewaySettings
from tests.deploy.gateway.running import ScriptedSeller


async def main() -> None:
    listener = open_port("127.0.0.1", 0, "--port")
    seller = ScriptedSeller()
    stopping = Stopping()
    stopping.on_signals()

    async def ready() -> None:
        print(listener.getsockname()[1], flush=True)

    async def stop() -> None:
        print("stopping", flush=True)
        asyncio.get_running_loop().call_later(0.3, seller.release.set)  # the turn under way ends only after the signal

    await serve(create_gateway(GatewayParts(seller, GatewaySettings())), listener, stopping, Steps(ready, stop, 10.0))


asyncio.run(main())
