"""Words that point at something spoken of before, or ask for another beside it: 第二个, 便宜的那个, 再报一个便宜点的."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["this", "before", "number", "cheapest", "dearest", "cheaper", "dearer", "another", "both", "any"]

POINTING: frozenset[Kind] = frozenset({"number", "cheapest", "dearest", "before", "cheaper", "dearer", "another"})
"""References to a configuration other than the one just spoken of, or to a new one."""

_THING = r"(?:个|款|台|种|套|档|样|部|只|份)"
_THAT = r"(?:那|嗰|格|哀|埃|那一|这|呢)"
_NUMBERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
_LITTLE = r"(?:一点点|一点儿|点儿|一丁点|一点|一些|一哈|一滴|一眼|点点|点|些|啲|眼|滴)"
_OF = r"(?:的|嘅|个|哩|滴)"
_CHEAP = r"(?:便宜|细|实惠|平|相因|低配|小|低|省钱|划算)"
_DEAR = r"(?:贵|大|高配|高|好|强|顶配)"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "both",
        re.compile(
            rf"(?:这|那|呢)?(?:两|2|三|几)(?:{_THING}|样|者)(?:我|我们|我哋|阿拉)?(?:都|全)(?:要|买|定|订|来|拿)"
            r"|(?:都|全)要了|两样都|一起要|都给我(?:来|开|上)"
        ),
    ),
    ("number", re.compile(rf"第([一二两三四五1-5]){_THING}")),
    ("number", re.compile(r"(前者|后者|最后那?一?[个款台种])")),
    ("cheapest", re.compile(rf"最?{_CHEAP}{_LITTLE}?{_OF}?{_THAT}一?{_THING}|最(?:便宜|实惠|平|相因|低配|小)(?:{_OF}|{_THING})")),
    ("dearest", re.compile(rf"最?{_DEAR}{_LITTLE}?{_OF}?{_THAT}一?{_THING}|最(?:贵|大|高配|好)(?:{_OF}|{_THING})")),
    (
        "cheaper",
        re.compile(
            rf"{_CHEAP}{_LITTLE}{_OF}(?!话|閑话|闲话)|(?:低|小|便宜)一(?:档|级|号|挡)|(?:再|更)(?:便宜|小|低){_OF}"
            rf"|{_CHEAP}{_LITTLE}(?:有没有|有吗|有伐|有冇|有没|有无)"
        ),
    ),
    ("dearer", re.compile(rf"{_DEAR}{_LITTLE}{_OF}(?!话|閑话|闲话)|(?:高|大|贵)一(?:档|级|号|挡)|(?:再|更)(?:大|高|好|强){_OF}")),
    (
        "another",
        re.compile(
            rf"(?:另外?|再|多|还|仲|同埋)(?:再|要|想)?(?:来|要|报|加|给我|帮我|同我|整|配|搞|算|买|开|拿|睇|看|俾|拨)[^,，。]{{0,6}}?(?:一|1|两|多)?(?!份){_THING}"
            rf"|另外?一{_THING}"
        ),
    ),
    (
        "before",
        re.compile(
            rf"(?:前面|之前|前头|上面|原来|原先|开头|一开始|先前|最开始)(?:说|讲|报|问|看|提)?(?:过|到|起)?{_OF}?(?:{_THAT}一?{_THING}|{_OF}{_THING}?)"
            rf"|(?:上|前)一{_THING}|(?:还是|换回|改回|回到|要回|都系|仲系)(?:要)?(?:刚才|刚刚|头先|先头|刚刚讲){_OF}?{_THAT}?一?{_THING}"
        ),
    ),
    ("this", re.compile(rf"(?:刚才|刚刚|头先|先头)(?:说|讲|报)?{_OF}?{_THAT}?一?{_THING}|(?:这|呢|格|迭){_THING}")),
)
_LEFT_TO_THE_BOT = (
    r"(?:随便|随你|随侬|都可以|都行|都得|都好|都中|都要得|无所谓|冇所谓|哪个都|边个都|啥都|怎么都|咋个?都|没要求|没讲究|不挑"
    r"|(?:不知道|不清楚|不太懂|不懂|整不明白|唔识|唔知道?|唔清楚|勿懂|勿晓得|晓不得|不晓得|说不好|讲不清)"
    r"(?:我们?)?(?:要|该|选|买|配|用|是)*(?:多大|好大|多少|哪个|哪款|哪种|边个|啥|什么)?(?:的|嘅|个|合适|好)*"
    r"|(?:你|侬|您|恁)们?(?:帮我|帮俺|替我|给我|给俺|给|同我|帮)?"
    r"(?:看着办|看到办|定|拿主意|推荐|挑|选|拣|话事|介绍|来)(?:一?[个款只]|下|一下)?"
    r"|(?:看|听)你们?的|大众款|一般的就行|普通的就行|常用的)"
)
_LEAVES = re.compile(_LEFT_TO_THE_BOT)
_AROUND = re.compile(
    r"[嗯哦啊呃额诶]|那|我|俺|也|就|都|是|吧|呗|嘛|啦|喇|㗎|哈|呀|了|的|好|行|可以|得|中|给|帮|一?[个款只]|[,，.。!！\s]"
)
_LONGEST_LOOSELY = 10
"""Characters up to which a sentence that was not understood may hold other words beside."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Words that point somewhere. `number` counts from 1; -1 is the last one. [start, end) is where they stand."""

    kind: Kind
    words: str
    start: int
    end: int
    number: int = 0


def find(text: str, loosely: bool = False) -> Reference | None:
    """The reference in a sentence, the most definite one where there are several; None without one.

    `loosely` takes a short sentence for one that leaves the choice to the bot though it holds other words (slips) as well.
    """
    if _leaves_all(text) or (loosely and len(text) <= _LONGEST_LOOSELY and _LEAVES.search(text)):
        return Reference("any", text.strip(), 0, len(text))
    for kind, pattern in _PATTERNS:
        found = pattern.search(text)
        if found is not None:
            return Reference(kind, found[0], found.start(), found.end(), _number(kind, found))
    return None


def _leaves_all(text: str) -> bool:
    """Whether nothing is said but that the bot may choose.

    In two passes: one pattern for it all could be read in so many ways that a line of 个个个 kept it busy for hours.
    """
    rest = _LEAVES.sub(",", text)
    return rest != text and not _AROUND.sub("", rest)


def _number(kind: Kind, found: re.Match[str]) -> int:
    if kind != "number":
        return 0
    if found[1] == "前者":
        return 1
    return _NUMBERS.get(found[1], -1)
