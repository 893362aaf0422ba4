"""Electronic mail, number plates, documents and accounts: what a pattern, mostly behind a cue, can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nlu.personal_data.figures import SPOKEN
from nlu.personal_data.found import Found, Kind

_DOT = r"\s?(?:\.|点儿?|dot)\s?"
_AT = r"\s?(?:@|艾特|爱特|圈a|圈儿?a|花a|小老鼠|\(at\)|\[at\]|(?<=\s)at(?=\s))\s?"
_DOMAIN = rf"(?:[a-z0-9-]+|[{SPOKEN}]{{2,4}}|扣扣|新浪|网易|搜狐|谷歌|hotmail|gmail|嘉美欧|阿里云|福克斯妹儿)"
_TOP = r"(?:com|cn|net|org|edu|gov|io|me|vip|top|hk|tw|xyz|tech|cc|co|info|康姆|康母|靠姆|抗姆|网)"
_LOCAL = (
    rf"(?:(?<![a-z0-9])[a-z0-9]+(?:[_+.-][a-z0-9_+.-]{{0,63}})?|(?<![{SPOKEN}])[{SPOKEN}]{{3,}})"
    rf"(?:\s?(?:下划线|杠|减号|横杠|点|dot)\s?[a-z0-9{SPOKEN}_+.-]++){{0,8}}"
)
"""A run is entered at its beginning only, and what repeats has a bound or gives nothing back: time grows with the text."""
_LABEL = rf"(?<![a-z0-9-]dot){_DOMAIN}"
"""qqdotcn is one label; only the last dot may stand without a gap."""
_MAIL = rf"{_LOCAL}{_AT}{_DOMAIN}(?:{_DOT}{_LABEL})*?{_DOT}{_TOP}(?:{_DOT}{_TOP})?(?![a-z0-9-]|\.[a-z])"

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SERIAL = rf"[a-hj-np-z\d{SPOKEN}]"
_PLATE = (
    rf"(?<![讯里为翼动度东亚公私上a-z])[{_PROVINCES}]\s?[a-z]\s?[·•.\-\s]?\s?"
    rf"(?:{_SERIAL}\s?){{4,5}}(?:{_SERIAL}|[挂学警港澳使领])(?![a-z\d{SPOKEN}型款版])"
)
_PLATE_CUED = r"(?:车牌号?码?|牌照号?)[\s:是为叫]*(?P<value>[a-z][·•.\-\s]?(?=[a-z\d]*\d)[a-z\d]{5,6}(?![a-z\d]))"

_PAPERS = r"护照|通行证|回乡证|台胞证|港澳证|军官证|士兵证|驾驶证|驾照|社保卡?|社会保障卡?|居住证|医保卡?|学生证|passport|签证"
_DOCUMENT = (
    rf"(?:{_PAPERS})(?:号码?|编号|卡号|no\.?|number)?[\s:,]*+(?:就是|是|为|系|尾号)?[\s:,]*+"
    rf"(?P<value>(?=[a-z]*\s?[\d{SPOKEN}])[a-z]{{0,3}}(?:\s?[\d{SPOKEN}]){{6,18}}(?:\(\d\)|x)?)(?![a-z\d])"
)
_DOCUMENT_BEFORE = rf"(?<![a-z\d])(?P<value>[a-z]{{1,2}}\d{{7,8}})(?=[\s,是的这]*(?:{_PAPERS}))"
_HONG_KONG = r"(?:身份证|证件)[^\d]{0,8}?(?P<value>(?<![a-z])[a-z]{1,2}\s?\d{6}\s?(?:\([\da]\)|[\da])?)(?![a-z\d])"

_IS = r"[\s:,]*+(?:号码?|账号|账户|id|名|昵称)?[\s:,]*+(?:就是|是|叫做?|为|嘅?系|:++|=|搜一?下?|加一?下?)*[\s:,]*+"
_WORD = r"[a-z][a-z0-9_-]{5,19}"
_WECHAT = r"微信|薇信|威信|维信|卫星号|vx|v信|wx|wechat|weixin|微|加v|v(?=[\s:号])"
_ACCOUNT = (
    rf"(?<![a-z])(?:{_WECHAT}){_IS}(?P<value>(?=[a-z0-9_-]*[\d_]){_WORD}|(?<=[号d是叫:=]){_WORD}"
    rf"|(?<=[号d是叫:=]\s){_WORD})(?![a-z0-9_@.])"
    rf"|(?<![a-z])(?:{_WECHAT}){_IS}(?P<numeric>[\d{SPOKEN}]{{5,11}})(?![\d{SPOKEN}a-z十百千万个元块年月])"
)
_QQ = (
    rf"(?<![a-z])(?:q{{2}}|扣扣|球球|企鹅|扣)(?!群){_IS}"
    rf"(?P<value>[1-9]\d{{4,10}}|[{SPOKEN}](?:[\s,]?[{SPOKEN}]){{4,10}}"
    rf"|\d{{2,4}}(?:[\s-]\d{{2,4}}){{1,3}})(?![\d{SPOKEN}a-z十百千万个元块])"
)
_OTHER = (
    r"(?:支付宝|抖音|快手|小红书|微博|旺旺|钉钉|飞书|淘宝|京东|telegram|tg|whatsapp|line|skype|陌陌|b站)"
    r"(?:账号|账户|号|id|昵称|用户名)[\s:,]*+(?:就是|是|叫做?"
    r"|为)?[\s:,]*+(?P<value>(?=[a-z0-9_-]*[a-z_])[a-z0-9_-]{4,24}|\d{6,12})(?![a-z0-9_@])"
)

_FIGURE = re.compile(rf"[\d{SPOKEN}]")
_PLATE_FIGURES = 3
"""A plate of one's own choice holds two letters at most (GA 36-2018)."""

_PATTERNS: Mapping[Kind, tuple[re.Pattern[str], ...]] = {
    "EMAIL": (re.compile(_MAIL),),
    "PLATE": (re.compile(_PLATE), re.compile(_PLATE_CUED)),
    "DOCUMENT": (re.compile(_DOCUMENT), re.compile(_DOCUMENT_BEFORE), re.compile(_HONG_KONG)),
    "ACCOUNT": (re.compile(_ACCOUNT), re.compile(_QQ), re.compile(_OTHER)),
}


def find(folded: str) -> Iterator[Found]:
    """Each pattern's matches; of a pattern with a cue only the value behind it."""
    for kind, patterns in _PATTERNS.items():
        for pattern in patterns:
            for match in pattern.finditer(folded):
                start, end = _span(match)
                if kind != "PLATE" or len(_FIGURE.findall(folded, start, end)) >= _PLATE_FIGURES:
                    yield Found(kind, start, end)


def _span(match: re.Match[str]) -> tuple[int, int]:
    named = next((name for name, value in match.groupdict().items() if value), None)
    start, end = match.span(named) if named else match.span()
    while end > start and match.string[end - 1].isspace():
        end -= 1
    return start, end
