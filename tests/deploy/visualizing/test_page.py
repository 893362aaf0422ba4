"""The page in a real browser; skipped where there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deploy.cli import main

playwright = pytest.importorskip("playwright.async_api", reason="needs playwright (the extra dev)")

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
BOT = Path(__file__).parents[3] / "examples" / "cloud_sales"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH; Debian: apt-get install chromium"),
]


async def test_groups_are_searched_and_folded_without_a_network(tmp_path: Path) -> None:
    out = tmp_path / "rules.html"
    assert main(["visualize", str(BOT), "--out", str(out), "--lang", "zh"]) == 0
    errors: list[str] = []
    async with playwright.async_playwright() as tool:
        browser = await tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1280, "height": 900}, offline=True)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(out.as_uri())
        groups = page.locator("details")
        everything = await groups.count()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 1280
        await page.fill("#search", "action_compare")
        shown = [await groups.nth(number).is_visible() for number in range(everything)]
        assert shown.count(True) == 1
        assert await page.locator(".row.hit").count() == 1
        await page.fill("#search", "nothing of the kind")
        assert await page.locator("#none").is_visible()
        await page.fill("#search", "")
        await page.click("#shut")
        assert await page.locator("details[open]").count() == 0
        await page.click("nav a >> nth=0")
        assert await page.locator("details[open]").count() == 1
        await browser.close()
    assert errors == []
