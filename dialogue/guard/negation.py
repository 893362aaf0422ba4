"""Whether a reply denies what it names (不能全额赔付), or only repeats the customer's question (您是问能不能全额赔付吗)."""

from __future__ import annotations

import re

from dialogue.guard.reading import Reading

_BEFORE = re.compile(
    r"谁也不(?:能|敢|会)?|谁都不(?:能|敢|会)?|没有?(?:哪家|人|谁|哪个)(?:敢|能)?|不(?:能|会|敢|可能|可以|支持|提供|承诺|保证|打算|接受|允许|代表|等于|做)+(?!超|多于|高于|低于|少于|再)"
    r"|(?:没|无|冇)(?:法|办法|有办法|有权限|权限|有资格)|无法|做不到|办不到|并非|(?:并)?不是|并不|谈不上|说不上|算不上|拒绝|禁止|不好"
    r"|答应不了|给不了|没有(?!问题|疑问|上限|例外|条件)|没(?=说|答应|承诺|打)|不叫|不懂|不聊|不评价|不(?:用|必|给|给您|做|搞)?$"
)
_DOUBLED = re.compile(r"谁说|难道|哪能|怎么会|怎么可能|岂|何尝|(?<!是)不得不|哪有不|谁敢说")
_AFTER = re.compile(
    r"没有(?!问题|任何问题|疑问|上限|例外|条件|限制|二话|人|哪|谁)|没(?:法|办法)|不(?:能(?!少)|敢|行|支持|可能|可以|提供|保证|存在|属实|好说|好评价|懂|成(?!问题)|了(?!的))"
    r"|[是属]?(?:违法|违规|犯法|犯规|不合规|不允许)|做不到|办不到|给不了|退不了|打不了|给不起|答应不了|帮不上|说不准|无法|谁也不|谁都不|难说|是假的|那是|那种|这种话|这话|不是我们|不在(?:我们的?|公司的?)?(?:条款|承诺|范围)|得问|要问|要看"
)
_AFTER_DOUBLED = re.compile(r"不是(?:没有|不能|不行|不可以)|没有(?:不|做不到)|不(?:能|可以)不|没有?(?:谁|哪家|人)")
_ASKED = re.compile(
    r"(?:(?<![给跟和向对])您|客户|有人|别人)(?:是|是不是|刚才|刚刚|之前|前面|上次)*(?:想问|要问|问|说(?!得?对|的对|的没错|定|了算)|提到?|指|讲|担心|怕|以为|听说)"
    r"|您(?:刚才|刚刚|之前)?(?:让|叫|要求|要)我|是不是|会不会|能不能|有没有|要不要|可不可以|传言|听说"
)
_GRANTED = re.compile(
    r"我们(?:就|也|都|当然)?(?:有|能|会|可以|支持|做得到|给您)|没问题|没有问题|答应您|安排上|给您办|(?:可以|能|有|行|支持)(?:的|呀|啊|哦)?$"
)
_THEN_REFUSED = re.compile(
    r"[,，](?:(?:这个|那个|这|那|可是?|但是?)?我们?(?:可|真|也|实在)?(?:不敢|不能|没法|做不到|给不了|答应不了|办不到)|对不起|抱歉|不好意思"
    r"|(?:这|那)个?(?:不行|没有|做不到|给不了|办不到)"
    r"|(?:但是?|可是?|不过)?[这那](?:个|种|样的?|句)?(?:大?话|保票|包票|海口|保证|承诺|事)?(?:我们?|公司|谁|没人|哪家|任何人)?(?:可|真|也|都|实在|是)*"
    r"(?:没人敢|(?:不|没)(?:敢|能|好|会|方便)(?:随便|乱|跟您|给您|这么)*(?:讲|说|打|夸|保证|答应|承诺|应承|应|许|开)(?!出[去来]|[给跟让往向漏破穿错不外明])|(?:说|答应|保证|应承)不(?:了|起|满|出口))"
    r"(?!.*我们?(?:就|可|却|偏|倒)*(?:敢|能|行|可以|不一样|说|讲)))"
)
"""The next clause takes it back, whoever else might say it: 这话谁也不敢讲, but not 这话别家不敢讲，我们敢."""
_WHETHER = re.compile(r"(?P<word>[\u4e00-\u9fff]{1,2})不(?P=word)")
"""便宜不便宜, 过不过: nothing is stated."""
_QUESTION = re.compile(r"(?:吗|么|吧|呢|是不是|对吧|对吗|是吧|[?？])")


def is_denied(reading: Reading, start: int, end: int) -> bool:
    """Whether the words at [start, end) are denied in their own clause, or told as what the customer asked."""
    text = reading.text
    first, last = reading.clause(start)[0], reading.clause(max(end - 1, start))[1]
    before, after = text[first:start], text[end:last]
    if _THEN_REFUSED.match(text, last):
        return True
    if _WHETHER.search(text[first:last]):
        return True
    doubled = len(_DOUBLED.findall(before)) + len(_AFTER_DOUBLED.findall(after))
    denials = len(_BEFORE.findall(before)) + min(1, len(_AFTER.findall(after)))
    if (denials + doubled) % 2 == 1 and denials:
        return True
    return bool(_ASKED.search(before)) and not _GRANTED.search(after) and (denials > 0 or _only_asked(text, last, before))


def _only_asked(text: str, last: int, before: str) -> bool:
    """A question back to the customer, or a clause that only takes up what he said."""
    following = text[last : last + 6]
    return bool(_QUESTION.search(text[max(0, last - 3) : last] + following)) or not re.search(r"我们|我给", before)
