from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from dialogue.actions.action import ActionContext
from dialogue.actions.remote import FAILED_WORDS, ActionServer, HttpPost, NoAnswerError, RemoteAction, UnreachableError
from dialogue.breaker import Breaker
from dialogue.domain import Domain
from dialogue.domain_file import read_domain
from dialogue.endpoints import ActionEndpoint, read_action_endpoint
from dialogue.events import ActionRejected, ActiveLoop, BotUttered, Button, SlotSet, UserUttered
from dialogue.forms import FormAction
from dialogue.responses import DomainResponder
from dialogue.state import DialogueState
from dialogue.track import initial_state, track
from dialogue.yaml_file import YamlError, parse
from nlu.understanding import Need, Understanding

DOMAIN = read_domain(
    [
        parse(
            """
intents: [book, inform]
entities: [city]
slots:
  city: {type: text, mappings: [{type: from_entity, entity: city}]}
  day: {type: text, mappings: [{type: from_text, conditions: [{active_loop: booking_form, requested_slot: day}]}]}
forms: {booking_form: {required_slots: [city, day]}}
responses:
  utter_ask_city: [{text: 哪个城市？}]
  utter_ask_day: [{text: 哪一天？}]
  utter_found: [{text: "找到{n}位医生。"}]
actions: [action_search, validate_booking_form]
""",
            Path("domain.yml"),
        )
    ]
).domain
ENDPOINT = ActionEndpoint("http://localhost:5055/webhook")
Answer = tuple[int, dict[str, Any]] | Exception


@dataclass
class Scripted:
    """A server that gives these answers in order and remembers what it was asked."""

    answers: list[Answer]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append(body)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def heard(text: str = "我想挂号", intent: str = "book") -> DialogueState:
    said = UserUttered(text, Understanding(text, (Need(intent, 0.9, (), 0, len(text)),), (), 0.9))
    return track(initial_state("王女士", DOMAIN), said)


def context(state: DialogueState) -> ActionContext:
    return ActionContext(state, "rest", DomainResponder(DOMAIN))


def run(*answers: Answer, endpoint: ActionEndpoint = ENDPOINT) -> tuple[tuple[Any, ...], Scripted]:
    post = Scripted(list(answers))
    return RemoteAction("action_search", patient(endpoint, post)).run(context(heard())), post


def patient(endpoint: ActionEndpoint, post: Scripted) -> ActionServer:
    """A server whose pauses take no time."""
    return replace(ActionServer.of(endpoint, DOMAIN, post), pause=lambda _: None)


def test_the_request_holds_the_tracker_and_the_domain() -> None:
    _, post = run((200, {"events": [], "responses": []}))
    (body,) = post.asked
    assert (body["next_action"], body["sender_id"], body["version"]) == ("action_search", "王女士", "3.6.21")
    assert body["tracker"]["latest_message"]["intent"]["name"] == "book"
    assert body["tracker"]["slots"] == {"city": None, "day": None, "requested_slot": None}
    assert [event["event"] for event in body["tracker"]["events"]] == ["user"]
    assert body["domain"]["forms"]["booking_form"]["required_slots"] == ["city", "day"]
    assert body["domain"]["slots"]["day"]["mappings"] == [
        {"type": "from_text", "conditions": [{"active_loop": "booking_form", "requested_slot": "day"}]}
    ]
    json.dumps(body)


def test_the_domain_is_left_out_where_the_endpoint_says_so() -> None:
    _, post = run((200, {}), endpoint=ActionEndpoint("http://localhost:5055/webhook", selective_domain=True))
    assert "domain" not in post.asked[0]


def test_what_the_action_says_and_does_comes_back_in_order() -> None:
    buttons = [{"title": "是", "payload": "/affirm"}]
    events, _ = run(
        (
            200,
            {
                "responses": [
                    {
                        "text": "请稍等",
                        "buttons": buttons,
                        "elements": [],
                        "custom": {},
                        "template": None,
                        "response": None,
                        "image": None,
                    },
                    {"response": "utter_found", "n": 3, "text": None, "buttons": []},
                ],
                "events": [{"event": "slot", "timestamp": None, "name": "city", "value": "杭州"}],
            },
        )
    )
    assert events == (
        BotUttered("请稍等", "请稍等", None, (Button("是", "/affirm"),)),
        BotUttered("找到3位医生。", "找到三位医生。", "utter_found"),
        SlotSet("city", "杭州"),
    )


