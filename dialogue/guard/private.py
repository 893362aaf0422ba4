"""Personal data that this customer did not give: nobody hears another's number, name or address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogue.guard.context import GuardContext
from dialogue.guard.reading import Reading
from nlu import numbers
from nlu.personal_data import Found, find
from nlu.text import fold

_TITLE = re.compile(r"(?P<name>.{1,3}?)(?:先生|女士|小姐|太太|老师|总|经理|老板|主任|工|哥|姐|师傅)$")
_ONLY_SURNAME = 1
_FAMILIAR = re.compile("[小老阿].")
_OTHERS = re.compile(
    r"(?:他|她|佢|伊|渠|对方|别人|人家|(?:上|另|别|其他|隔壁|前)[^。！？,，]{0,4}(?:客户|公司|顾客|买家|老板|人))[^。！？,，]{0,6}"
    r"(?:电话|手机|号码|微信|qq|邮箱|地址|住|身份证|车牌|账号|密码)[^。！？]{0,8}[\d零〇一二三四五六七八九幺]{3}"
)
_DOINGS = re.compile(
    r"(?:[那这上前]一?[位个家户单]|隔壁|楼[上下]|对[门面]|别的|另外?[一那][位个家])[^。！？!?,，]{0,6}(?:客人|客户|顾客|住户|业主|会员|学员|病人|老板|男的|女的)(?!经理)"
    r"[^。！？!?]{0,16}(?:昨[天晚]|前[天晚]|今[早天晚]|刚刚?才?|上[周个]|半夜|凌晨|[\d一二两三四五六七八九十]点)[^。！？!?]{0,14}"
    r"(?:来过|走|出门|进|回来|买|办|订|退|住|刷|打过|登录|取|付|开的?房|入住)"
)
"""What another customer did, and when."""
_SOMEBODY = (
    r"(?:前[夫妻]|前(?:男|女)友|前任|老公|丈夫|爱人|老婆|媳妇|妻子|婆婆|公公|岳[父母]|亲家|邻居|隔壁(?:那?[家户位])?|[楼对](?:上|下|门|面)(?:那?[家户位])?"
    r"|(?:前任?|上一?[任个位家]|原来的?)(?:住户|房主|业主|租客|房客|客户|客人|东家|机主|户主)|房东|您(?:的|那位?|家|们)?(?:室友|合租的|同事|老板|领导|对象|同学|亲戚|表?[哥弟姐妹]+))(?![,，。])"
)
_HELD = r"(?:名下|户头|账上|账单|话费|宽带|套餐|订单|合同|地址|住址|电话|手机|号码|微信|流水|病历|行程|记录|余额|欠费|资料|登记)"
_OFFERED = re.compile(
    rf"{_SOMEBODY}[^。！？!?]{{0,8}}{_HELD}[^。！？!?]{{0,16}}(?:(?:说|念|报|讲|透露|读|捎带讲)(?:出来|一遍)?给您|告诉您|(?:调|查|翻)(?:出来)?给您(?:看|听|瞧)|发给?您)"
    rf"|(?:说|念|报|讲|透露|读|发)给您[^。！？!?]{{0,6}}{_SOMEBODY}[^。！？!?]{{0,8}}{_HELD}|告诉您[^。！？!?]{{0,6}}{_SOMEBODY}[^。！？!?]{{0,8}}{_HELD}"
    rf"|{_SOMEBODY}的?(?:那边|那儿)?(?:名下|户头|账上)(?:还|也|就|倒|其实|一共)*(?:挂|有|开|办|欠|登记|绑|剩|订|装)(?![^。！,，]{{0,14}}(?:吗|吧|没有|[?？]))"
    rf"|{_SOMEBODY}[^。！？!?,，]{{0,3}}(?:地址|住址|电话|手机号?|号码|微信)(?:还|也|就|倒|其实)*(?:是|在|留的|登记的)(?!什么|哪|多少|不是|谁|否|[^。！,，]{{0,14}}(?:吗|吧|[?？]))"
)
"""What is on file of somebody whom the customer only knows, told or offered."""
_HIS_TURN = re.compile(
    r"本人|不(?:方便|能|便|可以|清楚|知道|透露|告诉|好(?:说|讲|透露|告诉))|没法|无法|无权|没有?权|隐私|保密|请您?(?:带|提供|准备)|您(?:刚才|刚刚)?[说报提给留]"
)
"""Refused, asked of him in person, or the customer's own words."""
_KEPT_BACK = re.compile(r"不(?:方便|能|便|可以|好|清楚|知道)|没法|无法|隐私|保密|吗|[?？]")
_DIGIT = re.compile(r"[\d零〇一二三四五六七八九两幺洞拐]")
_SHORTEST = 3
_WHICH = re.compile(r"边[日度个位间款只部啲边]")


