from __future__ import annotations

import pytest

from dialogue.spoken import sentences, spoken


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # money
        ("8600元", "八千六百元"),
        ("每月899元，一年8990元。", "每月八百九十九元，一年八千九百九十元。"),
        ("8600元/月", "八千六百元每月"),
        ("¥8,600.00", "八千六百元"),
        ("￥100-200", "一百到两百元"),
        ("100元-200元", "一百元到两百元"),
        ("2万元", "两万元"),
        ("1.5万元", "一点五万元"),
        ("0.5元", "零点五元"),
        ("HK$200", "两百港元"),
        # parts
        ("99.95%", "百分之九十九点九五"),
        ("10%-20%", "百分之十到百分之二十"),
        ("-3.5%", "负百分之三点五"),
        ("1/3", "三分之一"),
        ("3.5", "三点五"),
        # quantities
        ("1000并发", "一千并发"),
        ("8核16G", "八核十六G"),
        ("8-16核", "八到十六核"),
        ("2-4核", "两到四核"),
        ("3~5天", "三到五天"),
        ("2核4G", "两核四G"),
        ("2vCPU", "两核"),
        ("1TB", "一T"),
        ("2TB硬盘", "两T硬盘"),
        ("2048G硬盘", "两T硬盘"),
        ("1000G硬盘", "一千G硬盘"),
        ("500GB/月", "五百G每月"),
        ("100Mbps带宽", "一百兆带宽"),
        ("5M带宽", "五兆带宽"),
        ("8核+16G", "八核加十六G"),
        ("1000+客户", "一千多客户"),
        (">=99.9%", "大于等于百分之九十九点九"),
        ("7×24小时", "七乘二十四小时"),
        ("-5℃", "负五摄氏度"),
        ("约200人", "约两百人"),
        # two
        ("2年", "两年"),
        ("12年", "十二年"),
        ("2个月", "两个月"),
        ("2月", "二月"),
        ("第2年", "第二年"),
        ("2号楼2楼", "二号楼二楼"),
        ("2小时", "两小时"),
        # dates and times
        ("2026-11-22", "二零二六年十一月二十二日"),
        ("2026/1/5", "二零二六年一月五日"),
        ("2026年11月22日", "二零二六年十一月二十二日"),
        ("2025-2026年", "二零二五到二零二六年"),
        ("11月22日-25日", "十一月二十二日到二十五日"),
        ("9:00-18:00", "九点到十八点"),
        ("9:30到18:05", "九点半到十八点零五分"),
        # numbers that are told digit by digit
        ("400-820-0000", "四零零八二零零零零零"),
        ("13800000000", "幺三八零零零零零零零零"),
        ("138 0000 0000", "幺三八零零零零零零零零"),
        ("电话：010-88880000", "电话：零幺零八八八八零零零零"),
        ("拨打10086", "拨打幺零零八六"),
        ("尾号0000", "尾号零零零零"),
        ("电话费100元", "电话费一百元"),
        ("0571", "零五七一"),
        # names
        ("对接ERP", "对接ERP"),
        ("A100显卡", "A一百显卡"),
        ("RTX4090", "RTX四零九零"),
        ("IPv6", "IPv六"),
        ("v2.3.1", "v二点三点一"),
        ("192.168.1.1", "一九二点一六八点一点一"),
        ("ECS-C8", "ECS C八"),
        ("C++和Java", "C++和Java"),
        ("ERP/CRM", "ERP、CRM"),
        ("", ""),
    ],
)
def test_a_text_is_said_as_a_clerk_would_read_it(text: str, words: str) -> None:
    assert spoken(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("详情见 https://example.com/a?b=1 。", "详情见。"),
        ("**云服务器**支持ERP😀", "云服务器支持ERP"),
        ("[官网](https://example.com)有价目表", "官网有价目表"),
        ("# 报价\n- 云服务器\n- 备份。\n谢谢", "报价。云服务器。备份。谢谢"),
        ("1. 云服务器\n2. 云数据库", "云服务器。云数据库"),
        ("`ECS`和~~旧款~~", "ECS和旧款"),
        ("| 名称 | 价格 |\n|---|---|\n| 基础型 | 99元 |", "名称，价格。基础型，九十九元"),
        ("好的👌🏻，马上为您办", "好的，马上为您办"),
        ("您好<br>王女士", "您好王女士"),
        ("全角１００元，打９折，降５％", "全角一百元，打九折，降百分之五"),
        ("snake_case_name和5*8", "snake_case_name和五乘八"),
    ],
)
def test_what_only_a_screen_can_show_is_left_out(text: str, words: str) -> None:
    assert spoken(text) == words


def test_what_was_said_once_stays_as_it_is() -> None:
    for text in ("8600元/月，约2-4核，电话13800000000。", "2026-11-22 9:30，99.95%"):
        assert spoken(spoken(text)) == spoken(text)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("您好。请问您要什么？", ("您好。", "请问您要什么？")),
        ("好的！！马上……稍等；谢谢", ("好的！！", "马上……", "稍等；", "谢谢")),
        ("他说：“可以。”那就好。", ("他说：“可以。”", "那就好。")),
        (
            "这款云服务器支持一千并发，八核十六G，每月八百九十九元，含异地备份。",
            ("这款云服务器支持一千并发，", "八核十六G，", "每月八百九十九元，", "含异地备份。"),
        ),
        ("短句，不切，因为太短。", ("短句，不切，因为太短。",)),
        ("  ", ()),
        ("Hello there. How are you", ("Hello there.", "How are you")),
    ],
)
def test_a_reply_is_cut_so_that_speech_starts_early(text: str, pieces: tuple[str, ...]) -> None:
    assert sentences(text) == pieces


@pytest.mark.parametrize("run", ["1", "1,234,", "12.5", "1-"])
def test_a_run_of_thousands_of_figures_is_read_to_its_end(run: str) -> None:
    assert spoken(f"{run * 3000}。共8600元").endswith("共八千六百元")


def test_a_line_of_thousands_of_dashes_is_left_at_once() -> None:
    assert spoken("-" * 10_000 + "完。共8600元").endswith("共八千六百元")


def test_a_size_too_long_to_be_one_is_read_figure_by_figure() -> None:
    assert spoken("1" * 5000 + "G") == "一" * 5000 + "G"


def test_no_character_is_lost_in_cutting() -> None:
    text = "您好，王女士。" * 3 + "这款支持一千并发，八核十六G，每月八百九十九元，好，行，可以，" * 3

    assert "".join(sentences(text)) == text
    assert all(len(piece) <= 24 for piece in sentences(text))
