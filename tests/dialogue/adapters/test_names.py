"""Names that look alike are the same, and none is a path, an address or another tenant's."""

from __future__ import annotations

import pytest

from dialogue.adapters.names import AdapterNameError, adapter_name, belongs_to, served_name, word

ATTACKS = (
    "",
    "v1.2",
    "sales",
    "V1.2-sales",
    "v1.2-Sales",
    "ｖ1.2-sales",
    "v1.2-ｓales",
    "v1.２-sales",
    "v1.2-ſales",
    "v1.2-sаles",  # a Cyrillic а
    "v1.2-sales\n",
    "v1.2-sales\x00",
    "v1.2-sales ",
    "v1.2-../../south/v1.0-sales",
    "../v1.2-sales",
    "v1.2-sales/../x",
    "v1.2-sales%2fx",
    "v1.2-a\\b",
    "south/v1.2-sales",
    "v1.2-sales@abababababab",
    "abababababababababababababababababababababababababababababababab",
    "file:///etc/passwd",
    "http://169.254.169.254/latest",
    "v1.2-" + "a" * 49,
    "v1.2.3.4-sales",
    "v1.2--sales",
    "v1.2-sales-",
    "v1234567-sales",
)


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_else_than_a_plain_name_is_one(text: str) -> None:
    with pytest.raises(AdapterNameError, match=r"write a version and a line"):
        adapter_name(text)


@pytest.mark.parametrize("text", ["", "North", "ｎorth", "no/rth", "..", "north@", "-north", "北", "north\n", "n" * 49])
def test_nothing_else_than_a_plain_word_is_a_tenant(text: str) -> None:
    with pytest.raises(AdapterNameError, match="tenant"):
        word(text, "tenant")


def test_versions_are_ordered_by_number_and_not_as_text() -> None:
    names = ["v1.10-sales", "v1.9-sales", "v2-sales", "v1.9.1-sales", "v1.2-after"]
    assert sorted(names, key=adapter_name) == ["v1.2-after", "v1.9-sales", "v1.9.1-sales", "v1.10-sales", "v2-sales"]


def test_a_name_tells_its_line() -> None:
    assert adapter_name("v1.2-sales-negotiation").line == "sales-negotiation"


def test_no_tenant_is_the_beginning_of_another() -> None:
    served = served_name("north-cloud", "v1.0-sales", "ab" * 32)
    assert served == "north-cloud/v1.0-sales@abababababab"
    assert belongs_to(served, "north-cloud")
    assert not belongs_to(served, "north")
    assert not belongs_to(served, "")
