"""Addresses: regions, roads, compounds and numbers beside each other; a region alone is none."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from nlu.personal_data.figures import SPOKEN
from nlu.personal_data.found import Found
from nlu.personal_data.wordlists import places

Level = Literal["place", "district", "town", "road", "compound", "home", "number", "building"]
"""`home` is a compound that people live in; `building` a number with a unit that only buildings have."""

_NUMBER = rf"(?:\d{{1,8}}|[{SPOKEN}两十百]{{1,8}}|[甲乙丙丁a-h])"
_NO_HOUSE = (
    r"(?!线|机房|机器|柜|窗口|仓|床|车|选手|技师|产品|方案|球|坐席|文件|之?前|之?后|晚|早|上午|下午|发|那天|开始"
    r"|服务器|节点|实例|可用区|数据|环境|集群)"
)
_HOUSE = rf"(?:(?!\d{{5}}){_NUMBER}(?:号院|号弄|号|弄|#)|\d{{1,4}}(?:-\d{{1,4}}){{1,3}}(?:号|室|房)?){_NO_HOUSE}"
_BUILDING = (
    rf"[东西南北中]?{_NUMBER}(?:号楼|栋楼?|幢楼?|座|单元|号门|室|房|楼|层|户|铺|号铺|号房|号库|梯|组"
    rf"|队)(?:(?<=[元栋幢座楼层])\s?(?:\d{{3,4}}|[{SPOKEN}]{{3,4}})(?!\d)(?:室|房|号)?)?{_NO_HOUSE}"
    rf"|{_NUMBER}期(?!间|待|限|望|货|权|末|初|刊)|\d{{1,3}}#(?:楼)?|[东西南北中][座塔楼]|(?<=[园苑城院村湾庭家期府])[东西南北中]区|[a-h][座栋区](?:\d{{3,4}})?"
)
_PROVINCE_WORD = r"(?:省|市|特别行政区|壮族自治区|维吾尔自治区|回族自治区|自治区|自治州|地区)?"
_NO_ROAD = r"(?![东西南北中]?[一二三四]?(?:路|街|大道|大街|巷|道))"
_TAIL = {
    "district": r"(?:新区|开发区|高新区|自治县|自治旗|[左右前后]旗|区(?!域|别|块|间|分|号)|县(?!城)|市(?!场|区|民|值|面|价|镇))",
    "town": r"(?:街道办?|社区|镇(?!静|定|痛)|乡(?!下|亲|里|愁)|村(?!民|长|里)|屯|庄(?!家|稼))",
    "road": (
        r"(?:支路|环路|大道|大街|胡同|路|街(?!道|坊|边|上)|巷|道(?=\d+号)|弄堂|里弄)(?:[东西南北中]?[一二三四]?段)?"
        r"(?!线|由|费|况|灯|上|过|边|人|演|径|段|程|步行街)"
    ),
    "compound": (
        r"(?:大厦|大楼|广场|工业园区?|科技园区?|产业园区?|创业园|软件园|高新园|物流园|园区|写字楼|中心|商城|市场|大学|学院"
        r"|中学|小学|医院|酒店|宾馆"
        rf"|工业区|国际|时代|城(?!市|区|里|建|镇)|港|厂){_NO_ROAD}"
    ),
    "home": (
        r"(?:小区|花园|花苑|雅苑|嘉苑|公寓|家园|名苑|佳苑|新村|新苑|新城|华庭|豪庭|名庭|华府|名府|学府|公馆|山庄|别墅"
        r"|宿舍楼?|家属院|大院|小院|名邸"
        rf"|雅居|名居|半岛|御景|家属楼|苑|湾|府(?!上)|郡|庭(?!院)|轩|邸){_NO_ROAD}"
    ),
}
_LONGEST = {"district": 5, "town": 5, "road": 7, "compound": 8, "home": 7}
_SHORTEST = {"district": 1, "town": 1, "road": 1, "compound": 2, "home": 2}
_STOP = re.compile(
    r"[我你您他她它们咱的了吗呢吧啊呀是在到去给往把这那住请要想跟喺系址响叫侬伊佢哪个:,。!?;、\s()和与或从离靠]|收件"
    r"|寄送|快递|地方|附近|就近"
)
_COMMON = {
    "district": re.compile(
        r"^(?:小|专|分|时|市|郊|片|大|辖|城|山|新|老|本|全|各|某|商业|学|商|禁|误|盲|雷|灾|保税|存储|缓存|[一二三四五])区$"
        r"|(?:偏远山|地|社|可用|景|服务|园|厂|校|战|疫)区$"
        r"|(?:郡|各|全|本|外|某|一个|两个)县$|(?:城|超|上|股|门|夜|集|全|各|本|外|都|菜|某|直辖|县)市$"
    ),
    "town": re.compile(
        r"(?:老|家|城|下|回|返|他|故|异)乡$|^(?:城|乡|小|冰|重)镇$|(?:农|全|本|各|山|城中|稻香|度假|地球|奥运)村$|^社区$"
    ),
    "road": re.compile(
        r"(?:线|思|道|电|网|铁|公|出|套|链|半|问|走|短|回|通|一|同|条|销|门|来|上|逛|开|绕|迷|顺|让|带|领|铺|岔|水|油"
        r"|气|光|双|多|几|两)路$|^马路$|逛街$|步行街$"
        r"|(?:渠|通|管|频|知|味|报|车|跑|隧|轨|赛|人|地|街|厚|公)道$"
    ),
    "compound": re.compile(
        r"(?:数据|客服|呼叫|服务|用户|个人|下载|帮助|会员|订单|计算|灾备|研发|运营|管理|控制|消息|活动|结算|支付|信息|资源"
        r"|云|售后|维修|话务|培训|任务|以|为|存储)中心$"
        r"|^(?:市场|中心|国际|时代|商城|大学|医院|酒店|宾馆|写字楼|大厦|大楼|广场|园区|产业园|工业园)$|(?:工|药|商|进|出"
        r"|全|同|长|本|县)(?:厂|城|港)$"
    ),
    "home": re.compile(r"(?:政|天|地|官)府$|(?:家|法|开|出|休|退)庭$|^(?:小区|花园|公寓|新城|别墅)$"),
}
"""Words that end like the name of a road or a place, and are none."""
_CUE = re.compile(
    r"(?:(?<!ip)(?<!网)(?<!邮箱)地址|门牌号?|房号|住址|家住|住在|住喺|住勒|住啊?|寄到|寄去|寄给|寄往|寄|送到|送去|送货到|发到"
    r"|发货到|搬到|搬去|收货|收件|户籍|籍贯|老家|家在|家就在|家里在|屋企喺|屋里向?勒|上门|店在|公司在|店铺在|门店在"
    r"|办公室在|厝伫|蹛伫|屋头在)"
    r"[^一-龥\d]*(?:就?是|为|系|在|喺|到|写|填|我们?|的|:)*[\s:,]*$"
)
_REST = re.compile(
    r"(?:(?![我你您他她的了吗呢吧啊呀是在到去给往把这那请要想跟喺系叫侬伊佢收有做开看能没都也就]|电话|手机|号码|联系|附近|旁边|对面|边上"
    r"|可以|能不|行不|有没|多少)[一-龥a-z\d#-]){1,12}"
)
_ROOM = re.compile(rf"(?:栋楼?|幢楼?|座|号楼|单元)\s?(?:\d{{3,4}}|[{SPOKEN}]{{3,4}})(?:室|房|号)?$")
_CORNER = re.compile(
    r"(?:[a-z]?\d{3,4}(?:室|房|号)?(?![\d年月日元块台个.-])|地下|地库|地铺|首层|底商|负[一二三1-3][楼层]|商铺|门面|铺面|之[一二三四五\d]|临街|[东西南北]门|[东西南北]侧|交叉口|路口|交汇处)+"
)
_UNNAMED = re.compile(r"[一-龥a-z\d]{1,6}\s?")
_GAP = re.compile(r"[\s,、\-·/()的]{0,2}")
_CROSSING = re.compile(r"(?:和|与|跟|同|、)$")


@dataclass(frozen=True, slots=True)
class _Part:
    level: Level
    start: int
    end: int


def find(folded: str) -> Iterator[Found]:
    """Chains of parts that say where somebody is to be found."""
    for chain in _chains(folded, _parts(folded)):
        cued = bool(_CUE.search(folded, 0, chain[0].start))
        if _tells(chain, cued) or _is_room(folded, chain[0], cued):
            start, end = chain[0].start, chain[-1].end
            if chain[0].level == "building":  # 碧桂园3栋1502: a compound whose name ends like none
                start = _name_start(folded, start, _LONGEST["home"], None)
            named = chain[-1].level in ("road", "town", "compound", "home") and chain[0].level in ("place", "district")
            yield Found("ADDRESS", start, _clause_end(folded, end) if cued or named else _corner_end(folded, end))


@functools.cache
def _pattern() -> re.Pattern[str]:
    named = "|".join(places())
    tails = "|".join(f"(?P<{level}>{tail})" for level, tail in _TAIL.items())
    ranked = rf"(?P<ranked>(?:{named})(?:新区|开发区|高新区|区(?!域|别|块|间|分)|县(?!城)))"
    return re.compile(rf"{ranked}|(?P<place>(?:{named}){_PROVINCE_WORD})|(?P<building>{_BUILDING})|(?P<number>{_HOUSE})|{tails}")


def _parts(folded: str) -> list[_Part]:
    parts: list[_Part] = []
    at = 0
    while (match := _pattern().search(folded, at)) is not None:
        at = match.end()
        if match.lastgroup == "ranked":
            parts.append(_Part("district", match.start(), at))
            continue
        level: Level = match.lastgroup  # type: ignore[assignment]  # the other groups are the levels
        if level in ("place", "building", "number"):
            tail = _named_after_a_place(folded, match, parts[-1] if parts else None)
            parts.append(_Part(*tail) if tail else _Part(level, match.start(), match.end()))
            at = parts[-1].end
            continue
        start = _name_start(folded, match.start(), _LONGEST[level], parts[-1] if parts else None)
        name = folded[start : match.end()]
        if match.start() - start >= _SHORTEST[level] and not _COMMON[level].search(name):
            parts.append(_Part(level, start, match.end()))
    return parts


def _named_after_a_place(folded: str, match: re.Match[str], last: _Part | None) -> tuple[Level, int, int] | None:
    """南京路, 北京东路, 五一路: a place or a number that is the name of a road; or the end of one (长江西路)."""
    road = re.compile(rf"[东西南北中]?[一二三四]?{_TAIL['road']}").match(folded, match.end())
    if road is None or (match.lastgroup == "place" and match.group()[-1] in "省市区县"):
        return None
    return ("road", _name_start(folded, match.start(), 3, last), road.end())


def _name_start(folded: str, tail: int, longest: int, last: _Part | None) -> int:
    """Where the name before a tail such as 路 begins: not before a word that no name holds, nor inside the part before."""
    lowest = max(0, tail - longest, last.end if last else 0)
    start = lowest
    for stop in _STOP.finditer(folded, lowest, tail):
        start = stop.end()
    while start < tail and not (folded[start].isalnum()):
        start += 1
    return start


def _clause_end(folded: str, at: int) -> int:
    """Behind 我住在 and the like what follows belongs to the place: 荔湾区西关."""
    rest = _REST.match(folded, at)
    return rest.end() if rest else at


def _is_room(folded: str, part: _Part, cued: bool) -> bool:
    """Whether a number of a building has a room's behind it (3栋1502, 5号楼201室); behind a cue the room alone tells."""
    room = part.level == "building" and (_ROOM.search(folded, part.start, part.end) or (cued and folded[part.end - 1] in "室房"))
    return bool(room)


