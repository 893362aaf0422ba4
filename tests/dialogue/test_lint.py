from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialogue.bot_files import load_bot
from dialogue.lint import lint

ROOT = Path(__file__).parents[2]
FILES = {
    "domain.yml": """\
intents: [greet, price, affirm, buy, thank]
entities: [product, phone]
slots:
  product: {type: text, mappings: [{type: from_entity, entity: product}]}
  phone: {type: text, mappings: [{type: from_entity, entity: phone}]}
  quoted: {type: text, mappings: [{type: custom}]}
forms:
  lead_form: {required_slots: [phone]}
responses:
  utter_greet: [{text: 您好}]
  utter_quote: [{text: "{name}每月{price_month_yuan}元，{hotline}"}]
  utter_none: [{text: "没有{product}"}]
  utter_ask_phone: [{text: 您的电话是多少？}]
actions: [action_quote]
""",
    "data/nlu.yml": """\
nlu:
- intent: greet
  examples: |
    - 您好
- intent: price
  examples: |
    - 多少钱
- intent: affirm
  examples: |
    - 可以
- intent: thank
  examples: |
    - 谢谢
- intent: buy
  examples: |
    - 我要买
""",
    "data/words.yml": "nlu:\n- regex: phone\n  examples: |\n    - 1[0-9]{10}\n",
    "data/rules.yml": """\
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
- rule: price
  steps: [{intent: price}, {action: action_quote}]
- rule: thank
  steps: [{intent: thank}, {action: utter_greet}]
- rule: buy
  steps: [{intent: buy}, {action: lead_form}]
- rule: bought
  condition: [{active_loop: lead_form}]
  steps: [{action: lead_form}, {active_loop: null}, {action: utter_greet}]
""",
    "bot.yml": """\
actions:
  action_quote:
    table: prices
    match: [product]
    order: price_month_yuan
    set: {quoted: id}
    reply: utter_quote
    otherwise: utter_none
""",
    "facts/prices.csv": "id,name,product,price_month_yuan\na1,一号,server,100\n",
    "facts/terms.yml": "hotline: 400-000-0000\n",
}


def faults_of(folder: Path, **changed: str) -> list[str]:
    """The faults of the bot with these files changed ('rules' for data/rules.yml); 'file:line: what'."""
    names = {name.rpartition("/")[2].partition(".")[0]: name for name in FILES}
    for name, text in {**FILES, **{names[key]: text for key, text in changed.items()}}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = (fault for fault in lint(load_bot(folder)) if fault.kind != "version")
    return [f"{fault.place.file.relative_to(folder)}:{fault.place.line}: {fault.what}" for fault in found]


def test_a_sound_bot_has_no_faults(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == []


@pytest.mark.parametrize("bot", ["examples/cloud_sales", "deploy/new_bot"])
def test_the_bots_of_this_project_have_no_faults(bot: str) -> None:
    assert [str(fault) for fault in lint(load_bot(ROOT / bot))] == []


RULE = FILES["data/rules.yml"]
STORY = "stories:\n- story: s\n  steps:\n"


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("intent: pirce", "rule 'r' uses the intent 'pirce', which the domain does not list; did you mean 'price'?"),
        ("intent: price+by", "rule 'r' uses the intent 'by', which the domain does not list"),
        (
            "action: utter_gret",
            "rule 'r' uses the response 'utter_gret', which the domain does not list; did you mean 'utter_gre",
        ),
        ("action: action_quot", "rule 'r' uses the action 'action_quot', which neither the domain nor bot.yml lists; did you m"),
        ("active_loop: led_form", "rule 'r' uses the form 'led_form', which the domain does not list; did you mean 'lead_form'?"),
        ("slot_was_set: [qoted: a]", "rule 'r' uses the slot 'qoted', which the domain does not list; did you mean 'quoted'?"),
    ],
)
def test_an_unknown_name_in_a_rule_is_told_with_the_nearest(tmp_path: Path, step: str, fault: str) -> None:
    rules = f"{RULE}- rule: r\n  steps:\n  - intent: affirm\n  - action: utter_greet\n  - {step}\n"
    (found,) = faults_of(tmp_path, rules=rules)
    assert found.startswith(f"data/rules.yml:19: {fault}")


