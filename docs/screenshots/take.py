"""Photographs the sample bot's page in Chromium for docs/images: `make widget-shots`. Needs the extra dev and a Chromium."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
PORT = 8765
SAID = ("我要能支持1000并发的云服务器，性价比高一点，还要支持异地备份，最好能对接我现有的ERP系统", "那这个的年费是多少")
SHOTS = (("page-1280", 1280, 800, "light"), ("page-1280-dark", 1280, 800, "dark"), ("page-360", 360, 740, "light"))


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("no Chromium on the PATH; Debian: apt-get install chromium", file=sys.stderr)
        return 2
    IMAGES.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "deploy.cli", "run", "examples/cloud_sales", "--text-only", "--port", str(PORT)]
    gateway = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        ready = gateway.stdout is not None and gateway.stdout.readline()
        if not ready:
            return 1
        with sync_playwright() as tool:
            browser = tool.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for name, width, height, scheme in SHOTS:
                window = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
                )
                converse(window.new_page(), IMAGES / f"{name}.png")
                window.close()
    finally:
        gateway.terminate()
        gateway.wait(30)
    return 0


def converse(page: Page, picture: Path) -> None:
    """Say the two sentences and keep the picture of it."""
    page.goto(f"http://127.0.0.1:{PORT}/")
    for count, text in enumerate(SAID, start=2):
        page.get_by_label("您想问什么").fill(text)
        page.keyboard.press("Enter")
        page.locator(".you").nth(count - 2).wait_for()
        page.wait_for_function("document.querySelector('#chat > div').shadowRoot.querySelector('.log').lastChild.matches('.bot')")
    page.wait_for_timeout(300)
    page.screenshot(path=picture)


if __name__ == "__main__":
    sys.exit(main())
