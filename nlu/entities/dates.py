"""Days and times as said: 明天下午, 12月3号, 下周一上午十点. The value is the wording: only a clock knows the day."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.understanding import Entity

_FIGURE = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_WEEKDAY = r"(?:(?:这|本|下|下下|上)个?)?(?:周|星期|礼拜)[一二三四五六日天]"
_DAY = (
    rf"(?:\d{{4}}年)?{_FIGURE}月{_FIGURE}[日号]|{_WEEKDAY}|(?:今天|明天|后天|大后天|昨天|前天|听日|今日|明日|后日|明朝|周末|月底|月初|下个月|下月|这个月|年底|明年|今年)"
    rf"|(?<![\d月]){_FIGURE}号(?![机线码楼])"
)
_HALF = r"(?:凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|上昼|下昼|晏昼)"
_TIME = rf"{_FIGURE}点(?:半|钟|一刻|三刻|{_FIGURE}分?)?(?!零|五万)"
_DATE = re.compile(rf"(?:{_DAY})(?:的)?(?:{_HALF})?(?:{_TIME})?|{_HALF}(?:{_TIME})?")


def find(folded: str, name: str) -> Iterator[Entity]:
    """Dates, parts of a day and times in one piece."""
    for match in _DATE.finditer(folded):
        yield Entity(name, match.group(), match.group(), match.start(), match.end(), "date")