def test_an_unknown_entity_in_a_story(tmp_path: Path) -> None:
    rules = f"{RULE}{STORY}  - intent: affirm\n    entities: [prodct]\n  - action: utter_greet\n"
    (found,) = faults_of(tmp_path, rules=rules)
    assert "story 's' uses the entity 'prodct', which the domain does not list; did you mean 'product'?" in found


def test_two_rules_for_one_situation_are_both_named(tmp_path: Path) -> None:
    rules = f"{RULE}- rule: greet too\n  steps:\n  - intent: greet\n  - action: utter_none\n"
    assert faults_of(tmp_path, rules=rules) == [
        "data/rules.yml:15: rule 'greet too' contradicts rule 'greet' (rules.yml:2): after 'greet' this one wants 'utter_none', "
        "that one 'utter_greet'; give one of them a condition, or drop it"
    ]


def test_a_rule_that_goes_on_where_another_waits_contradicts_it(tmp_path: Path) -> None:
    rules = f"{RULE}- rule: longer\n  steps: [{{intent: greet}}, {{action: utter_greet}}, {{action: utter_none}}]\n"
    (found,) = faults_of(tmp_path, rules=rules)
    assert "after 'utter_greet' this one wants 'utter_none', that one to wait" in found


@pytest.mark.parametrize(
    "rule",
    [
        "condition: [{slot_was_set: [quoted]}]\n  steps: [{intent: greet}, {action: utter_none}]",
        "condition: [{active_loop: lead_form}]\n  steps: [{intent: greet}, {action: utter_none}]",
        "conversation_start: true\n  steps: [{intent: greet}, {action: utter_none}]",
        "steps: [{intent: greet, entities: [product]}, {action: utter_none}]",
        "steps: [{action: action_quote}, {intent: greet}, {action: utter_none}]",
        "steps: [{intent: greet+price}, {action: utter_none}]",
        "steps: [{intent: affirm}, {action: utter_greet}, {action: utter_none}]",
    ],
)
def test_a_rule_that_asks_for_more_contradicts_nothing(tmp_path: Path, rule: str) -> None:
    assert faults_of(tmp_path, rules=f"{RULE}- rule: other\n  {rule}\n") == []


def test_only_conditions_of_which_one_says_the_other_contradict(tmp_path: Path) -> None:
    def two(one: str, other: str) -> str:
        steps = "steps: [{intent: affirm}, {action: %s}]"
        first = f"- rule: a\n  condition: [{{slot_was_set: [{one}]}}]\n  {steps % 'utter_greet'}\n"
        return f"{RULE}{first}- rule: b\n  condition: [{{slot_was_set: [{other}]}}]\n  {steps % 'utter_none'}\n"

    assert faults_of(tmp_path, rules=two("quoted: null", "quoted")) == []
    assert faults_of(tmp_path, rules=two("quoted: a1", "quoted: b2")) == []
    assert len(faults_of(tmp_path, rules=two("quoted: a1", "quoted: a1"))) == 1
    assert len(faults_of(tmp_path, rules=two("quoted", "quoted: a1"))) == 1
    assert faults_of(tmp_path, rules=two("quoted", "product")) == []


def test_rules_that_part_by_what_an_action_found_do_not_contradict(tmp_path: Path) -> None:
    part = (
        "- rule: {0}\n  steps: [{{intent: affirm}}, {{action: action_quote}}, {{slot_was_set: [quoted{1}]}}, {{action: {2}}}]\n"
    )
    rules = RULE + part.format("a", "", "utter_greet") + part.format("b", ": null", "utter_none")
    assert faults_of(tmp_path, rules=rules) == []


