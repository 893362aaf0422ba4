"""Against a small server that speaks OpenAI's protocol on the loopback."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
import soundfile

from asr.adapters.transcription_api import (
    UNTOLD_CONFIDENCE,
    TranscriptionClient,
    TranscriptionError,
    TranscriptionServer,
    transcript,
)
from asr.hot_words import HotWord
from asr.transcript import Samples, Transcript

SPEECH = np.sin(np.arange(16000) / 20).astype(np.float32) * 0.3


class Server(HTTPServer):
    """Answers with what it was told to, (status, body) in turn, and keeps the forms that it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.answers: list[tuple[int, object]] = []
        self.forms: list[dict[str, bytes]] = []
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Request(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        form = BytesParser().parsebytes(b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + body)
        parts = [part for part in form.walk() if isinstance(part, Message) and not part.is_multipart()]
        self.server.forms.append(
            {str(p.get_param("name", header="content-disposition")): p.get_payload(decode=True) for p in parts}
        )  # type: ignore[misc]
        self.server.keys.append(self.headers.get("Authorization"))
        status, answer = self.server.answers.pop(0) if self.path == "/v1/audio/transcriptions" else (404, {})
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode())

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(server: Server) -> Iterator[TranscriptionClient]:
    client = TranscriptionClient(TranscriptionServer(server.url, "whisper-small", prompt="云服务器,对象存储"))
    yield client
    client.close()


def test_a_turn_is_sent_as_a_wav_file_with_model_language_and_hot_words(server: Server, client: TranscriptionClient) -> None:
    server.answers = [
        (200, {"text": "那这个的年费是多少？", "language": "chinese", "segments": [{"text": "那这个", "avg_logprob": -0.1}]})
    ]
    heard = client.transcribe(SPEECH)
    assert heard == Transcript("那这个的年费是多少", "cmn", pytest.approx(0.905, abs=0.001))
    form = server.forms[0]
    assert (form["model"], form["language"], form["prompt"].decode()) == (b"whisper-small", b"zh", "云服务器,对象存储")
    samples, rate_hz = soundfile.read(io.BytesIO(form["file"]))
    assert (len(samples), rate_hz) == (16000, 16000)


def test_expected_words_follow_the_operator_s_prompt(server: Server, client: TranscriptionClient) -> None:
    server.answers = [(200, {"text": "灵犀网盘多少钱"})]
    client.expect([HotWord("灵犀网盘", ())])
    client.transcribe(SPEECH)
    assert server.forms[0]["prompt"].decode() == "云服务器,对象存储,灵犀网盘"


def test_silence_is_not_sent_and_music_taken_for_speech_is_dropped(server: Server, client: TranscriptionClient) -> None:
    assert client.transcribe(np.zeros(16000, np.float32)).text == ""
    assert server.forms == []
    server.answers = [(200, {"text": "谢谢观看", "segments": [{"text": "谢谢观看", "avg_logprob": -1.4, "no_speech_prob": 0.9}]})]
    assert client.transcribe(SPEECH).text == ""


def test_a_server_without_verbose_json_is_asked_for_json_from_then_on(server: Server, client: TranscriptionClient) -> None:
    server.answers = [(400, {"error": "Currently do not support verbose_json"}), (200, {"text": "好"}), (200, {"text": "行"})]
    assert client.transcribe(SPEECH) == Transcript("好", "cmn", UNTOLD_CONFIDENCE)
    assert client.transcribe(SPEECH).text == "行"
    assert [form["response_format"] for form in server.forms] == [b"verbose_json", b"json", b"json"]


def test_a_server_that_refuses_one_turn_for_another_reason_is_asked_for_all_again(
    server: Server, client: TranscriptionClient
) -> None:
    server.answers = [(400, {"error": "too short"}), (400, {"error": "too short"}), (200, {"text": "行"})]
    with pytest.raises(TranscriptionError, match="answered 400"):
        client.transcribe(SPEECH)
    assert client.transcribe(SPEECH).text == "行"
    assert [form["response_format"] for form in server.forms] == [b"verbose_json", b"json", b"verbose_json"]


class Other:
    def transcribe(self, samples: Samples) -> Transcript:
        return Transcript("听到了" if len(samples) else "", "yue", 0.5)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((503, {"error": "loading"}), "answered 503"),
        ((200, b"<html>"), "without a text"),
        ((200, {"words": []}), "without a text"),
        ((200, {"text": "你好", "segments": [{"avg_logprob": "low"}]}), "cannot be read"),
        ((200, {"text": "你好", "segments": 1}), "cannot be read"),
    ],
)
def test_a_turn_that_the_server_fails_on_is_heard_by_the_other(server: Server, answer: tuple[int, object], told: str) -> None:
    server.answers = [answer, answer]
    alone = TranscriptionClient(TranscriptionServer(server.url, "whisper-small"))
    with pytest.raises(TranscriptionError, match=told):
        alone.transcribe(SPEECH)
    helped = TranscriptionClient(TranscriptionServer(server.url, "whisper-small"), Other())
    assert helped.transcribe(SPEECH).text == "听到了"
    assert helped.failures == 1
    alone.close()
    helped.close()


def test_a_server_that_is_not_there_is_told_by_its_address() -> None:
    client = TranscriptionClient(TranscriptionServer("http://127.0.0.1:9/v1", "x"))
    with pytest.raises(TranscriptionError, match=r"http://127.0.0.1:9/v1 is out of reach"):
        client.transcribe(SPEECH)
    client.close()


def test_the_key_comes_from_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    named = TranscriptionServer(server.url, "x", key_env="SPEECH_KEY")
    with pytest.raises(TranscriptionError, match="SPEECH_KEY"):
        TranscriptionClient(named)
    monkeypatch.setenv("SPEECH_KEY", "geheim")
    server.answers = [(200, {"text": "好"})]
    client = TranscriptionClient(named)
    client.transcribe(SPEECH)
    assert server.keys == ["Bearer geheim"]
    client.close()


@pytest.mark.parametrize(
    ("text", "words", "dialect"),
    [
        ("language Cantonese<asr_text>几多钱一年？", "几多钱一年", "yue"),
        ("<|yue|><|NEUTRAL|><|Speech|>几多钱一年", "几多钱一年", "yue"),
        ("language Sichuanese<asr_text>好多钱嘛", "好多钱嘛", "cmn-sichuan"),
        ("多少钱", "多少钱", "cmn"),
    ],
)
def test_the_language_is_read_where_servers_put_it(text: str, words: str, dialect: str) -> None:
    found = transcript({"text": text})
    assert (found.text, found.dialect) == (words, dialect)


def test_an_address_without_a_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="'url' must begin with http"):
        TranscriptionServer("localhost:8000/v1", "x")
