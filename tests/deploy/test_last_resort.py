"""A language model as the last resort of a whole bot."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from deploy.bot import SalesBot
from deploy.bot_parts import Shared, parts_of
from deploy.cli import main
from dialogue.bot_files import load_bot
from dialogue.events import ActionExecuted
from nlu.understanding import Understanding
from tests.dialogue.llm.server import Answer, endpoint

SETTINGS = """
models:
  llm: {{url: "{url}", model: sales, deadline_s: 20, retries: 0}}
last_resort:
  actions:
    action_introduce: 客人想知道有什么茶
    action_hand_over: 客人要找店里的人
"""


class NothingUnderstood:
    def parse(self, text: str) -> Understanding:
        return Understanding(text)


def test_the_bot_does_what_the_model_chose_and_asks_again_where_it_is_away(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    assert main(["init", str(folder)]) == 0
    file = folder / "bot.yml"
    kept = "\n".join(line for line in file.read_text("utf-8").splitlines() if not line.startswith("models:"))
    with endpoint(Answer(('{"action": "action_introduce"}',)), Answer(status=500)) as served:
        file.write_text(kept + SETTINGS.format(url=served.url), "utf-8")
        loaded = load_bot(folder)
        with closing(SalesBot(parts_of(loaded, NothingUnderstood(), Shared.of(loaded, "sqlite://")))) as bot:
            bot.start("王女士")
            chosen = bot.turn("王女士", "侬搿搭有点啥物事")
            assert chosen.actions == ("action_introduce", "action_listen")
            decided = [event for event in bot.events("王女士") if isinstance(event, ActionExecuted)]
            assert (decided[-2].policy, decided[-2].confidence) == ("last_resort", 0.5)
            again = bot.turn("王女士", "阿是")
            assert again.actions == ("action_ask_again", "action_listen")
        assert len(served.asked) == 2
