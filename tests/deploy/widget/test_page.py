"""The page and its widget in a real browser. Chromium is looked for by its path; without one these tests are skipped."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from starlette.websockets import WebSocket

from deploy.gateway.app import GatewayParts
from tests.deploy.gateway.running import ScriptedSeller, running

playwright = pytest.importorskip("playwright.async_api", reason="the widget's tests need playwright (the extra dev)")

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
PHONE, DESK = (360, 740), (1280, 800)
SCREENS = Path(__file__).parents[3] / "build" / "screens"
HOST_PAGE = """<!doctype html><html lang="{lang}"><head><title>Shop</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"></head><body><main><h1>Shop</h1></main>
<script>window.xiangyin = {config};</script><script src="{address}/widget.js"></script></body></html>"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH; Debian: apt-get install chromium"),
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Any]:
    """One browser for all tests, with a microphone that beeps. (Any: playwright is not always there.)"""
    arguments = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    async with playwright.async_playwright() as tool:
        opened = await tool.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        await opened.close()


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, the gateway's address, the bot behind it, and what went wrong on the page."""

    page: Any
    address: str
    seller: ScriptedSeller
    errors: list[str]

    async def say(self, text: str) -> None:
        await self.page.get_by_label("您想问什么").fill(text)
        await self.page.keyboard.press("Enter")

    async def shop(self, config: str = "{}", lang: str = "zh-CN") -> None:
        """Open the page of a shop, on another port, that has the widget in it."""
        html = HOST_PAGE.format(lang=lang, config=config, address=self.address).encode()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\nconnection: close\r\n\r\n" + html)
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            await self.page.goto(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")


@asynccontextmanager
async def visiting(
    browser: Any,
    size: tuple[int, int] = (1280, 800),
    scheme: str = "light",
    change: Callable[[GatewayParts], GatewayParts] = lambda parts: parts,
) -> AsyncIterator[Visit]:
    """A gateway and a fresh window before it."""
    seller, errors = ScriptedSeller(), list[str]()
    titled = lambda parts: change(replace(parts, title="云服务器 <顾问>"))  # noqa: E731
    async with running(seller, titled) as (_, address, _):
        window = await browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
        page = await window.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda fault: errors.append(str(fault)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        try:
            yield Visit(page, f"http://{address}", seller, errors)
        finally:
            await window.close()


async def overflow(page: Any) -> int:
    return int(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


async def faults(page: Any) -> list[str]:
    """What axe-core finds serious or critical."""
    axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="needs axe-playwright-python (the extra dev)")
    found = (await axe.Axe().run(page)).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found if fault["impact"] in ("serious", "critical")]


def keep(name: str) -> Path:
    SCREENS.mkdir(parents=True, exist_ok=True)
    return SCREENS / f"{name}.png"


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "light"), (DESK, "dark")])
async def test_the_page_holds_a_conversation_fits_the_screen_and_can_be_used_by_all(
    browser: Any, size: tuple[int, int], scheme: str
) -> None:
    async with visiting(browser, size, scheme) as visit:
        await visit.page.goto(visit.address)
        await visit.page.get_by_text("您好,请讲。").wait_for()
        await visit.say("我要能支持1000并发的云服务器,还要支持异地备份")
        await visit.page.get_by_text("您说的是:我要能支持1000并发的云服务器").wait_for()
        await visit.page.get_by_label("您想问什么").fill("buttons")
        await visit.page.get_by_role("button", name="发送").click()
        await visit.page.get_by_role("button", name="好的").wait_for()
        assert await overflow(visit.page) <= 0
        assert await faults(visit.page) == []
        assert [error for error in visit.errors if "ERR_" not in error] == []  # the scripted bot's image is nowhere
        await visit.page.screenshot(path=keep(f"page-{size[0]}-{scheme}"))


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_the_floating_widget_opens_answers_and_closes_by_keyboard(browser: Any, size: tuple[int, int]) -> None:
    async with visiting(browser, size) as visit:
        await visit.shop('{title: "在线客服"}')
        assert visit.seller.started == []  # a visitor who never chats costs no conversation
        await visit.page.keyboard.press("Tab")
        await visit.page.keyboard.press("Enter")
        await visit.page.get_by_text("您好,请讲。").wait_for()
        await visit.page.keyboard.type("你好")
        await visit.page.keyboard.press("Enter")
        await visit.page.get_by_text("您说的是:你好").wait_for()
        assert await overflow(visit.page) <= 0
        assert await faults(visit.page) == []
        await visit.page.screenshot(path=keep(f"widget-{size[0]}"))
        await visit.page.keyboard.press("Escape")
        launcher = visit.page.get_by_role("button", name="打开对话窗口")
        await launcher.wait_for()
        assert await launcher.evaluate("made => made.getRootNode().activeElement === made")
        assert not await visit.page.get_by_role("dialog").is_visible()
        assert visit.errors == []


