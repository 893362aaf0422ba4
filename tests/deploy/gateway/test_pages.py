from __future__ import annotations

from deploy.gateway.pages import widget_script
from tests.deploy.gateway.running import ScriptedSeller, running


def test_the_script_is_one_function_with_one_global_name() -> None:
    script = widget_script()
    assert script.startswith('"use strict";\n(() => {')
    assert script.rstrip().endswith("})();")
    assert script.count("window.Xiangyin =") == 1


async def test_the_page_lets_no_foreign_script_in() -> None:
    async with running(ScriptedSeller()) as (client, _, _):
        page = await client.get("/", params={"key": '"><script>alert(1)</script>'})
        script = await client.get("/widget.js")
    assert "<script>alert" not in page.text
    assert "script-src 'self' 'nonce-" in page.headers["content-security-policy"]
    assert script.headers["content-type"].startswith("text/javascript")
