"""A small shop whose replies a language model may word, for the tests of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dialogue.bot_files import Bot, load_bot
from dialogue.events import BotUttered, RowsOffered, SlotSet, UserUttered
from dialogue.responses import DomainResponder
from dialogue.state import DialogueState
from dialogue.track import initial_state, track
from nlu.understanding import Need, Understanding

FILES = {
    "domain.yml": """
version: "3.1"
intents: [price_inquiry, requirement, trial, complaint, contact]
entities: [product_type, feature]
slots:
  product_type: {type: text, mappings: [{type: from_entity, entity: product_type}]}
  feature: {type: text, mappings: [{type: from_entity, entity: feature}]}
  phone: {type: text, mappings: [{type: custom}]}
  quoted: {type: text, mappings: [{type: custom}]}
  persona: {type: text, mappings: [{type: custom}]}
  department: {type: text, mappings: [{type: custom}]}
responses:
  utter_quote:
  - text: "{name}每月{price_month_yuan}元，包年{price_year_yuan}元。"
  utter_feature:
  - text: "{name}我们支持，{answer}。"
    buttons: [{title: 转人工, payload: /human}]
  utter_trial:
  - text: "可以的，免费试用{trial_days}天。现在给您开通吗？"
  utter_complaint:
  - text: 非常抱歉，给您添麻烦了。
  utter_ask_which: [{text: 您问的是哪一款？}]
  utter_ask_lead_form_phone: [{text: 请您留个手机号，方便联系您。}]
  utter_manual: [{text: 说明书在https://help.example/start，两分钟就能看完。}]
  utter_ask_again: [{text: 没听清}]
  utter_offer_person: [{text: 要转人工吗}]
  utter_pass_on: [{text: 这就转}]
  utter_hand_over: [{text: 转人工}]
forms: {lead_form: {required_slots: [phone]}}
""",
    "data/rules.yml": """
version: "3.1"
rules:
- rule: price
  steps: [{intent: price_inquiry}, {action: action_quote}]
- rule: feature
  steps: [{intent: requirement}, {action: action_feature}]
- rule: trial
  steps: [{intent: trial}, {action: utter_trial}]
- rule: complaint
  steps: [{intent: complaint}, {action: utter_complaint}]
""",
    "facts/prices.csv": "id,product_type,name,price_month_yuan,price_year_yuan\ncs,cloud_server,云服务器标准型8核16G,469,4690\n"
    "gpu,gpu_server,GPU服务器单卡版,1899,18990\n",
    "facts/features.csv": (
        "id,name,answer\nsecurity,安全防护,防火墙和入侵检测都是自带的，不另外收费\nfiling,备案,我们代您提交，一般要一到三周\n"
    ),
    "facts/terms.yml": "seller: 云汇科技\ntrial_days: 7\n",
    "facts/promises.yml": "may: [免费试用七天]\nnever: [全额赔付]\n",
}
SETTINGS = """
personas: {{standard: "你是{{seller}}的客服。", expert: "你是{{seller}}的资深顾问。"}}
actions:
  action_quote: {{table: prices, match: [product_type], set: {{quoted: id}}, reply: utter_quote, ask: utter_ask_which}}
  action_feature: {{table: features, match: {{id: feature}}, said_now: true, reply: utter_feature, ask: utter_ask_which}}
wording:
  tries: {tries}
  hold_ms: {hold_ms}
  deadline_ms: {deadline_ms}
  whole_ms: {whole_ms}
  max_chars: {max_chars}
  responses:
    utter_quote: {{state: 询价, facts: ["{{name}}每月{{price_month_yuan}}元", "{{name}}每年{{price_year_yuan}}元"]}}
    utter_fea*: {{state: 产品咨询, facts: ["{{name}}：支持，{{answer}}"], may_omit: [name]}}
    utter_trial: {{state: 新客户, facts: ["试用{{trial_days}}天"]}}
    utter_complaint: {{state: 投诉, facts: []}}
    utter_ask_lead_form_phone: {{facts: [], keep: [手机|电话]}}
    utter_manual: {{}}
"""
TIMES: Mapping[str, int] = {"tries": 1, "hold_ms": 0, "deadline_ms": 20_000, "whole_ms": 30_000, "max_chars": 80}
"""Slow enough for a machine that is busy with other things."""
WORDS = {
    "云服务器一年多少钱": (Need("price_inquiry", 0.9),),
    "有防火墙吗": (Need("requirement", 0.9),),
    "能先试用吗": (Need("trial", 0.9),),
    "又打不开了": (Need("complaint", 0.9),),
    "能先试用吗，又打不开了": (Need("trial", 0.9, start=0, end=5), Need("complaint", 0.9, start=6, end=11)),
}


def house(folder: Path, models: str = "", **times: int) -> Bot:
    """The shop in a folder; `models` are further lines of its bot.yml."""
    files = {**FILES, "bot.yml": SETTINGS.format(**{**TIMES, **times}) + models}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load_bot(folder)


def asked(bot: Bot, text: str, *events: SlotSet | RowsOffered) -> DialogueState:
    """A conversation in which the customer has just said something, and then happened what is told."""
    state = initial_state("c", bot.domain)
    for event in (UserUttered(text, Understanding(text, WORDS.get(text, ()))), *events):
        state = track(state, event)
    return state


def told(bot: Bot, response: str, state: DialogueState, **values: object) -> BotUttered:
    """What the response itself says."""
    return DomainResponder(bot.domain).say(response, state, "rest", {**bot.facts.terms, **values})


QUOTED = {"name": "云服务器标准型8核16G", "price_month_yuan": 469, "price_year_yuan": 4690}
