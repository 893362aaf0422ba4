"""xiangyin visualize: a bot's rules and stories as a picture."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, print_json

KINDS = (".html", ".svg", ".dot")


class PictureError(ValueError):
    """A picture that cannot be made; the message says what to do."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(
        subparsers,
        "visualize",
        "rules and stories as a picture",
        "xiangyin visualize examples/cloud_sales --out rules.html",
    )
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("rules.html"),
        metavar="FILE",
        help=".html: a page to search and fold; .svg: a drawing; .dot: for Graphviz (default: rules.html)",
    )
    parser.add_argument("--lang", choices=("zh", "en"), help="language of the picture (default: bot.yml's, else the system's)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Faulty files are drawn as far as they can be read; 'xiangyin validate' tells what is wrong with them."""
    from deploy.bot_check import language_of
    from deploy.visualizing.cards import groups_of
    from deploy.visualizing.dot import dot
    from deploy.visualizing.drawing import drawing
    from deploy.visualizing.page import page
    from dialogue.bot_files import read_bot

    out: Path = arguments.out
    if out.suffix not in KINDS:
        raise PictureError(f"--out {out}: the name must end in {', '.join(KINDS)}")
    bot = read_bot(arguments.bot).bot
    language = arguments.lang or language_of(bot.folder)
    groups = groups_of(bot, language)
    if not groups:
        raise PictureError(f"{arguments.bot}: there are no rules and no stories to draw")
    match out.suffix:
        case ".html":
            text = page(bot.folder.resolve().name, groups, language)
        case ".svg":
            text = drawing(groups)
        case _:
            text = dot(groups)
    out.write_text(text, "utf-8")
    counts = {"rules": len(bot.rules), "stories": len(bot.stories), "groups": len(groups)}
    cards = sum(card.size for group in groups for card in group.cards)
    if arguments.json:
        print_json({"file": str(out), **counts, "cards": cards})
    else:
        print(f"{out}: {counts['rules']} rules and {counts['stories']} stories in {cards} cards")
    return 0
