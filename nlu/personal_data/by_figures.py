"""Telephone, identity and card numbers in runs of figures."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from nlu.personal_data.checks import is_card, is_date, is_id
from nlu.personal_data.figures import SPOKEN, Group, Window, runs, window
from nlu.personal_data.found import Found, Kind

_LONGEST = 24
"""Groups that are tried as one number: an identity number said figure by figure with a pause after each."""
_MOBILE = re.compile(r"(?:0086|86|0)?1[3-9]\d{9}")
_FIXED = re.compile(r"(?:0086|86)?0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}")
_FIXED_ABROAD = re.compile(r"86(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}")
_EXTENSION = re.compile(
    rf"\s*(?:转分机号?|转|分机号?码?|ext\.?|#)\s*(?:是|号|:)?\s*(?:\d{{1,6}}|[{SPOKEN}]{{1,6}})(?![\d{SPOKEN}])"
    rf"|-\d{{1,5}}(?!\d)"
)
_HONG_KONG = re.compile(r"(?:00)?(?:85[23][5-9]\d{7}|853[26]\d{7}|886[2-9]\d{7,8})")
_TAIWAN = re.compile(r"09\d{8}")
_SHAPE = re.compile(r"\d{15,19}|\d{17}X|1[3-9]\d{9}|0[1-9]\d{7,22}|00?8[568]\d{7,22}|01[3-9]\d{9}|8[568]\d{6,22}|[2-9]\d{6,7}")
"""What any of the numbers looks like: most windows in a long run of figures need no closer look."""
_MOBILE_SIZES = {
    *((11,), (3, 4, 4), (3, 8), (3, 3, 5), (4, 3, 4), (4, 4, 3), (5, 6), (7, 4), (3, 2, 2, 2, 2), (3, 4, 2, 2), (2, 3, 3, 3)),
    *((3, 2, 3, 3), (3, 3, 3, 2), (3, 2, 2, 4), (6, 5), (1,) * 11),
}
_CARD_SIZES = re.compile(r"(?:4,){3,4}\d|6,1[0-3]|4,4,4,7|4,4,8|8,8|8,11|1\d|(?:1,)+1")
_PHONE_CUE = re.compile(
    r"(?:电话|手机|座机|固话|号码|联系方式|联系|致电|拨打?|打给?|打我|传真|小灵通|tel|fax|phone|mobile|call|回拨|加我"
    r"|找我)[^\d]{0,9}$"
)
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_ID_CUE = re.compile(r"(?:身份证|身份证明|身份号|证件号|证号|证件)[^\d]{0,10}$")
_BANK_CUE = re.compile(
    r"(?:银行卡|储蓄卡|借记卡|信用卡|工资卡|银联卡|[工农中建招交]行卡?|(?:银行|开户|户名|邮储|民生|浦发|兴业|平安|中信|光大|广发"
    r"|农商行|信用社|招商|建设|工商|农业)[^\d]{0,18}(?:卡|账号|账户|户头)"
    r"|(?<!员)(?<!品)(?<!物)(?<!值)(?<!禁)(?<!分)(?<!饭)卡号|打款|汇款|收款|退款)[^\d]{0,10}$"
)
_OTHER_NUMBER = re.compile(
    r"(?:订单|单|运单|快递|物流|工单|流水|交易|合同|货|编|序列|型|条|追踪|批次?|版本|设备|资产|产品|房源|案件|受理"
    r"|预约|取件|排队|商品|票据?|发票)"
    r"(?:号码?|编号|编码|代码|单号|码|id|no\.?)[\s:,]*(?:是|为|就是|叫|尾号)?[\s:,]*$"
    r"|(?:\bsn|s/n|sku|isbn|imei|order|ticket|\bno|\bid|trace|uuid|编号|编码|单号|货号|验证码)[\s:#.=是为-]*$"
)
_ORDER = re.compile(r"(?:订单|运单|快递|工单|流水|合同|发票|物流)[^\d,。]{0,6}$")
_AMOUNT = re.compile(r"\s?(?:[十百千万亿元块%兆条]|美元|人民币|mb|gb|kb|ms|qps)")
_MEASURE = re.compile(r"[台个年月点号天块元百千万十件套位家只斤]")


def find(folded: str) -> Iterator[Found]:
    """Numbers of persons, longest first from the left of each run."""
    for run in runs(folded):
        at = 0
        while at < len(run):
            taken = next(_found_from(folded, run, at), None)
            if taken is None:
                at += 1
                continue
            found, at = taken
            yield found


def _found_from(folded: str, run: tuple[Group, ...], at: int) -> Iterator[tuple[Found, int]]:
    for count in _promising(folded, run[at : at + _LONGEST]):
        number = window(folded, run[at : at + count])
        kind = _kind(folded, number)
        if kind is not None:
            yield Found(kind, _start(folded, number), _end(folded, number, kind)), at + count
    group = run[at]
    if group.spoken and 11 < len(group.text) <= 13 and _MOBILE.fullmatch(group.text[:11]) and _MEASURE.match(folded, group.end):
        yield Found("PHONE", group.start, group.start + 11), at + 1


def _promising(folded: str, groups: Sequence[Group]) -> Iterator[int]:
    """How many of the first groups have the figures of a number, the most first."""
    figures = "".join(group.text for group in groups)
    ends = tuple(itertools.accumulate(len(group.text) for group in groups))
    after_plus = folded.endswith("+", 0, groups[0].start)
    for count in range(len(groups), 0, -1):
        end = ends[count - 1]
        if 7 <= end <= 24 and (after_plus or _SHAPE.fullmatch(figures, 0, end)):
            yield count


def _kind(folded: str, number: Window) -> Kind | None:
    before, after = folded[max(0, number.start - 36) : number.start], folded[number.end : number.end + 4]
    if _in_a_code(before, after, number):
        return None
    if _is_id(number, before):
        return "ID"
    if _is_card(number, before):
        return "CARD"
    return "PHONE" if _is_phone(number, before, after) else None


def _in_a_code(before: str, after: str, number: Window) -> bool:
    """Whether letters stand right beside it, as in a serial number; 电话138..wx同号 is none."""
    if re.search(r"(?<![a-z])(?:tel|phone|vx|wx|v|qq|mobile|id)$", before) or number.text.endswith("X"):
        return False
    return bool(re.search(r"[a-z_#$¥]$|\d\.$", before)) or bool(re.match(r"(?!vx|wx|v\b|qq|tel|email|ext)[a-z_]", after))


def _is_id(number: Window, before: str) -> bool:
    plain = re.fullmatch(r"\d{17}[\dX]|\d{15}", number.text)
    if not plain:
        return False
    if _ID_CUE.search(before):
        return True
    old = len(number.text) == 15
    return is_id(number.text) and not (old and (_OTHER_NUMBER.search(before) or len(number.groups) > 1))


def _is_card(number: Window, before: str) -> bool:
    shaped = is_card(number.text)
    if not shaped and not re.fullmatch(r"\d{16,19}", number.text):
        return False
    cued = bool(_BANK_CUE.search(before))
    if cued and 16 <= len(number.text) <= 19 and number.text.isdigit():
        return True
    if not shaped or _OTHER_NUMBER.search(before) or _ORDER.search(before):
        return False
    return cued or number.spoken or bool(_CARD_SIZES.fullmatch(",".join(map(str, number.sizes))))


def _is_phone(number: Window, before: str, after: str) -> bool:
    text, cued = number.text, bool(_PHONE_CUE.search(before))
    if not text.isdigit() or _OTHER_NUMBER.search(before) or (_AMOUNT.match(after) and not cued):
        return False
    if sum("." in mark for mark in number.between) > 1 and not _MOBILE.fullmatch(text):
        return False  # an address of a computer, a version
    if before.endswith("+") and 8 <= len(text) <= 15:
        return True
    if _MOBILE.fullmatch(text):
        sizes = _without_country(number)
        return cued or number.spoken or (sizes in _MOBILE_SIZES and not _dotted_otherwise(number))
    if _FIXED.fullmatch(text) or _with_extension(number):
        return cued or number.spoken or number.sizes[0] in (3, 4, 10, 11, 12)
    if _FIXED_ABROAD.fullmatch(text) or _HONG_KONG.fullmatch(text):
        return cued or len(number.groups) > 1
    if _TAIWAN.fullmatch(text):
        return cued or number.sizes in ((4, 3, 3), (4, 6))
    return cued and bool(_LOCAL.fullmatch(text)) and not is_date(text) and not re.match(r"[-\s]?\d", after)


def _without_country(number: Window) -> tuple[int, ...]:
    """The sizes of the groups without a country code of its own, or with it taken off the first."""
    sizes, extra = number.sizes, len(number.text) - 11
    if extra and sizes[0] == extra:
        return sizes[1:]
    return (sizes[0] - extra, *sizes[1:])


def _with_extension(number: Window) -> bool:
    """010-88886666-801."""
    if len(number.groups) < 3 or not 1 <= number.sizes[-1] <= 5:
        return False
    return number.between[-1] == "-" and bool(_FIXED.fullmatch(number.text[: -number.sizes[-1]]))


def _dotted_otherwise(number: Window) -> bool:
    """Points separate 138.0013.8000; any other grouping with points is an address of a computer or a version."""
    return any("." in mark for mark in number.between) and number.sizes != (3, 4, 4)


def _start(folded: str, number: Window) -> int:
    start = number.start
    opened = start > 0 and folded[start - 1] == "(" and ")" in folded[number.start : number.end]
    return start - 1 if opened or (start > 0 and folded[start - 1] == "+") else start


def _end(folded: str, number: Window, kind: Kind) -> int:
    if kind == "PHONE" and not _MOBILE.fullmatch(number.text):
        extension = _EXTENSION.match(folded, number.end)
        if extension is not None:
            return extension.end()
    return number.end
