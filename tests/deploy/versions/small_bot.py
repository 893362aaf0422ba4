"""A small bot of real files: a greeting and a price."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "domain.yml": """
version: "3.1"
intents: [greet, price]
responses:
  utter_greet: [{text: 您好}]
  utter_price: [{text: 一百元}]
  utter_ask_again: [{text: 没听清}]
  utter_offer_person: [{text: 要转人工吗}]
  utter_pass_on: [{text: 这就转}]
  utter_hand_over: [{text: 转人工}]
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - 你好
    - 您好
    - 早上好
    - 喂你好
- intent: price
  examples: |
    - 多少钱
    - 什么价格
    - 价格是多少
    - 这个怎么卖
""",
    "data/rules.yml": """
version: "3.1"
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: price
  steps: [{intent: price}, {action: utter_price}]
""",
    "config.yml": "language: zh\npipeline: [{name: XiangyinNLU, compound: false}]\npolicies: []\n",
    "bot.yml": "voices: {greeting: utter_greet}\n",
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
