"""Units of time, and the words that count things: what figures.py and rough.py read quantities with."""

from __future__ import annotations

import re

HOURS = {"毫秒": 1 / 3_600_000, "秒": 1 / 3600, "秒钟": 1 / 3600, "分钟": 1 / 60, "刻钟": 0.25, "小时": 1.0, "钟头": 1.0}
HOURS |= {"天": 24.0, "日": 24.0, "工作日": 24.0, "周": 168.0, "星期": 168.0, "礼拜": 168.0}
"""Hours of a unit."""
MONTHS = {"月": 1.0, "季度": 3.0, "年": 12.0}
TIME = "|".join(sorted((*HOURS, *MONTHS), key=len, reverse=True))
"""Any of them, the longest first."""
MEASURES = (
    "平方米|平方|平米|平|公里|千米|里地|公斤|斤|吨|克|厘米|米|升|毫升|方|度|岁|楼|层|栋|间|户|桌|席|床|晚|夜|宿|趟|次|回|遍|节|堂|课|颗|粒|针|副|双|对|套|件"
    "|张|页|本|盒|包|袋|瓶|杯|箱|枝|束|朵|盆|盘|碗|份|只|匹|头|条|根|块儿|片|辆|部|架|单|票|门|门课|道|种|类|项|样|款|期|届|级|步|层楼|寸|个?人|名|位|家|个"
)
"""What counts things, or measures them by other units than those of money, time and machines."""
_HOURLY = "|".join(sorted(HOURS, key=len, reverse=True))
_AMOUNT = r"[\d零一二两三四五六七八九十百千]+[元块]"
_RATED = re.compile(rf"(?:每个?|按|[元块]一个?|[元块]/|一个?(?=(?:{_HOURLY}){_AMOUNT}))(?P<unit>{_HOURLY})")


def rates_of(text: str) -> frozenset[str]:
    """The units of time by which a folded text prices or measures: 小时 of 每小时六十元."""
    return frozenset(unit_of(found["unit"]) for found in _RATED.finditer(text))


def unit_of(words: str) -> str:
    """The unit of 一个钟头: 小时."""
    return words.lstrip("一每个1").replace("钟头", "小时").replace("日", "天")