def test_names_in_bot_yml_are_checked(tmp_path: Path) -> None:
    settings = FILES["bot.yml"]
    for wrong, fault in {
        "order: price_month_yaun": "the column 'price_month_yaun', which prices.csv does not have; did you mean",
        "match: [product, phone]": "the column 'phone', which prices.csv does not have",
        "match: {product: prodct}": "the slot 'prodct', which the domain does not list; did you mean 'product'?",
        "set: {qoted: id}": "the slot 'qoted', which the domain does not list; did you mean 'quoted'?",
        "reply: utter_qoute": "the response 'utter_qoute', which the domain does not list; did you mean 'utter_quote'?",
        "table: price": "the table 'price', but facts/price.csv does not exist; did you mean 'prices'?",
    }.items():
        key = wrong.partition(":")[0]
        lines = (f"    {wrong}" if line.strip().startswith(f"{key}:") else line for line in settings.splitlines())
        found = faults_of(tmp_path, bot="\n".join(lines))
        told = re.compile(rf"bot\.yml:\d+: action 'action_quote' uses {re.escape(fault)}")
        assert any(told.match(line) for line in found), wrong


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("first: utter_frist", "response 'utter_frist'"),
        ("unknown: {product: utter_nowhere}", "response 'utter_nowhere'"),
        ("mention: {product: utter_nowhere}", "response 'utter_nowhere'"),
        ("budget: {slot: phone, month: price_month_yuan, year: price_month_yuan, period: perod}", "slot 'perod'"),
        ("budget: {slot: phone, month: price_month_yuan, year: price_month_yuan, kept_in: kept}", "slot 'kept'"),
    ],
)
def test_names_that_only_some_actions_have_are_checked(tmp_path: Path, line: str, fault: str) -> None:
    (found,) = faults_of(tmp_path, bot=f"{FILES['bot.yml']}    {line}\n")
    assert found.startswith(f"bot.yml:9: action 'action_quote' uses the {fault}, which the domain does not list")


def test_a_row_without_the_price_that_rows_are_chosen_by(tmp_path: Path) -> None:
    header, row = FILES["facts/prices.csv"].splitlines()[:2]
    free = ",".join(
        "free" if name == "id" else "" if name == "price_month_yuan" else cell
        for name, cell in zip(header.split(","), row.split(","), strict=True)
    )
    (found,) = faults_of(tmp_path, prices=f"{FILES['facts/prices.csv']}{free}\n")
    assert (
        found == "bot.yml:2: action 'action_quote' needs 'price_month_yuan' in every row of prices.csv, but row 'free' has none"
    )


def test_a_table_without_rows(tmp_path: Path) -> None:
    (found,) = faults_of(tmp_path, prices=FILES["facts/prices.csv"].splitlines()[0] + "\n")
    assert found == "bot.yml:2: action 'action_quote' looks things up in prices.csv, which has no rows"


def test_a_size_that_limits_nothing(tmp_path: Path) -> None:
    (found,) = faults_of(tmp_path, bot=f"{FILES['bot.yml']}    at_least: [price_month_yuan]\n")
    assert (
        found
        == "bot.yml:9: action 'action_quote' has 'price_month_yuan' under 'at_least' but not under 'match', so it limits nothing"
    )


def test_a_placeholder_that_nothing_fills(tmp_path: Path) -> None:
    domain = FILES["domain.yml"].replace("没有{product}", "没有{prodct}").replace("text: 您好", 'text: "您好{name}"')
    found = faults_of(tmp_path, domain=domain)
    assert [line.partition(":")[2][:55] for line in found] == [
        "10: response 'utter_greet' wants {name}: no slot, no term, "[:55],
        "12: response 'utter_none' wants {prodct}: no slot, no term"[:55],
    ]
    assert found[1].endswith("did you mean 'product'?")


def test_an_action_that_nothing_carries_out(tmp_path: Path) -> None:
    domain = FILES["domain.yml"].replace("[action_quote]", "[action_quote, action_send_sms]")
    (found,) = faults_of(tmp_path, domain=domain)
    assert found.startswith(
        "domain.yml:14: nothing carries out the action 'action_send_sms'; describe it under 'actions' in bot.yml"
    )


def test_an_action_server_may_carry_it_out(tmp_path: Path) -> None:
    domain = FILES["domain.yml"].replace("[action_quote]", "[action_quote, action_send_sms]")
    (tmp_path / "endpoints.yml").write_text("action_endpoint: {url: http://localhost:5055/webhook}\n")
    assert faults_of(tmp_path, domain=domain) == []


def test_a_form_that_asks_nothing(tmp_path: Path) -> None:
    domain = FILES["domain.yml"].replace("utter_ask_phone", "utter_ask_phon")
    (found,) = faults_of(tmp_path, domain=domain)
    assert found.startswith(
        "domain.yml:8: form 'lead_form' has no question for 'phone'; write the response 'utter_ask_phone'; did you mean"
    )


