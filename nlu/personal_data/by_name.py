"""Names of persons: behind a cue (我叫), before a title (王女士), as somebody spoken of (找李娜) or in a filled form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlu.personal_data.found import Found
from nlu.personal_data.wordlists import Names, names

_END = r"$|[^一-龥]"
_PARTICLE = r"嘞|啦|呀|啊|哈|哦|喔|嘅|嘛|呢|吧|噻|撒|喽|咯|哩|哇"
_AFTER = re.compile(
    rf"{_END}|的|{_PARTICLE}|我|你|您|他|她|伊|佢|侬|电话|手机|号码|微信|邮箱|地址|是|在|这|那|公司|来|想|要|住|收|接"
    rf"|说|先生|女士|小姐|身份|做|就|也|和|跟|有|家|刚|买|下|今|昨|上|叫"
    r"|现|之|前|已|麻烦|请|可以|能|还|打|男|女|性别|年龄|喺|系|同|本人|转|帮|给|以|们|会"
)
_NEVER_GIVEN = frozenset(
    "的了吗呢吧啊呀哦嘛个不过着去到就都也很太是没跟与在这那哪什怎么谁我你您他她它们咱要想能请把被让给从对啦嘞嘅喺咗唔冇哋佢嗰咩乜噻撒喽咯哩号码买卖装错问题"
)

_LABELS = (
    r"联系人|收件人|收货人|寄件人|发件人|经办人|申请人|负责人|持卡人|开户人|户名|开户名|投保人|被保险人|法定代表人"
    r"|法人代表|法人|客户名称|客户姓名|客户|业主|车主|房东|租户|患者|病人|签收人|登记人|联络人"
    r"|署名|落款|乘客|旅客|乘车人|入住人|预订人|订票人|机主|本人|称呼|当事人|代理人|受益人|收款人|付款人|学员|学生"
    r"|家长|老师|队长|组长|店长|经理|姓名|名字|真名|全名|大名|名称|发票抬头|抬头|对接人|担保人|监护人|跟进人"
    r"|实名|注册人|下单人|购买人|使用人|介绍人|推荐人|用户名|用户|name|收"
)
_LINK = r"(?:\s*(?:就是|是|叫做?|叫作|系|为|写的?|填的?|用的?|姓名|名字|[:=]))+\s*"
_KIN = (
    r"老公|老婆|爱人|先生|太太|儿子|女儿|妈妈?|爸爸?|妹妹?|弟弟?|姐姐?|哥哥?|朋友|同事|老板|经理|助理|秘书|会计|财务"
    r"|媳妇|对象|屋企人|细路|阿妈|阿爸|公公|婆婆"
)
_FILLER = r"(?:\s|,|嗯|呃|啊|那个|这个|额|诶)*"
_STRONG = re.compile(
    rf"(?:{_LABELS}){_LINK}{_FILLER}|姓名|(?:我|俺|咱|吾|偶|名|字|人家|他|她|佢|伊|{_KIN})(?:就|都|也|个|嘅|嘞)?(?:名"
    rf"|名字|大名|全名)?(?:叫|喊|唤)(?:做|作)?{_FILLER}"
    rf"|(?:叫|喊|称呼|唤)(?:我|俺|佢|伊|她|他)(?:做)?{_FILLER}|(?:我|俺)名{_FILLER}|my name is\s+|i am\s+|i'm\s+"
)
_WEAK = re.compile(
    rf"(?:{_LABELS})\s*|(?:我|俺|吾|偶|咱|阿拉|这边|这里|你好|您好|本人|我就|是不|这位|那位|对方)(?:就)?(?:是"
    rf"|系){_FILLER}(?:你们的?老客户|客户|[^,。\s]{{0,10}}(?:公司|店|部|厂|行|司|组|校|院|局|所|家)的"
    rf"|[^,。\s]{{0,6}}的)?"
    r"|(?:公司|店里?|部门?|厂|行|组|学校|医院|单位|那边|这边|隔壁|楼上|家)的"
    rf"|(?:{_KIN})(?:就)?(?:是|系)?"
)
_VERB = re.compile(
    r"找一?下?|给|跟|和|同|帮|让|请|由|问|联系一?下?|转给?|通知|替|代|搵|畀|俾|揾|叫|喊|麻烦|告诉|对|约|认识|介绍|加"
    r"|寄给|发给|送给|还给|交给|转交|抄送|登记在|登记的?是|写的?是?|叫做|是|填|用|姓名|收|谢谢|欢迎|哎|喂|搭|把|向"
    r"|查一?下|改成|改为|换成"
)
_FOLLOWS = re.compile(
    r"的(?:电话|手机|号码|微信|身份|账号|账户|银行|卡|地址|邮箱|名字|名下|联系|订单|合同|车|快递|名义|护照|信息|资料"
    r"|个人|单|号|件|包裹|家|房|爸|妈|老公|老婆|儿子|女儿)"
    r"|打(?:个|一个)?电话|接(?:个|一下)?电话|(?:本人)?回(?:个|一下)?(?:电|话)|收|本人|联系|说|处理|跟进|名下|签收|代收"
    r"|签|来(?:一趟|拿|取|签|办)|过来|在不在|在吗|先生|女士|小姐|同志|老师"
    rf"|(?:{_PARTICLE})?(?:$|[,。!?;、\s])|这个人|那里|那边|下的?单|订的?|买的|聊|谈|对接|沟通|推荐|介绍|负责|名义"
)
_SURNAMED = re.compile(
    rf"(?<!贵)(?<!百)(?<!同)(?<!老百)姓(?!名|氏|什|啥|咩|乜|甚){_FILLER}(?:啊|个|了|是|嘅|系|就是)?{_FILLER}"
    rf"|免贵姓?(?!姓){_FILLER}"
)
_SPELT = re.compile(
    "弓长张|木子李|耳东陈|双木林|言午许|草头黄|口天吴|古月胡|三横王|三划王|立早章|双口吕|走肖赵"
    "|人可何|禾呈程|美女姜|干勾于|人则余|双人徐|言身寸谢|关耳郑|木易杨|草字头[一-龥]|三点水[一-龥]|大肚黄|立里童|十口古"
)
_FIRST_NAME = re.compile(r",?\s*(?:名字?|大名|全名)?(?:叫做?|名叫|名|喊)\s*")
_LATIN = re.compile(r"[a-z][a-z'-]{1,14}(?:\s[a-z][a-z'-]{1,14}){0,2}(?![a-z0-9@_])")
_NO_LATIN = frozenset(
    (
        "vip",
        "ai",
        "erp",
        "crm",
        "oa",
        "app",
        "ok",
        "sap",
        "api",
        "it",
        "hr",
        "ceo",
        "cto",
        "cfo",
        "svip",
        "plus",
        "pro",
        "max",
        "mini",
        "not",
        "new",
        "the",
        "good",
        "fine",
        "from",
        "an",
        "in",
        "so",
    )
)
_NICKNAME = re.compile(r"[小阿老大]")
_FOREIGN = re.compile(r"[一-龥]{2,8}(?:[·•・][一-龥]{2,8})+")

_TITLE = (
    r"女士|先生|小姐|太太|老板娘?|经理|主任|老师|总监|师傅|师父|大姐|大哥|阿姨|阿伯|大爷|大妈|大叔|大婶|叔叔|奶奶|爷爷"
    r"|伯伯|会计|店长|厂长|院长|校长|园长|所长|站长|行长|局长|处长|科长|部长|队长|组长|班长|村长|书记|教授|博士|医生"
    r"|大夫"
    r"|律师|警官|护士|秘书|助理|导演|教练|师兄|师姐|法官|夫人|姑娘|小妹|同学|同志|董事长|副总|总经理|总裁|顾问|掌柜"
    r"|站长|老弟|老兄|嬢嬢|嬢孃|孃孃|老倌|阿婆|姨"
)
_SHORT_TITLE = "总|工|姐|哥|董|局|处|科|队|导|叔|伯|婶|嫂|生|太|sir|爷|妈|姨|妹|弟|少|校|院"
_TITLED = re.compile(rf"(?P<long>{_TITLE})|(?P<short>{_SHORT_TITLE})")
_BEFORE_SHORT = re.compile(
    r"(?:^|[^一-龥]|[我是叫找姓给跟和与同对让请问喊帮把被向替约见喂哎欸嗨搵俾畀系由转]|你好|您好|联系|麻烦|谢谢|告诉"
    r"|通知|我们|你们|咱们|他们|公司|那边|这边|店里|的|位|这个|那个|就是|还有|老|小)$"
)
_AFTER_SHORT = re.compile(
    rf"{_END}|{_PARTICLE}|您|你|我|他|她|说|在(?!于|线)|好|那|这|让|要|的(?:电话|手机|微信|号码|意思|助理|秘书|公司|车"
    rf"|卡|地址|邮箱|名|合同|订单|单|快递|话|号)|电话|手机|微信|是|想|去|来|有|也|跟|和|刚|今|昨|明|已|晚|早|本人|家|收"
    rf"|吗|都|会|打|接|回|帮|联系|请|同|喺|系|话|可以|能|觉|交|介绍|推荐|上次|之前"
)
_RISKY = frozenset(
    "成于全连占边解应和单包干费商都相初时应可谢安常向万明白金方高文温平时关双计安管盘游车房左路项植房全古党尚桂毛盘冷边储麦强能易华池沙"
)
"""Surnames that begin or end so many words that a long title alone needs a boundary before them."""
_FORM_BREAK = re.compile(r"[,。;、\s|/:()\[\]\t]+")


def find(folded: str) -> Iterator[Found]:
    """All names by cues and titles; those in forms need to know what else was found (`in_form`)."""
    known = names()
    yield from _behind_cues(folded, known)
    yield from _surnames(folded, known)
    yield from _spoken_of(folded, known)
    yield from _titled(folded, known)


def in_form(folded: str, others: Sequence[Found]) -> Iterator[Found]:
    """王丽 13800138000 杭州市文三路1号: a name that fills a field where other fields are personal, too."""
    if not any(one.kind in ("PHONE", "ID", "CARD", "ADDRESS", "EMAIL", "DOCUMENT") for one in others):
        return
    known = names()
    for start, end in _fields(folded, others):
        text = folded[start:end]
        surname = known.surname.match(text)
        if surname is None or not 1 <= len(text) - surname.end() <= 2 or known.begins_with_word(text):
            continue
        if all(character in known.given for character in text[surname.end() :]):
            yield Found("NAME", start, end)


def _fields(folded: str, others: Sequence[Found]) -> Iterator[tuple[int, int]]:
    at = 0
    breaks = sorted([(one.start, one.end) for one in others] + [match.span() for match in _FORM_BREAK.finditer(folded)])
    for start, end in [*breaks, (len(folded), len(folded))]:
        if start > at:
            yield at, start
        at = max(at, end)


def _behind_cues(folded: str, known: Names) -> Iterator[Found]:
    for cue in _STRONG.finditer(folded):
        end = _strong_end(folded, cue.end(), known)
        if end is not None:
            yield Found("NAME", cue.end(), end)
    for cue in _WEAK.finditer(folded):
        end = _weak_end(folded, cue.end(), known, _AFTER_WEAK)
        if end is not None:
            yield Found("NAME", cue.end(), end)


_AFTER_WEAK = re.compile(
    rf"{_END}|{_PARTICLE}|我|你|您|电话|手机|号码|微信|想|要|刚|昨|今|之前|上次|之|请|麻烦|身份|地址|邮箱|来(?:找|拿|取"
    rf"|问)|在你|住|男|女|买|下单|本人|的(?:电话|手机|老公|老婆|爱人|先生|太太|妈|爸|儿子|女儿|助理|秘书|朋友|同事|家属"
    rf"|身份|账号|地址|订单|合同|车|卡|快递|单|号|名下|家)|收"
)


def _strong_end(folded: str, start: int, known: Names) -> int | None:
    """Where a name ends that somebody says is one. The longest that something else follows; else what given names allow."""
    foreign = _FOREIGN.match(folded, start)
    if foreign is not None:
        return foreign.end()
    latin = _LATIN.match(folded, start)
    if latin is not None:
        return None if latin.group().split()[0] in _NO_LATIN else latin.end()
    surname = known.surname.match(folded, start)
    if surname is None:
        return _nickname_end(folded, start, known)
    if known.begins_with_word(folded[start:]) and not _is_namelike(folded, start, known):
        return None
    sizes = [size for size in (3, 2, 1) if _can_be_given(folded[surname.end() : surname.end() + size], size, known)]
    ended = [
        size
        for size in sizes
        if _AFTER.match(folded, surname.end() + size) and (size < 3 or _END_ONLY.match(folded, surname.end() + size))
    ]
    if ended:
        return surname.end() + ended[0]
    likely = [size for size in sizes if size < 3 and set(folded[surname.end() : surname.end() + size]) <= known.given]
    return surname.end() + likely[0] if likely else None


_END_ONLY = re.compile(_END)


def _is_namelike(folded: str, start: int, known: Names) -> bool:
    return any(folded[start : start + size] in known.namelike and _AFTER.match(folded, start + size) for size in (3, 2))


def _can_be_given(text: str, size: int, known: Names) -> bool:
    if len(text) != size or not all("一" <= character <= "龥" for character in text):
        return False
    if size == 3:  # 欧阳娜娜 has its surname of two; three after one of one are rare
        return all(character in known.given for character in text)
    return all(character in known.given or character not in _NEVER_GIVEN for character in text)


def _nickname_end(folded: str, start: int, known: Names) -> int | None:
    """阿强, 小丽, 老周: a prefix and one or two characters of names, then something else."""
    if not _NICKNAME.match(folded, start):
        return None
    for size in (2, 1):
        text = folded[start + 1 : start + 1 + size]
        fits = len(text) == size and (set(text) <= known.given or known.surname.fullmatch(text))
        if fits and _AFTER.match(folded, start + 1 + size) and folded[start : start + 1 + size] not in known.ordinary:
            return start + 1 + size
    return None


def _weak_end(folded: str, start: int, known: Names, after: re.Pattern[str]) -> int | None:
    """Where a name ends that only its looks tell: surname, given characters, and what may follow a name."""
    surname = known.surname.match(folded, start)
    if surname is None:
        if _NICKNAME.match(folded, start):
            only = known.surname.match(folded, start + 1)
            plain = only is not None and folded[start : start + 2] not in known.ordinary
            return start + 2 if plain and after.match(folded, start + 2) else None
        return None
    if known.begins_with_word(folded[start:]):
        return None
    for size in (2, 1):
        text = folded[surname.end() : surname.end() + size]
        if len(text) == size and set(text) <= known.given and after.match(folded, surname.end() + size):
            return surname.end() + size
    return None


def _surnames(folded: str, known: Names) -> Iterator[Found]:
    """我姓王; 姓王叫王丽; 姓弓长张. What follows may be the full name."""
    for cue in _SURNAMED.finditer(folded):
        start = cue.end()
        spelt = _SPELT.match(folded, start)
        if spelt is not None:
            yield Found("NAME", start, spelt.end())
            continue
        surname = known.surname.match(folded, start)
        if surname is None or (known.begins_with_word(folded[start:]) and not _AFTER.match(folded, surname.end())):
            continue
        more = _FIRST_NAME.match(folded, surname.end())
        end = surname.end()
        if more is not None:
            end = _strong_end(folded, more.end(), known) or _given_end(folded, more.end(), known) or end
        title = _TITLED.match(folded, surname.end())
        yield Found("NAME", start, title.end() if title and title["long"] else end)


def _given_end(folded: str, start: int, known: Names) -> int | None:
    """我姓陈叫志强: a given name without its surname."""
    for size in (2, 1):
        text = folded[start : start + size]
        if len(text) == size and set(text) <= known.given and _AFTER.match(folded, start + size):
            return start + size
    return None


def _spoken_of(folded: str, known: Names) -> Iterator[Found]:
    for start in sorted(
        {match.end() for match in _VERB.finditer(folded)} | {match.end() for match in re.finditer(r"^|[,。!?;:、\s]", folded)}
    ):
        end = _weak_end(folded, start, known, _FOLLOWS)
        bare = end is not None and _END_ONLY.match(folded, end)
        at_verb = start > 0 and folded[start - 1].isalnum()
        if end is not None and (at_verb or not bare) and not _splits_a_word(folded, start, known):
            yield Found("NAME", start, end)


def _titled(folded: str, known: Names) -> Iterator[Found]:
    for title in _TITLED.finditer(folded):
        start = _name_before(folded, title, known)
        if start is not None:
            yield Found("NAME", start, title.end())


def _name_before(folded: str, title: re.Match[str], known: Names) -> int | None:
    """Where the name before a title begins: a full one, else the surname alone."""
    at = title.start()
    short = title["short"] is not None
    if short and not _AFTER_SHORT.match(folded, title.end()):
        return None
    for size in (4, 3, 2):
        start = at - size
        surname = known.surname.match(folded, start) if start >= 0 else None
        if surname is None or not 1 <= at - surname.end() <= 2 or not set(folded[surname.end() : at]) <= known.given:
            continue
        bounded = not short or bool(_BEFORE_SHORT.search(folded, 0, start))
        if bounded and not known.begins_with_word(folded[start:]) and not _splits_a_word(folded, start, known):
            return start
    for size in (2, 1):
        start = at - size
        surname = known.surname.fullmatch(folded, start, at) if start >= 0 else None
        if surname is None or _splits_a_word(folded, start, known) or folded[start : title.end()] in known.ordinary:
            continue
        if known.begins_with_word(folded[start : title.end()]) or (start > 0 and folded[start - 1 : at] in known.ordinary):
            continue
        apart = bool(_BEFORE_SHORT.search(folded, 0, start))
        if apart or not (short or surname.group() in _RISKY):
            return start - 1 if start > 0 and folded[start - 1] in "老小阿" and short else start
    return None


def _splits_a_word(folded: str, start: int, known: Names) -> bool:
    """Whether the surname is the second half of an ordinary word: 对方经理, 多少钱老板."""
    return start > 0 and folded[start - 1 : start + 1] in known.ordinary
