"""How people name themselves and their firm: 我姓王, 叫我李姐, 王女士, 我叫李明, 我们是星河贸易公司."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.understanding import Entity

# The 150 most frequent surnames of the 2020 census report, and the compound ones in use.
_SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊"
    "白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文施洪季葛柯甘凌樊岳梅庄柴翟纪温鲁傅齐殷辛管祝左涂欧伍裴丘舒"
)
_DOUBLE = "欧阳|上官|司马|诸葛|司徒|东方|皇甫|慕容|令狐|夏侯|尉迟|公孙|端木"
_SURNAME = rf"(?:{_DOUBLE}|[{_SINGLE}])"
_TITLE = (
    r"(?:女士|先生|小姐|太太|老板|经理|主任|老师|总监|师傅|姐|哥|阿姨|会计|店长|厂长|院长|校长"
    r"|工(?![作具程])|总(?![价共数是体之的部量结有会算说归]))"
)
_STOP = r"(?=$|[\s,。.!?;:、,]|的|嘞|啦|呀|啊|哈|哦|喔|嘅|嘛|呢|我|你|电话|手机|号码|微信|是|在|这边|公司|来自|想|要)"

_SURNAMED = re.compile(rf"(?:我姓|免贵姓|本人姓|敝姓|姓)(?P<name>{_SURNAME})(?![名氏])")
_TITLED = re.compile(
    rf"(?<![一-龥])(?P<name>{_SURNAME}{_TITLE})"
    rf"|(?P<named>(?:(?<=[我是叫找姓给跟和])|(?<=联系))(?:小|老|阿)?{_SURNAME}{_TITLE})"
    rf"|(?P<any>{_SURNAME}(?:女士|先生|小姐|太太|老板|经理))"
)
_CALLED = re.compile(
    rf"(?:我的名字叫|姓{_SURNAME}[,\s]*(?:名叫|名|叫)|名字叫|名字是|我名叫|联系人是|联系人叫|联系人|我叫|叫我|姓名是?|我是|我系)[\s:,]*"
    rf"(?P<name>{_SURNAME}[一-龥]{{1,2}}?|(?:小|老|阿){_SURNAME}){_STOP}"
)
_NO_NAME = re.compile(
    r"[一-龥]*(?:什么|怎么|何时|于是|方便|马上|文件|高兴|常用|任何|石油|金融|向来|温州|江苏|白天|万一|万元|金额|常州|齐全|易用)"
)

_COMPANY_WORD = r"(?:股份有限公司|有限责任公司|有限公司|集团公司|分公司|公司|集团|工作室|事务所|商行|商贸行|电器行|合作社)"
_COMPANY = re.compile(
    r"(?:我们公司[叫是]做?|公司名?字?[叫是]做?|公司全?名称?[是叫]|单位名?称?是|我们[叫是]|我哋[叫系]|我[是系]|这边是|这里是|来自|代表"
    r"|抬头是?|抬头写|开给|在|是|叫|,|^)[\s:]*"
    rf"(?P<name>[一-龥a-z0-9()（）·&]{{2,18}}?{_COMPANY_WORD})"
)
_COMPANY_CALLED = re.compile(
    r"(?:公司名?字?叫做?|公司的?名字是|公司名字?是|公司全?名称?[是叫]|单位名?称?是|发票抬头是?|抬头写|公司:)[\s:]*"
    r"(?P<name>[一-龥a-z0-9()（）·&]{2,18}?)(?=$|[\s,。.!?;、,]|我|你|电话|手机|联系|姓)"
)
_NO_COMPANY = re.compile(
    r"(?:.*[我你他她贵哪这那别其每几各]们?(?:的|家|个|自己)?(?:小|大|老)?公司|.*(?:一|两|几|某|多|好几)[家个间].*"
    r"|(?:小|大|老|新|外贸|贸易|科技|创业|电商|物流|云|上市|别的|其他|竞争)公司"
    r"|.*(?:什么|多少|需要|支持|想要|帮|对接|自己|不是|怎么|没有|合作|规模|用的).*)"
)
_TALK = re.compile(r"[我你侬他她哋给跟搭想要啱啲些被让是适把]|阿拉|到|有没|有冇|有勿|隔壁")
"""What no firm has in its name."""
_LEAD_IN = re.compile(r"^(?:我们|我哋|我|咱们|阿拉|这边|公司(?:名字?)?(?=[是叫])|是|系|在|做|一家|叫|的|嗯|呃|啊|哦|那个|就是)+")


def find_persons(folded: str, name: str) -> Iterator[Entity]:
    """Names that somebody gives: the full one wins over the surname before it (我姓王, 王建国)."""
    found = [(match.start(key), match.end(key)) for match, key in _person_matches(folded)]
    for start, end in found:
        text = folded[start:end]
        fuller = any(folded[other[0]] == text[0] and other[1] - other[0] > len(text) for other in found if other != (start, end))
        if not fuller and not _NO_NAME.match(text):
            yield Entity(name, text, text, start, end, "person")


def _person_matches(folded: str) -> Iterator[tuple[re.Match[str], str]]:
    for match in _SURNAMED.finditer(folded):
        yield match, "name"
    for match in _CALLED.finditer(folded):
        yield match, "name"
    for match in _TITLED.finditer(folded):
        yield match, next(key for key in ("name", "named", "any") if match[key])


def find_companies(folded: str, name: str) -> Iterator[Entity]:
    """Names of firms; 你们公司, 一家小公司 and the like are none."""
    for pattern in (_COMPANY, _COMPANY_CALLED):
        for match in pattern.finditer(folded):
            start, end = match.span("name")
            start += _lead_in(folded[start:end])
            text = folded[start:end]
            core = re.sub(f"{_COMPANY_WORD}$", "", text)
            if len(core) >= 2 and not _NO_COMPANY.fullmatch(text) and not _TALK.search(core):
                yield Entity(name, text, text, start, end, "company")


def _lead_in(text: str) -> int:
    """How many characters stand before the name itself: 我们是做餐饮的叫..."""
    called = max(text.rfind("叫"), text.rfind("名字是")) + 1
    lead = _LEAD_IN.match(text[called:])
    return called + (lead.end() if lead else 0)