async def test_a_button_says_its_payload_and_shows_its_title(browser: Any) -> None:
    async with visiting(browser) as visit:
        await visit.page.goto(visit.address)
        await visit.say("buttons")
        await visit.page.get_by_role("button", name="好的").click()
        await visit.page.get_by_text("您说的是:/affirm").wait_for()
        assert [heard for _, heard, _ in visit.seller.heard] == ["buttons", "/affirm"]
        assert await visit.page.locator(".you", has_text="好的").count() == 1


async def test_a_reload_goes_on_with_the_conversation(browser: Any) -> None:
    async with visiting(browser) as visit:
        await visit.page.goto(visit.address)
        await visit.say("第一句")
        await visit.page.get_by_text("您说的是:第一句").wait_for()
        await visit.page.reload()
        await visit.page.get_by_text("您说的是:第一句").wait_for()
        await visit.say("第二句")
        await visit.page.get_by_text("您说的是:第二句").wait_for()
        assert len({name for name, _, _ in visit.seller.heard}) == 1
        assert await visit.page.get_by_text("您好,请讲。").count() == 1


async def test_what_is_said_is_text_and_never_a_part_of_the_page(browser: Any) -> None:
    async with visiting(browser) as visit:
        await visit.page.goto(visit.address)
        await visit.say("<img src=x onerror=document.title='taken'> https://example.com/价格")
        link = visit.page.locator(".bot a")
        await link.wait_for()
        assert await link.get_attribute("href") == "https://example.com/价格"
        assert await visit.page.locator(".bubble img").count() == 0
        assert await visit.page.title() == "乡音 · 云服务器 <顾问>"


async def test_a_page_in_english_gets_english_and_a_headless_widget_has_no_window(browser: Any) -> None:
    async with visiting(browser) as visit:
        await visit.shop('{mode: "headless", onMessage: (frame) => { document.title = frame.messages[0].text; }}', "en")
        await visit.page.wait_for_function("document.title === '您好,请讲。'")
        await visit.page.evaluate("Xiangyin.widget.send('hello')")
        await visit.page.wait_for_function("document.title === '您说的是:hello'")
        await visit.page.evaluate("Xiangyin.mount({})")
        await visit.page.get_by_role("button", name="Open the chat").wait_for()
        assert visit.errors == []


async def test_a_broken_line_is_mended_and_the_message_waits(browser: Any) -> None:
    lines: list[Any] = []
    cut = asyncio.Event()

    def between(line: Any) -> None:
        server = line.connect_to_server()
        line.on_message(lambda text: None if cut.is_set() and "user_uttered" in text else server.send(text))
        lines.append(line)

    async with visiting(browser) as visit:
        await visit.page.route_web_socket("**/ws/chat", between)
        await visit.page.goto(visit.address)
        await visit.page.get_by_text("您好,请讲。").wait_for()
        cut.set()
        await visit.say("还在吗")
        await visit.page.locator(".you", has_text="还在吗").wait_for()
        cut.clear()
        await lines[0].close(code=1012)
        await visit.page.get_by_text("您说的是:还在吗").wait_for()
        assert [heard for _, heard, _ in visit.seller.heard] == ["还在吗"]


async def test_the_microphone_sends_sound_and_what_is_answered_is_shown(browser: Any) -> None:
    frames: list[bytes] = []
    started: list[str] = []

    async def voice(socket: WebSocket) -> None:
        await socket.accept()
        started.append(await socket.receive_text())
        await socket.send_json({"type": "ready", "rate_hz": 16000})
        while len(frames) < 20 or not (any(frames[-1]) or len(frames) > 250):  # it beeps once a second
            frames.append(await socket.receive_bytes())
        await socket.send_json({"type": "heard", "text": "那这个的年费是多少"})
        await socket.send_json({"type": "reply", "text": "一年八千六百元。"})
        await socket.send_bytes(frames[0])
        await socket.send_json({"type": "clear"})
        await socket.send_json({"type": "ended", "reason": "hand_over"})
        await socket.close()

    async with visiting(browser, change=lambda parts: replace(parts, voice=voice)) as visit:
        await visit.page.goto(visit.address)
        await visit.page.get_by_text("您好,请讲。").wait_for()
        await visit.page.get_by_role("button", name="用语音说").click()
        await visit.page.get_by_text("一年八千六百元。").wait_for()
        await visit.page.get_by_text("已为您转接人工客服").wait_for()
        await visit.page.get_by_role("button", name="用语音说").wait_for()
        assert visit.errors == []
    assert json.loads(started[0])["rate_hz"] == 16000
    assert len(json.loads(started[0])["conversation"]) >= 16
    assert {len(frame) for frame in frames} == {640}
    assert any(frames[-1])