def test_an_action_may_refuse_to_run() -> None:
    events, _ = run((400, {"error": "no", "action_name": "action_search"}))
    assert events == (ActionRejected("action_search"),)


@pytest.mark.parametrize("action", ["validate_booking_form", "action_with_domain"])
def test_the_domain_goes_to_those_that_want_it(action: str) -> None:
    post = Scripted([(200, {})])
    domain = replace(DOMAIN, told_domain=("action_with_domain",))
    endpoint = ActionEndpoint("http://localhost:5055/webhook", selective_domain=True)
    ActionServer.of(endpoint, domain, post).call(action, context(heard()))
    assert "domain" in post.asked[0]


@pytest.mark.parametrize("first", [UnreachableError("ConnectError"), (503, {}), (429, {})])
def test_a_server_that_cannot_be_reached_is_tried_again(first: Answer) -> None:
    events, post = run(first, (200, {"events": [{"event": "slot", "name": "city", "value": "宁波"}]}))
    assert events == (SlotSet("city", "宁波"),)
    assert len(post.asked) == 2


SENT: list[Answer] = [NoAnswerError("ReadTimeout"), (500, {}), (502, {}), (504, {})]


@pytest.mark.parametrize("first", SENT)
def test_where_actions_may_be_done_twice_they_are_tried_again(first: Answer) -> None:
    endpoint = ActionEndpoint("http://localhost:5055/webhook", retry_sent=True)
    events, post = run(first, (200, {"events": [{"event": "slot", "name": "city", "value": "宁波"}]}), endpoint=endpoint)
    assert events == (SlotSet("city", "宁波"),)
    assert len(post.asked) == 2


def test_pauses_between_attempts_grow() -> None:
    waited: list[float] = []
    endpoint = ActionEndpoint("http://localhost:5055/webhook", retries=3)
    server = ActionServer.of(endpoint, DOMAIN, Scripted([UnreachableError("ConnectError")] * 4))
    assert replace(server, pause=waited.append).call("action_search", context(heard())) is None
    assert waited == [0.1, 0.2, 0.4]


def test_a_server_that_gives_no_answers_is_left_alone_for_a_while() -> None:
    class Clock:
        now = 0.0

        def __call__(self) -> float:
            return self.now

    clock, endpoint = Clock(), ActionEndpoint("http://localhost:5055/webhook", retries=0, failures=2, rest_s=5)
    post = Scripted([NoAnswerError("ReadTimeout"), NoAnswerError("ReadTimeout"), (200, {})])
    server = replace(ActionServer.of(endpoint, DOMAIN, post), breaker=Breaker(2, 5.0, clock))
    for _ in range(5):
        assert RemoteAction("action_search", server).run(context(heard())) == (BotUttered(FAILED_WORDS, FAILED_WORDS),)
    assert len(post.asked) == 2
    clock.now = 5.0
    assert RemoteAction("action_search", server).run(context(heard())) == ()


@pytest.mark.parametrize("answer", [*SENT, (200, {"events": [{"event": "nonsense"}]})])
def test_what_was_taken_is_not_sent_twice_and_the_customer_is_told(answer: Answer) -> None:
    events, post = run(answer)
    assert events == (BotUttered(FAILED_WORDS, FAILED_WORDS),)
    assert len(post.asked) == 1


def form(*answers: Answer) -> tuple[FormAction, Scripted]:
    post = Scripted(list(answers))
    server = ActionServer.of(ENDPOINT, DOMAIN, post)

    def validator(context: ActionContext, just_now: tuple[Any, ...]) -> tuple[Any, ...] | None:
        return server.call("validate_booking_form", context, just_now)

    return FormAction(DOMAIN.forms["booking_form"], DOMAIN, validator), post


def running(**slots: Any) -> DialogueState:
    state = track(heard(), ActiveLoop("booking_form"))
    for name, value in ({"requested_slot": "city"} | slots).items():
        state = track(state, SlotSet(name, value))
    return state


