from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from deploy.logs import JsonLines, configure


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


@pytest.fixture
def kept_logging() -> Iterator[None]:
    """configure() changes the process; put everything back for the other tests."""
    root, others = logging.getLogger(), [logging.getLogger(name) for name in ("uvicorn", "httpx", "httpcore")]
    before = (list(root.handlers), root.level, [logger.level for logger in others])
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    for logger, level in zip(others, before[2], strict=True):
        logger.setLevel(level)


@pytest.mark.usefixtures("kept_logging")
def test_no_whole_address_is_written_since_it_may_hold_a_key() -> None:
    stream = io.StringIO()
    configure("debug", stream)
    logging.getLogger("uvicorn.error").info('"WebSocket /ws/chat?key=abcdefgh01234567" [accepted]')
    logging.getLogger("httpx").info('HTTP Request: POST https://sms.example/send?key=abcdefgh01234567 "HTTP/1.1 200 OK"')
    logging.getLogger("deploy.gateway").info("a call began")
    assert "abcdefgh" not in stream.getvalue()
    assert "a call began" in stream.getvalue()
