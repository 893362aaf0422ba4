"""What is personal, marked 【so】 in sentences of our own, and what only looks like it. All numbers are fictitious."""

from __future__ import annotations

import re

import pytest

from nlu.personal_data import find

PERSONAL = {
    "PHONE": """我电话【13800138000】你记一下|【138-0013-8000】打得通|【+86 13800138000】随时打
幺开头的【幺三九,零零幺三,九零零零】
电话系【一三五嗯零零零零啊一一一一】|手机【１３８００１３８０００】|座机【010-88886666】|打【0755-26001234转8001】找我
【零二一 五八八八 一二三四】是固话|家里座机【58881234】|【010-88886666-801】这个打得通|手机号【一三九三个八五六七八九】
电话【13800138000】wx同号|【(021)58881234】|王小姐的电话【+852 9123 4567】""",
    "ID": """身份证【11010519491231002X】|【110105 19491231 002X】|我那张老的是【110105491231002】
身份证号【幺幺零幺零五幺九四九幺二三幺零零二叉】""",
    "CARD": "卡号【6222021234567890128】|【6222 0212 3456 7890 128】|退到建行卡【6222021234567890123】",
    "EMAIL": "邮箱【wangli@163.com】|【wangli艾特163点com】|发【li.ming_88＠qq.com】",
    "PLATE": "我的车是【沪A·D12345】|【粤B12345】停门口了|车牌【粤B幺二三四五】",
    "DOCUMENT": "护照【E12345678】|港澳通行证【C12345678】",
    "ACCOUNT": "加我微信【zhang_san-88】|微信号【wangliabc】|QQ【123456789】|扣扣【一二三四五六七八】",
    "ADDRESS": """地址【浙江省杭州市西湖区文三路12号】|我住【阳光花园3栋2单元501】|寄到【人民路12号】
送到【幸福小区五号楼三单元二零一】
我屋企喺【荔湾区西关】|【上海市浦东新区张江路123弄45号601室】|【湖南省衡阳市衡南县三塘镇新村组12号】|【建国路八十八号】
寄【广东省深圳市南山区科技园科苑路15号】|【南京路100号】|【苏州平江路】有我们一个店""",
    "NAME": """我姓【王】|我叫【王建国】想问一下价格|我个名叫【陈志强】|我個名叫【陳志強】|免贵姓【欧阳】
叫我【李姐】就行|我是【王女士】
【张总】说可以的|联系人:【李四】|【郑晓龙导演】|找【王建国】接电话|【王芳】的电话是多少|我姓【弓长张】|叫我【小丽】就好
我是【小王】,上次打过电话的|我老公叫【陈国栋】|户名【周小川】|【陈生】你好|我的名字是【买买提·艾力】|我叫【高明】
【黄志明】收""",
}
CLEAN = """订单号202611221530001234什么时候发|一共13800元|服务器是192.168.100.200吗|版本1.2.3.4升级到2.0
2026年11月22日下午3点半
从2026-11-22 15:30到2026-12-01|8核16G 500G硬盘|一千二百三十四块五|我是黄金会员有什么优惠|王者荣耀能跑吗|马上给我回个话
方便面多少钱一箱
金额不对|任何时候都可以|多少钱老板|谢谢老板|对方经理说不行|产品经理在吗|先生您好|这位女士请稍等|我是新客户|我是温州的
我是程序员
叫什么名字|姓名怎么改|联系人可以改吗|贵姓方便留一下吗|机房在广州吗|华北二区和华东一区|北京朝阳区有机房吗|可用区B
3号机房|8号线
IP地址是10.0.0.1|微信支付可以吗|对接企业微信|QQ邮箱能用吗|打400-800-8888|运单号SF1234567890123|运单号13912345678
序列号SN13800138000|一二三四五六七八|第三方支付|云A12345型|和田玉|我叫了个外卖|客户关系管理|李宁运动鞋|康师傅红烧牛肉面
这条路走不通|二号楼机房断电|南京路步行街|你们公司地址在哪|身份证要不要|手机号怎么换绑|秋季女士长裙|田字格那种布局|李先生牛肉面怎么走|钱大妈有货吗|我是单位采购|北京稻香村
高级版""".replace("\n", "|").split("|")


def _marked() -> list[tuple[str, str]]:
    return [(kind, text) for kind, texts in PERSONAL.items() for text in texts.replace("\n", "|").split("|")]


@pytest.mark.parametrize(("kind", "marked"), _marked())
def test_personal_data_are_found_whole_and_by_kind(kind: str, marked: str) -> None:
    wanted = re.findall("【(.*?)】", marked)
    text = re.sub("[【】]", "", marked)
    found = {(one.kind, text[one.start : one.end]) for one in find(text)}
    assert {(kind, value) for value in wanted} <= found


@pytest.mark.parametrize("text", CLEAN)
def test_what_only_looks_personal_is_left_alone(text: str) -> None:
    assert find(text) == ()


def test_the_fields_of_a_form_are_told_apart() -> None:
    text = "王丽 13800138000 杭州市西湖区文三路478号3幢501"
    assert [(one.kind, text[one.start : one.end]) for one in find(text)] == [
        ("NAME", "王丽"),
        ("PHONE", "13800138000"),
        ("ADDRESS", "杭州市西湖区文三路478号3幢501"),
    ]


def test_a_name_is_found_again_and_where_it_is_spelt_out() -> None:
    text = "对,徐,双人徐,我叫徐志远,上次那个徐志远"
    assert [text[one.start : one.end] for one in find(text)] == ["徐", "双人徐", "徐志远", "徐志远"]


def test_only_the_kinds_asked_for_are_found() -> None:
    assert [one.kind for one in find("我叫王丽,电话13800138000", kinds=["PHONE"])] == ["PHONE"]


@pytest.mark.parametrize(
    "run", ["1" * 10_000, "一" * 10_000, "a" * 10_000, "1 " * 2000, "微信" + "系" * 60, "微信" + ":" * 5000, "a点" + "bdot" * 60]
)
def test_a_long_run_hides_nothing_and_is_left_in_time_that_grows_with_it(run: str) -> None:
    """The shorter ones of these took ages: each sign doubled the ways to read them."""
    assert [one.kind for one in find(f"{run},邮箱wangli@163.com") if one.kind == "EMAIL"] == ["EMAIL"]