def _corner_end(folded: str, at: int) -> int:
    corner = _CORNER.match(folded, at)
    return corner.end() if corner else at


def _chains(folded: str, parts: Sequence[_Part]) -> Iterator[tuple[_Part, ...]]:
    chain: list[_Part] = []
    for part in parts:
        between = folded[chain[-1].end : part.start] if chain else ""
        crossing = chain and part.level == chain[-1].level == "road" and _CROSSING.fullmatch(between)
        if chain and not (_GAP.fullmatch(between) or crossing or _bridged(chain[-1], part, between)):
            yield tuple(chain)
            chain = []
        chain.append(part)
    if chain:
        yield tuple(chain)


def _bridged(one: _Part, other: _Part, between: str) -> bool:
    """三塘镇[新村组]12号: a name that ends like none between a region or road and a number."""
    named = one.level in ("district", "town", "road") and other.level in ("number", "building", "home", "road", "compound")
    return named and bool(_UNNAMED.fullmatch(between)) and not _STOP.search(between)


def _tells(chain: Sequence[_Part], cued: bool) -> bool:
    """Whether the parts say more than a region."""
    levels = [part.level for part in chain]
    has = set(levels)
    numbered = bool(has & {"number", "building"})
    first_road = levels.index("road") if "road" in has else None
    if first_road is not None and (
        set(levels[first_road:]) & {"number", "building"} or first_road > 0 or levels.count("road") > 1
    ):
        return True
    if levels.count("building") >= 2 or (has & {"home", "compound"} and "building" in has):
        return True
    if "home" in has and ("number" in has or has & {"place", "district", "town"}):
        return True
    if ("compound" in has and "number" in has) or ("town" in has and (numbered or levels.count("town") > 1)):
        return True
    if "town" in has and has & {"place", "district"}:
        return True
    return cued and (bool(has & {"district", "town", "road", "home", "compound"}) or levels.count("place") > 1)
