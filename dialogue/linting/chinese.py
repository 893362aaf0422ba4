"""Faults said in Chinese: the checks' sentences here, the readers' in dialogue.linting.chinese_reading."""

from __future__ import annotations

from collections.abc import Mapping

from dialogue.linting.chinese_reading import PARSER, READING
from dialogue.message import Message

CHECKS: Mapping[str, str] = {
    # names
    "; did you mean '{name}'?": "；是不是想写“{name}”？",
    "{owner} uses the {kind} '{name}', which the domain does not list{close}": (
        "{owner}用到了{kind}“{name}”，但 domain 里没有{close}"
    ),
    "{owner} uses the {kind} '{name}', which neither the domain nor bot.yml lists{close}": (
        "{owner}用到了{kind}“{name}”，但 domain 和 bot.yml 里都没有{close}"
    ),
    "{owner} uses the {kind} '{name}', which '{entity}' lacks{close}": (
        "{owner}用到了{kind}“{name}”，但实体“{entity}”没有它{close}"
    ),
    "{owner} is made of '{part}', which is not listed{close}": "{owner}里的“{part}”没有列在意图中{close}",
    "an entry of 'offers'": "offers 里的一项",
    "rule '{name}'": "规则“{name}”",
    "story '{name}'": "故事“{name}”",
    "{owner} has the name of another ({at}); give it one of its own": "{owner}和另一个重名（{at}）；请另起一个名字",
    "intent": "意图",
    "entity": "实体",
    "slot": "槽位",
    "form": "表单",
    "action": "动作",
    "response": "回复",
    "role": "角色",
    "group": "分组",
    # guard
    "response '{name}' says '{words}', a promise that is forbidden or that nobody can keep; word it so that it holds": (
        "回复“{name}”说了“{words}”，这是不许做的承诺（见 promises.yml），或者谁也兑现不了；请换个做得到的说法"
    ),
    "response '{name}' says '{words}'; by bot.yml's guard this house says '{right}'": (
        "回复“{name}”说了“{words}”；按 bot.yml 的 guard，这里应该说“{right}”"
    ),
    # wording
    "'wording' names the house rules {path}, and there is no such file": "wording 里的 house 指向 {path}，没有这个文件",
    "'wording' names '{name}', which no response is like": "wording 里的“{name}”对不上任何回复",
    "'wording' tells the model {wanted} for '{name}': no slot, no term, no column{close}": (
        "wording 在“{name}”里要告诉模型 {wanted}，但它不是槽位、不是 terms.yml 里的词，也不是哪张表的列{close}"
    ),
    "'wording' has '{wanted}' under '{name}', which is not filled into that response{close}": (
        "wording 在“{name}”里写了“{wanted}”，但这条回复并不填它{close}"
    ),
    "response '{name}' asks for a slot and is never worded; say with 'keep' which words must stay in the question": (
        "回复“{name}”是在问槽位，不会交给模型改写；要改写，请用 keep 写明问句里必须留下的词"
    ),
    # scripts
    "nothing carries out the action '{name}'; describe it under 'actions' in bot.yml{close}": (
        "动作“{name}”没有任何实现；请在 bot.yml 的 actions 下说明它做什么{close}"
    ),
    "the response '{name}' has no text{close}": "回复“{name}”没有写内容{close}",
    "no rule or story answers the intent '{name}'; the bot would ask again as if not understood": (
        "没有规则或故事回应意图“{name}”；机器人会当作没听懂再问一遍"
    ),
    "rule '{name}' contradicts rule '{other}' ({at}): after {said} this one wants {instead}, that one {wants}; "
    "give one of them a condition, or drop it": (
        "规则“{name}”与规则“{other}”（{at}）矛盾：在{said}之后，这条要{instead}，那条要{wants}；请给其中一条加上条件，或删去一条"
    ),
    "rule '{name}' never gets its turn: rule '{other}' ({at}) does the same in the same situation; drop one": (
        "规则“{name}”永远轮不到：规则“{other}”（{at}）在同样的情形下做同样的事；请删去一条"
    ),
    "to wait": "等客户说话",
    "'{name}'": "“{name}”",
    "story '{story}' ({here}) wants {wanted} after {said}, but {rule} decides on {instead}; "
    "make the story say what the rule does, or give the rule a condition": (
        "故事“{story}”（{here}）在{said}之后要{wanted}，但 {rule} 决定的是{instead}；请让故事与规则一致，或给规则加上条件"
    ),
    "story '{story}' ({here}) wants {wanted} after {said}, but story '{other}' ({there}, line {line}) wants {instead}, "
    "and nothing tells the two apart until then": (
        "故事“{story}”（{here}）在{said}之后要{wanted}，但故事“{other}”（{there}，第 {line} 行）要{instead}，"
        "而到此为止两者没有任何区别"
    ),
    "rule '{name}' can never come true: its condition wants two different forms to run": (
        "规则“{name}”永远不会成立：它的条件要求同时运行两个不同的表单"
    ),
    "rule '{name}' can never come true: its condition wants two different values of the slot '{slot}'": (
        "规则“{name}”永远不会成立：它的条件要求槽位“{slot}”同时有两个不同的值"
    ),
    "rule '{name}' can never come true: nothing begins the form '{form}'": (
        "规则“{name}”永远不会成立：没有任何地方启动表单“{form}”"
    ),
    "rule '{name}' never gets its turn: '{intent}' is always answered with '{action}'": (
        "规则“{name}”永远轮不到：意图“{intent}”总是由“{action}”回应"
    ),
    "rule '{name}' wants '{value}' of the slot '{slot}', which does not list that value; did you mean '{meant}'?": (
        "规则“{name}”要求槽位“{slot}”的值为“{value}”，但该槽位没有这个值；是不是想写“{meant}”？"
    ),
    "no story leads to the checkpoint '{name}', so what follows it here is never used": (
        "没有故事通向检查点“{name}”，所以它后面的内容永远用不到"
    ),
    "no story goes on from the checkpoint '{name}'": "没有故事从检查点“{name}”接着往下走",
    # forms and slots
    "form '{form}' can't end: while it runs, none of the mappings of '{slot}' applies": (
        "表单“{form}”无法结束：它运行时，槽位“{slot}”的映射没有一条适用"
    ),
    "form '{form}' can't end: '{slot}' has no mapping to fill it": "表单“{form}”无法结束：槽位“{slot}”没有映射，填不上",
    "form '{form}' can't end: '{slot}' is left to an action ('custom'), and none sets it": (
        "表单“{form}”无法结束：槽位“{slot}”要由动作来填（custom），却没有动作填它"
    ),
    "form '{form}' has no question for '{slot}'; write the response '{wanted}'{close}": (
        "表单“{form}”没有询问“{slot}”的话；请写回复“{wanted}”{close}"
    ),
    "nothing follows when the form '{form}' is full; write a rule with the condition 'active_loop: {form}' "
    "and the steps 'action: {form}', 'active_loop: null', and what is to be done then": (
        "表单“{form}”填完之后没有下文；请写一条规则，条件为 active_loop: {form}，"
        "步骤为 action: {form}、active_loop: null，以及接下来要做的事"
    ),
    "nothing sets the slot '{slot}', which {owner} wants ({at}): it has no mapping, and no action sets it": (
        "没有任何地方填槽位“{slot}”，而{owner}（{at}）需要它：它没有映射，也没有动作填它"
    ),
    "nothing sets the slot '{slot}': it has no mapping, and no action sets it": (
        "没有任何地方填槽位“{slot}”：它没有映射，也没有动作填它"
    ),
    "nothing finds the entity '{entity}', so the slot '{slot}' stays empty; mark it in examples or list it as a 'lookup'": (
        "没有任何地方能找出实体“{entity}”，所以槽位“{slot}”总是空的；请在例句里标注它，或列出它的说法（lookup）"
    ),
    # sentences
    "the list is of the entity '{name}', which the domain does not list{close}": (
        "这份词表属于实体“{name}”，但 domain 里没有{close}"
    ),
    "the examples are of the intent '{name}', which the domain does not list{close}": (
        "这些例句属于意图“{name}”，但 domain 里没有{close}"
    ),
    "an example uses the entity '{name}', which the domain does not list{close}": (
        "例句里标了实体“{name}”，但 domain 里没有{close}"
    ),
    "the intent '{label}' has no answer; write the response '{wanted}'{close}": (
        "意图“{label}”没有对应的回答；请写回复“{wanted}”{close}"
    ),
    "this sentence is an example of '{one}' and of '{other}'; keep one; first at {at}": (
        "这句话既是“{one}”的例句，又是“{other}”的例句；只能留一处；先出现在 {at}"
    ),
    "'{words}' is marked as '{one}' here and as '{other}' in the same sentence at {at}; keep one": (
        "“{words}”在这里标为“{one}”，在 {at} 的同一句话里却标为“{other}”；只能留一种"
    ),
    "this sentence stands twice under '{name}'; first at {at}": "这句话在“{name}”下重复了；先出现在 {at}",
    "'{word}' is a synonym of '{name}' and of '{first}' ({at}); keep one": (
        "“{word}”既是“{name}”的同义词，又是“{first}”的（{at}）；只能留一处"
    ),
    "no file in data/ holds examples ('nlu: - intent: NAME'), so nothing can be understood": (
        "data/ 里没有任何例句（nlu: - intent: 名称），什么也听不懂"
    ),
    "intent '{name}' has no examples, so it can never be understood": "意图“{name}”没有例句，永远识别不出来",
    # speech
    "response '{name}' would be silent on the telephone ({only}); add a 'text', or one for 'channel: voice'": (
        "回复“{name}”在电话里没有声音（{only}）；请加上 text，或加一条 channel: voice 的说法"
    ),
    "response '{name}' stands between Chinese quotation marks, which customers get to see; YAML's are \"...\"": (
        '回复“{name}”整句放在了中文引号里，客户会看到这对引号；YAML 的引号是英文的 "..."'
    ),
    "only a table": "只有表格",
    "only a link, or signs": "只有链接或符号",
    "only a picture": "只有图片",
    "only buttons": "只有按钮",
    "only 'custom'": "只有 custom",
    # config.yml and bot.yml
    "there is no policy '{name}'; did you mean '{close}'?": "没有叫“{name}”的策略；是不是想写“{close}”？",
    "policy '{name}'": "策略“{name}”",
    "'{key}' of {name}": "{name} 的“{key}”",
    "'last_resort'": "last_resort",
    "'last_resort' asks a language model, but 'models' names none (models: {{llm: ...}})": (
        "last_resort 要问大模型，但 models 里没有写（models: {{llm: ...}}）"
    ),
    "'after_call' names the document '{name}', which there is not{close}": ("after_call 里写到的文件“{name}”不存在{close}"),
    "'after_call' puts the section '{name}' into '{document}', which has none of that name{close}": (
        "after_call 给“{document}”排的顺序里有“{name}”，但没有这一节{close}"
    ),
    "'after_call' writes {wanted}, which is no slot, no term and nothing of its block{close}": (
        "after_call 里写了 {wanted}，它既不是槽位，也不是条款，也不是这一节能列出的内容{close}"
    ),
    "{owner} sends to '{name}', which 'webhooks' of bot.yml does not list{close}": (
        "{owner}要发给“{name}”，但 bot.yml 的 webhooks 里没有{close}"
    ),
    "{owner} needs a 'table' (a file in facts/, without .csv){close}": "{owner}需要 table（facts/ 里的文件名，不带 .csv）{close}",
    "{owner} uses the table '{table}', but {folder}/{table}.csv does not exist{close}": (
        "{owner}用到了表“{table}”，但 {folder}/{table}.csv 不存在{close}"
    ),
    "{owner} uses the column '{column}', which {table}.csv does not have{close}": (
        "{owner}用到了列“{column}”，但 {table}.csv 里没有{close}"
    ),
    "{owner} has '{column}' under 'at_least' but not under 'match', so it limits nothing": (
        "{owner}在 at_least 下写了“{column}”，match 下却没有，所以它不起作用"
    ),
    "{owner} looks things up in {table}.csv, which has no rows": "{owner}要查 {table}.csv，但表里一行也没有",
    "{owner} needs '{column}' in every row of {table}.csv, but row '{row}' has none": (
        "{owner}要求 {table}.csv 每一行都有“{column}”，但“{row}”这一行没有"
    ),
    "'state'": "state",
    "'read_back'": "read_back",
    "{owner} names the row '{row}', which {table}.csv does not have{close}": (
        "{owner}写的是“{row}”这一行，但 {table}.csv 里没有{close}"
    ),
    "the greeting '{name}' is not a response of the domain{close}": "开场白“{name}”不是 domain 里的回复{close}",
    "the model folder '{folder}' does not exist; leave 'nlu' empty to have one trained": (
        "模型文件夹“{folder}”不存在；nlu 留空就会自动训练一个"
    ),
    "the pipeline fills the entity '{name}', which the domain does not list{close}": (
        "pipeline 会填实体“{name}”，但 domain 里没有{close}"
    ),
    "response '{name}' wants {wanted}: no slot, no term, no column of a table that it is said from{close}": (
        "回复“{name}”里的 {wanted} 填不上：没有这个槽位、用语，也不是所查的表的列{close}"
    ),
}


def in_chinese(text: str) -> str:
    """A fault's sentence in Chinese; what has no Chinese form stays as it is."""
    if not isinstance(text, Message):
        return PARSER.get(text, text)
    template = CHECKS.get(text.template) or READING.get(text.template)
    if template is None:
        return text
    return template.format(
        **{name: in_chinese(value) if isinstance(value, str) else value for name, value in text.values.items()}
    )
