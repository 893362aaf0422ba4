from __future__ import annotations

import io
import json
import logging

import pytest

from deploy.logs import JsonLines


@pytest.fixture
def written() -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    log = logging.Logger("test")
    log.addHandler(handler)
    return log, stream


def test_a_line_is_json_with_its_extras(written: tuple[logging.Logger, io.StringIO]) -> None:
    log, stream = written
    log.warning("a turn of %d ms", 12, extra={"conversation": "c1"})
    line = json.loads(stream.getvalue())
    assert (line["level"], line["message"], line["conversation"]) == ("warning", "a turn of 12 ms", "c1")
    assert line["time"].endswith("Z")


def test_an_errors_words_are_not_written_since_they_may_be_a_callers(written: tuple[logging.Logger, io.StringIO]) -> None:
    log, stream = written
    try:
        raise ValueError("我姓王,电话13800000000")
    except ValueError:
        log.exception("a turn failed")
    assert "王" not in stream.getvalue()
    line = json.loads(stream.getvalue())
    assert line["error"] == "ValueError"
    assert "test_logs.py:" in line["at"][-1]
