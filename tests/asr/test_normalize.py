import pytest

from asr.normalize import fold, spoken_number, spoken_text


@pytest.mark.parametrize(
    ("numeral", "said"),
    [
        ("0", "零"),
        ("10", "十"),
        ("12", "十二"),
        ("110", "一百一十"),
        ("1000", "一千"),
        ("1005", "一千零五"),
        ("8600", "八千六百"),
        ("10086", "一万零八十六"),
        ("100000", "十万"),
        ("3.5", "三点五"),
        ("20%", "百分之二十"),
        ("007", "零零七"),
        ("13800001111", "一三八零零零零一一一一"),
    ],
)
def test_numerals_are_read_as_mandarin_reads_them(numeral: str, said: str) -> None:
    assert spoken_number(numeral) == said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("我要能支持1000并发的云服务器，性价比高一点", "我要能支持一千并发的云服务器性价比高一点"),
        ("8核16G", "八核十六g"),
        ("ＥＲＰ系统", "erp 系统"),
        ("有環保團體建議政府", "有环保团体建议政府"),
        ("两千", "2000"),
        ("我电话幺三八", "我电话一三八"),
        ("2026年11月", "二零二六年十一月"),
        ("明天10:30打给我", "明天十点三十打给我"),
        ("下午3:05", "下午三点零五"),
        ("3:00", "三点"),
        ("三点半", "3:30"),
        ("2026-11-02", "二零二六年十一月二日"),
        ("2026/3/5", "二零二六年三月五日"),
        ("一百二", "120"),
        ("三千五", "3500"),
        ("一万五千", "15000"),
        ("500一年", "五百一年"),
        ("廿二", "22"),
        ("100点", "一百点"),
        ("2个", "两个"),
        ("涨了3/4", "涨了四分之三"),
        ("5-10台", "五到十台"),
        ("1,200,000元", "一百二十万元"),
    ],
)
def test_two_spellings_of_the_same_speech_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_particles_can_be_left_out() -> None:
    assert fold("好的呀", particles=False) == fold("好的啦", particles=False)
    assert fold("好的呀") != fold("好的啦")


def test_training_text_keeps_numerals_and_drops_what_is_not_spoken() -> None:
    assert spoken_text(" Erp系统，8 核！") == "ERP系统8核"