def test_a_slot_that_the_validator_takes_back_is_asked_for_again() -> None:
    action, post = form((200, {"events": [{"event": "slot", "name": "city", "value": None}]}))
    events = action.run(context(running(city="火星")))
    assert events[0] == SlotSet("city", None)
    assert events[1] == SlotSet("requested_slot", "city")
    told = post.asked[0]["tracker"]["events"]
    assert [event["event"] for event in told] == ["user", "slot", "action", "slot"]
    assert (told[-1]["name"], told[-1]["value"]) == ("city", "火星")


def test_the_validator_may_say_what_is_asked_next_or_end_the_form() -> None:
    action, _ = form((200, {"events": [{"event": "slot", "name": "requested_slot", "value": "day"}]}))
    asked = action.run(context(running(city="杭州")))
    assert [event.value for event in asked if isinstance(event, SlotSet)][-1] == "day"
    action, _ = form((200, {"events": [{"event": "slot", "name": "requested_slot", "value": None}]}))
    assert action.run(context(running(city="杭州")))[-1] == ActiveLoop(None)


def test_a_validated_form_refuses_words_that_answer_nothing() -> None:
    action, _ = form((200, {"events": []}))
    later = track(running(), heard("为什么", "inform").latest)  # type: ignore[arg-type]
    assert action.run(context(later)) == (ActionRejected("booking_form", "forms"),)


def test_a_form_goes_on_without_its_validator() -> None:
    action, _ = form(NoAnswerError("ReadTimeout"))
    events = action.run(context(running(city="杭州")))
    assert events[0] == SlotSet("requested_slot", "day")


@contextmanager
def serving(status: int, body: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """A server on loopback that answers every request alike; its address, and what it was sent."""
    sent: list[tuple[str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/webhook", sent
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_over_http_the_token_goes_along() -> None:
    answer = {"events": [], "responses": [{"text": "好"}]}
    with serving(200, answer) as (url, sent), closing(HttpPost(ActionEndpoint(url, token="t1"))) as post:
        assert post({"next_action": "a"}) == (200, answer)
    assert sent == [("/webhook?token=t1", {"next_action": "a"})]


def test_over_http_a_closed_port_is_unreachable() -> None:
    with serving(200, {}) as (url, _):
        pass
    with closing(HttpPost(ActionEndpoint(url))) as post, pytest.raises(UnreachableError):
        post({"next_action": "a"})


def test_further_parameters_and_another_name_for_the_token_go_along() -> None:
    endpoint = ActionEndpoint("http://x/webhook", token="t1", token_name="key", params={"tenant": "a"})
    with serving(200, {}) as (url, sent), closing(HttpPost(replace(endpoint, url=url))) as post:
        post({})
    assert sent[0][0] == "/webhook?tenant=a&key=t1"


def test_rasas_own_keys_are_read(tmp_path: Path) -> None:
    written = "action_endpoint: {url: 'http://actions:5055/webhook', enable_selective_domain: true, cafile: nowhere.pem}\n"
    (tmp_path / "endpoints.yml").write_text(written, "utf-8")
    with pytest.raises(YamlError, match="'cafile' must be a file of certificates"):
        read_action_endpoint(tmp_path)
    (tmp_path / "endpoints.yml").write_text(written.replace(", cafile: nowhere.pem", ""), "utf-8")
    found = read_action_endpoint(tmp_path)
    assert found is not None
    assert found.selective_domain


def test_endpoints_may_name_variables_of_the_environment(tmp_path: Path) -> None:
    (tmp_path / "endpoints.yml").write_text('action_endpoint: {url: "http://${HOST}:5055/webhook", timeout_s: 2}\n', "utf-8")
    found = read_action_endpoint(tmp_path, {"HOST": "actions"})
    assert found == ActionEndpoint("http://actions:5055/webhook", timeout_s=2.0)
    with pytest.raises(YamlError, match=r"endpoints\.yml:1: the environment variable 'HOST' is not set"):
        read_action_endpoint(tmp_path, {})
    assert read_action_endpoint(tmp_path / "nowhere") is None


def test_an_address_without_http_is_refused(tmp_path: Path) -> None:
    (tmp_path / "endpoints.yml").write_text("action_endpoint: {url: localhost}\n", "utf-8")
    with pytest.raises(YamlError, match="'url' must begin with http:// or https://, got 'localhost'"):
        read_action_endpoint(tmp_path)


def test_an_empty_domain_can_be_sent() -> None:
    assert ActionServer.of(ENDPOINT, Domain(), Scripted([])).told["slots"] == {}
