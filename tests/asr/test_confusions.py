from asr.confusions import Slip, aligned, dialects_heard, slips


def test_characters_are_aligned_along_a_shortest_path() -> None:
    assert list(aligned("云服务器", "允服器"))[::-1] == [("云", "允"), ("服", "服"), ("务", ""), ("器", "器")]
    assert list(aligned("", "喂")) == [("", "喂")]


def test_slips_are_counted_after_folding_the_most_frequent_first() -> None:
    heard = [("四核", "是核"), ("四台", "是台吧"), ("1000", "一千")]
    assert slips(heard) == (Slip("四", "是", 2), Slip("", "吧", 1))


def test_dialects_are_counted_by_what_was_spoken() -> None:
    pairs = [("yue", "yue"), ("yue", "cmn"), ("yue", "yue"), ("cmn", "cmn")]
    assert dialects_heard(pairs) == {"cmn": {"cmn": 1}, "yue": {"yue": 2, "cmn": 1}}
