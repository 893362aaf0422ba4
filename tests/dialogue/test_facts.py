"""Facts: tables, terms and promises, and every fault told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.facts import load_facts, read_table
from dialogue.faults import BotFaults


def table(folder: Path, text: str, name: str = "prices") -> Path:
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path) -> list[str]:
    with pytest.raises(BotFaults) as caught:
        load_facts(folder)
    return [f"{fault.place.line}: {fault.what}" for fault in caught.value.faults]


def test_numbers_become_numbers_and_empty_cells_nothing(tmp_path: Path) -> None:
    table(tmp_path, "id,name,memory_gb,price_month_yuan\na,甲,8,49.5\nb,乙,,100\n")
    rows = load_facts(tmp_path).tables["prices"].rows
    assert rows[0] == {"id": "a", "name": "甲", "memory_gb": 8, "price_month_yuan": 49.5}
    assert rows[1]["memory_gb"] is None
    assert rows[1]["price_month_yuan"] == 100


def test_an_id_stays_text_even_where_all_are_digits(tmp_path: Path) -> None:
    prices = read_table(table(tmp_path, "id,size\n1,2\n2,3\n"))[0]
    assert prices.row("1") == {"id": "1", "size": 2}
    assert prices.row("9") is None
    assert prices.row(None) is None


def test_a_table_saved_with_a_byte_order_mark_and_crlf_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes("\ufeffid,name\r\na,甲\r\n\r\n".encode())
    prices, wrong = read_table(path)
    assert wrong == ()
    assert prices.columns == ("id", "name")
    assert prices.rows == ({"id": "a", "name": "甲"},)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1: is empty; its first line must name the columns"),
        ("id;name\na;甲\n", "1: its columns stand between ';'; save the table as CSV with commas (,)"),
        ("id，name\na，甲\n", "1: its columns stand between '，'; save the table as CSV with commas (,)"),
        ("id,id\na,b\n", "1: the column 'id' stands twice"),
        ("id,,x\na,b,c\n", "1: column 2 has no name"),
        ("id,name\na\n", "2: has 1 cells, but the first line names 2 columns"),
        (
            "id,name,price_yuan\na，甲,9\n",
            "2: has 2 cells, but the first line names 3 columns; is a full-width comma (，) to part two of them?",
        ),
        ("id,name\na,甲\na,乙\n", "3: the id 'a' stands twice; first in line 2"),
        ("id,name\n,甲\n", "2: this row has no id"),
        ("id,price_month_yuan\na,99元\n", "2: 'price_month_yuan' must be a number without a unit, got '99元'"),
    ],
)
def test_a_fault_in_a_table_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    table(tmp_path, text)
    assert told in faults(tmp_path)


def test_a_table_in_another_encoding_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_bytes("id,name\na,云服务器\n".encode("gbk"))
    assert faults(tmp_path) == ["1: is not UTF-8; save the table as 'CSV UTF-8'"]


def test_a_row_with_too_few_cells_is_one_fault_and_not_one_for_each_number_that_moved(tmp_path: Path) -> None:
    table(tmp_path, "id,name,region,price_month_yuan,price_year_yuan\na,甲,99,北京,贵\n".replace("99,", ""))
    assert faults(tmp_path) == ["2: has 4 cells, but the first line names 5 columns"]


@pytest.mark.parametrize("head", [b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_workbook_under_the_name_of_a_table_is_one_fault(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "prices.csv").write_bytes(head + b"\x00" * 20)
    (told,) = faults(tmp_path)
    assert "save it there as 'CSV UTF-8'" in told


def test_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    table(tmp_path, "", "prices")
    table(tmp_path, "id,id\n", "features")
    (tmp_path / "promises.yml").write_text("may: [a]\nnevr: [b]\n", encoding="utf-8")
    (tmp_path / "terms.yml").write_text("trial_days: [7]\n", encoding="utf-8")
    told = faults(tmp_path)
    assert len(told) == 4
    assert any("did you mean 'never'?" in line for line in told)
    assert any("the term 'trial_days' must be text, a number or true/false" in line for line in told)


def test_terms_and_promises_are_read(tmp_path: Path) -> None:
    (tmp_path / "terms.yml").write_text("trial_days: 7\nshop: 云汇\n", encoding="utf-8")
    (tmp_path / "promises.yml").write_text("may: [七天试用]\nnever: [全额赔付]\n", encoding="utf-8")
    facts = load_facts(tmp_path)
    assert facts.terms == {"trial_days": 7, "shop": "云汇"}
    assert facts.promises.never == ("全额赔付",)


def test_a_bot_without_facts_has_none(tmp_path: Path) -> None:
    facts = load_facts(tmp_path / "nowhere")
    assert not facts.tables
    assert not facts.terms