def test_sentences_that_stand_twice(tmp_path: Path) -> None:
    nlu = FILES["data/nlu.yml"].replace("- 可以", "- 可以\n    - 您好\n    - 可 以")
    assert faults_of(tmp_path, nlu=nlu) == [
        "data/nlu.yml:11: this sentence is an example of 'affirm' and of 'greet'; keep one; first at nlu.yml:4",
        "data/nlu.yml:12: this sentence stands twice under 'affirm'; first at nlu.yml:10",
    ]


def test_an_intent_that_nothing_teaches(tmp_path: Path) -> None:
    nlu = FILES["data/nlu.yml"].partition("- intent: buy")[0]
    assert faults_of(tmp_path, nlu=nlu) == ["domain.yml:1: intent 'buy' has no examples, so it can never be understood"]


def test_a_bot_without_a_single_example(tmp_path: Path) -> None:
    (found,) = faults_of(tmp_path, nlu="nlu: []\n")
    assert found == "data:1: no file in data/ holds examples ('nlu: - intent: NAME'), so nothing can be understood"
    (tmp_path / "model").mkdir()
    assert faults_of(tmp_path, nlu="nlu: []\n", bot=f"models: {{nlu: model}}\n{FILES['bot.yml']}") == []


@pytest.mark.parametrize("option", ["phone: phon", "money: {phon: [预算]}", "period: {unit: phone, count: phon}"])
def test_an_entity_of_the_pipeline_that_the_domain_lacks(tmp_path: Path, option: str) -> None:
    (tmp_path / "config.yml").write_text(f"pipeline:\n- name: XiangyinNLU\n  {option}\n", encoding="utf-8")
    (found,) = faults_of(tmp_path)
    assert found == ("config.yml:3: the pipeline fills the entity 'phon', which the domain does not list; did you mean 'phone'?")


def test_an_intent_that_nothing_answers(tmp_path: Path) -> None:
    rules = RULE.replace("intent: thank", "intent: greet+thank").replace("- rule: thank", "- rule: both")
    assert faults_of(tmp_path, rules=rules) == []
    rules = RULE.replace("- rule: thank\n  steps: [{intent: thank}, {action: utter_greet}]\n", "")
    (found,) = faults_of(tmp_path, rules=rules)
    assert found.startswith("domain.yml:1: no rule or story answers the intent 'thank'")


def test_a_form_that_nothing_follows(tmp_path: Path) -> None:
    (found,) = faults_of(tmp_path, rules=RULE.partition("- rule: bought")[0])
    assert found.startswith("domain.yml:8: nothing follows when the form 'lead_form' is full; write a rule with the condition")


@pytest.mark.parametrize(
    ("offer", "fault"),
    [
        ("utter_qoute: lead_form", "response 'utter_qoute', which the domain does not list; did you mean 'utter_quote'?"),
        ("utter_quote: lead_from", "action 'lead_from', which neither the domain nor bot.yml lists; did you mean 'lead_form'?"),
    ],
)
def test_an_offer_of_what_is_not_there(tmp_path: Path, offer: str, fault: str) -> None:
    found = faults_of(tmp_path, bot=f"offers: {{{offer}}}\n{FILES['bot.yml']}")
    assert found == [f"bot.yml:1: an entry of 'offers' uses the {fault}"]


def test_a_greeting_that_is_no_response(tmp_path: Path) -> None:
    found = faults_of(tmp_path, bot=f"voices: {{greeting: utter_gret}}\n{FILES['bot.yml']}")
    assert found == ["bot.yml:1: the greeting 'utter_gret' is not a response of the domain; did you mean 'utter_greet'?"]


@pytest.mark.parametrize(
    ("text", "told"), [("“您好”", True), ("「您好」", True), ("您说的“云主机”就是云服务器", False), ("“您”和“你”", False)]
)
def test_a_response_between_chinese_quotation_marks_is_told(tmp_path: Path, text: str, told: bool) -> None:
    domain = FILES["domain.yml"].replace("[{text: 您好}]", f"[{{text: {text}}}]")
    found = faults_of(tmp_path, domain=domain)
    assert ["Chinese quotation marks" in fault for fault in found] == [True] * told
