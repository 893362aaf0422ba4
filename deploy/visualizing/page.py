"""The picture as one HTML page that needs nothing from outside: collapsible, with a search, file:line on hover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template

from deploy.visualizing.cards import Card, Group, Row, places

SHOWN_CARDS = 14
"""Cards of a group that are open at first; what is deeper than that is folded."""
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Rules and stories of {name}",
        "counts": "{rules} rules, {stories} stories, {groups} beginnings",
        "search": "search: intent, action, words, file",
        "open": "open all",
        "shut": "fold all",
        "contents": "beginnings",
        "none": "nothing found",
        "behind": "fold or open what follows",
        "intent": "intent",
        "action": "action",
        "response": "response",
        "form": "form",
        "slot": "slot",
        "checkpoint": "checkpoint",
    },
    "zh": {
        "title": "{name} 的规则与故事",
        "counts": "{rules} 条规则，{stories} 个故事，{groups} 种开头",
        "search": "搜索：意图、动作、话术、文件",
        "open": "全部展开",
        "shut": "全部收起",
        "contents": "开头",
        "none": "没有找到",
        "behind": "收起或展开后面的内容",
        "intent": "意图",
        "action": "动作",
        "response": "话术",
        "form": "表单",
        "slot": "槽位",
        "checkpoint": "检查点",
    },
}
LEGEND = ("intent", "action", "response", "form", "slot", "checkpoint")
_TEMPLATE = Path(__file__).with_name("page.html")


def page(name: str, groups: Sequence[Group], language: str = "en") -> str:
    """The page for a bot of this name; `language` is zh or en."""
    words = WORDS[language]
    sources = {source for group in groups for source in group.sources}
    rules = sum(source.kind == "rule" for source in sources)
    told = words["counts"].format(rules=rules, stories=len(sources) - rules, groups=len(groups))
    legend = "".join(f'<span class="{kind}">{words[kind]}</span>' for kind in LEGEND)
    return Template(_TEMPLATE.read_text("utf-8")).substitute(
        {key: escape(words[key]) for key in ("search", "open", "shut", "contents", "none")},
        lang="zh-CN" if language == "zh" else "en",
        title=escape(words["title"].format(name=name)),
        counts=escape(told),
        legend=legend,
        nav="".join(_link(number, group) for number, group in enumerate(groups)),
        groups="".join(_group(number, group, words) for number, group in enumerate(groups)),
    )


def _link(number: int, group: Group) -> str:
    count = len(set(group.sources))
    return f'<a href="#g{number}">{escape(group.head.text)} <span class="count">{count}</span></a>'


def _group(number: int, group: Group, words: Mapping[str, str]) -> str:
    wide = ' class="wide"' if any(card.next for card in group.cards) else ""
    deepest = _shown(group.cards)
    cards = "".join(_node(card, 1, deepest, words) for card in group.cards)
    title = escape(places(group.sources), quote=True)
    detail = f" <small>{escape(group.head.detail[:40])}</small>" if group.head.detail else ""
    head = f'<b>{escape(group.head.text)}</b>{detail} <span class="count">{len(set(group.sources))}</span>'
    return (
        f'<details id="g{number}" open{wide}><summary class="{group.head.kind}" title="{title}">{head}</summary>'
        f'<div class="tree"><div class="kids">{cards}</div></div></details>'
    )


def _node(card: Card, depth: int, deepest: int, words: Mapping[str, str]) -> str:
    rows = "".join(_row(row) for row in card.rows)
    title = escape(places(card.sources), quote=True)
    if not card.next:
        return f'<div class="node" data-from="{title}"><div class="card" title="{title}">{rows}</div></div>'
    shut, behind = depth >= deepest, card.size - 1
    kids = "".join(_node(child, depth + 1, deepest, words) for child in card.next)
    button = (
        f'<button class="fold" data-behind="{behind}" aria-expanded="{str(not shut).lower()}" '
        f'aria-label="{escape(words["behind"])}">{f"+{behind}" if shut else "−"}</button>'
    )
    return (
        f'<div class="node more{" shut" if shut else ""}" data-from="{title}">'
        f'<div class="card" title="{title}">{rows}{button}</div><div class="kids">{kids}</div></div>'
    )


def _row(row: Row) -> str:
    detail = f'<small title="{escape(row.detail, quote=True)}">{escape(row.detail)}</small>' if row.detail else ""
    return f'<div class="row {row.kind}"><b>{escape(row.text)}</b>{detail}</div>'


def _shown(cards: Sequence[Card]) -> int:
    """How many cards one behind the other are open at first."""
    deep, level, seen = 0, list(cards), 0
    while level and (deep == 0 or seen + len(level) <= SHOWN_CARDS):
        seen += len(level)
        deep += 1
        level = [child for card in level for child in card.next]
    return deep if level else deep + 1
