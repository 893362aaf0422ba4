"""What a sentence turns down: 不要备份, 备份就算了, 唔使备份, 不是北京是上海."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from nlu.understanding import Entity

NOT = "not"
"""The role of an entity that was named in order not to have it."""

_WORDS = (
    r"(?<!要)不要|(?<!用)不用|(?<!需)不需要|(?<!必)不必|不想要|用不着|用唔着|没必要|冇必要|不加|不带|不买|不考虑|无需|毋须|甭|莫要"
    r"|(?<!使)唔使|(?<!要)唔要|唔需要|唔好|唔想要|(?<!要)勿要|勿用|勿需要|覅|弗要|免(?:用|得|了)|(?<!转)不(?=转|找人|留电)"
    r"|去掉|删掉|删了|取消|撤掉|砍掉|拿掉|(?<!是)不是|(?<!系)唔系|(?<!係)唔係|(?<!是)勿是|(?<!是)弗是|并非|[不唔勿弗](?:姓|叫)"
    r"|(?<![特区级类分差性个告送])别(?![家的人墅处])"
)
_BEFORE = re.compile(
    rf"(?:{_WORDS})(?:了|那个|这个|什么|啥|再|给我|帮我|我|要|说|加|做|带"
    r"|开|装|上|支持|在|放|配|搞|整|弄|转|接|找|留|打|异地|自动)*$"
)
_AFTER = re.compile(
    r"(?:这个|那个|嗰个|格个|功能|服务|这块|这项|的话|嘅话|的|嘅|我们|我哋|阿拉|我|嘛|呢|就|先|也|都|还是|暂时|[,，\s])*"
    r"(?:算(?:了|啦|喇|咗|哉)|罢了|(?:不要|不用|不需要|不做|不带|不加|不考虑|用不着|没必要|免|去掉|取消|拿掉|唔使|唔要|勿要|覅|弗要|甭要)"
    r"(?=了|啦|喇|咯|哉|吧|呗|嘛|哈|先|住|$|[,，。;；!！\s]))"
)
_TAKEN_BACK = re.compile(
    r"(?:的|嘅)?(?:[,，\s]*[啊哦哎呃诶噢][,，\s]*|[,，\s]*)(?:不对|勿对|唔啱|(?:我)?(?:说|讲|弄|搞)错|口误)"
    r"|(?:的|嘅)?[,，\s]*[啊哦哎呃诶噢](?:不是|唔系|勿是)|(?:的|嘅)?[,，](?:不是|唔系|唔係|勿是)[,，]"
)
"""Behind what slipped out and is put right at once: 5T,不对,500G."""
_ASKED_LEAVE = re.compile(r"(?:行不行|可不可以|好不好|得唔得|好勿好|(?:可以|行|好|得|成|中|没问题)(?:吗|么|伐|不|嘛))$")
_QUESTION = re.compile(r"(?:吗|么|伐|㗎|咩|嚒)$")
_MARKS = re.compile(r"[,，。;；!！?？\s]")
_AND = re.compile(r"(?:和|跟|同|与|及|、|还有|同埋|搭)$")


def marked(text: str, entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """The entities, those that the sentence turns down with the role NOT. A question (不用备案吗) turns nothing down."""
    ordered = sorted(entities, key=lambda entity: entity.start)
    found: list[Entity] = []
    for entity in ordered:
        joined = bool(found) and found[-1].role == NOT and bool(_AND.fullmatch(text[found[-1].end : entity.start]))
        instead = bool(found) and bool(_TAKEN_BACK.fullmatch(text[found[-1].end : entity.start]))
        turned_down = entity.end > entity.start and not instead and (joined or _turned_down(text, entity))
        found.append(replace(entity, role=NOT) if turned_down else entity)
    return tuple(found)


def refuses(text: str, words: Iterable[str], start: int = 0, end: int | None = None) -> bool:
    """Whether one of these words is turned down (不用转人工) where it stands in [start, end) of the text."""
    places = (
        match for word in words for match in re.compile(re.escape(word)).finditer(text, start, len(text) if end is None else end)
    )
    return any(_turned_down(text, Entity("", word[0], word[0], word.start(), word.end())) for word in places)


def _turned_down(text: str, entity: Entity) -> bool:
    before, after = text[: entity.start], text[entity.end :]
    clause = _MARKS.split(before)[-1]
    said_before = bool(_BEFORE.search(clause))
    taken_back = _TAKEN_BACK.match(after)
    if taken_back and after[taken_back.end() :].strip(" ,，.。!！?？了咗吗么呢"):
        return True
    if not said_before and not _AFTER.match(after):
        return False
    return not _asks(text, entity.end)


def _asks(text: str, at: int) -> bool:
    """Whether the clause around this place is a question; asking leave (不要备份行吗) is none."""
    clause = _MARKS.split(text[at:])[0]
    return not _ASKED_LEAVE.search(clause) and bool(_QUESTION.search(clause))