@dataclass(frozen=True, slots=True)
class OwnData:
    """The bot's texts, in which such data may stand: its service number, the addresses of its halls."""

    text: str = ""
    digits: str = ""

    @classmethod
    def of(cls, texts: Iterable[str]) -> OwnData:
        listed = list(texts)
        return cls("\n".join(listed), "\n".join(map(digits_of, listed)))


def revealed(reading: Reading, context: GuardContext, own: OwnData) -> Iterator[tuple[str, str]]:
    """(kind, words) for personal data of the new part that neither the customer gave nor the bot's own texts hold."""
    for doing in _DOINGS.finditer(reading.text):
        if doing.end() > reading.start and not _KEPT_BACK.search(reading.text, reading.sentence_start(doing.start())):
            yield "DOINGS", doing.group()
    for offered in _OFFERED.finditer(reading.text):
        if offered.end() > reading.start and not _HIS_TURN.search(reading.text, reading.sentence_start(offered.start())):
            yield "DOINGS", offered.group()
    found = [*find(reading.said), *(Found("PHONE", *one.span()) for one in _OTHERS.finditer(reading.said))]
    new = [one for one in found if one.end > reading.said_start and not _is_no_name(reading.said, one)]
    if not new:
        return
    customer = [*(fold(str(value)) for value in context.slots.values()), *map(fold, context.said)]
    known = OwnData("\n".join((own.text, *customer)), "\n".join((own.digits, *map(digits_of, customer))))
    for one in new:
        words = reading.said[one.start : one.end]
        if not _is_known(one.kind, words, known):
            yield one.kind, words


def _is_no_name(text: str, found: Found) -> bool:
    """唔使俾钱先: at the end of a Cantonese clause 先 is no part of a name; 边日 asks which day."""
    if found.kind == "NAME" and _WHICH.match(text, found.start):
        return True
    return found.kind == "NAME" and text[found.start : found.end].endswith("先") and not text.startswith("生", found.end)


def _is_known(kind: str, words: str, known: OwnData) -> bool:
    if kind == "NAME":
        return _is_known_name(words, known)
    spoken = digits_of(words)
    return spoken in known.digits if len(spoken) >= _SHORTEST else words in known.text


def _is_known_name(words: str, known: OwnData) -> bool:
    """A surname, with a title or a 小 before it, names nobody; a full name must be the customer's own."""
    titled = _TITLE.fullmatch(words)
    name = titled["name"] if titled else words
    return len(name) == _ONLY_SURNAME or _FAMILIAR.fullmatch(name) is not None or name in known.text


def digits_of(text: str) -> str:
    """The figures of a text, spoken or written, as digits in a row."""
    return "".join(numbers.digits(figure) or "" for figure in _DIGIT.findall(text))


def told_digits(reading: Reading, context: GuardContext, start: int, end: int) -> bool:
    """Whether a row of figures is a piece of a number that the customer gave."""
    spoken = digits_of(reading.text[start:end])
    return len(spoken) >= _SHORTEST and any(spoken in digits_of(str(value)) for value in context.slots.values())
