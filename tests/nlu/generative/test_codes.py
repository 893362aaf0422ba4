"""Letters and the schema."""

from __future__ import annotations

from nlu.generative.codes import Codebook, Kind, codes, schema


def test_up_to_fifty_two_labels_are_a_letter_each_and_more_are_two() -> None:
    assert codes(3) == ("A", "B", "C")
    assert {len(code) for code in codes(52)} == {1}
    assert {len(code) for code in codes(150)} == {2}
    assert len(set(codes(150))) == 150


def test_the_schema_allows_the_letters_of_the_book_and_nothing_else() -> None:
    need = schema(Codebook(("", "price"), (Kind("phone"),)), 20)["properties"]["n"]["items"]
    assert need["properties"]["i"] == {"enum": ["A", "B"]}
    assert need["properties"]["e"]["items"]["properties"]["k"] == {"enum": ["A"]}
    assert need["additionalProperties"] is False


def test_a_bot_without_entities_lets_none_be_written() -> None:
    need = schema(Codebook(("", "price")), 3)["properties"]["n"]["items"]
    assert need["properties"]["e"] == {"type": "array", "maxItems": 0}


def test_no_words_run_on_longer_than_the_sentence_and_sentences_of_like_length_share_a_schema() -> None:
    book = Codebook(("", "price"))
    assert schema(book, 20)["properties"]["n"]["items"]["properties"]["t"]["maxLength"] == 32
    assert schema(book, 17) == schema(book, 32)
    assert schema(book, 1) == schema(book, 8)
