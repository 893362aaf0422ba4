"""The sentences of those that read a bot's files, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

READING: Mapping[str, str] = {
    # files
    "there is no such folder; 'xiangyin init DIR' makes a new bot": "没有这个文件夹；用 xiangyin init DIR 可以新建一个机器人",
    "there is no such file; a bot's folder has domain.yml, data/, config.yml and bot.yml": (
        "没有这个文件；机器人的文件夹里要有 domain.yml、data/、config.yml 和 bot.yml"
    ),
    "there is no such file": "没有这个文件",
    "is not UTF-8 text; save the file as UTF-8": "不是 UTF-8 编码；请另存为 UTF-8",
    "cannot be read: {why}": "读不了：{why}",
    "the file": "文件",
    "the file does not say its 'version'; it is read as \"3.1\"": '文件没有写 version；按 "3.1" 来读',
    "version {got} is not one of {known}": "version {got} 不认识；可以是 {known}",
    # YAML
    "not valid YAML: {problem}": "不是合法的 YAML：{problem}",
    "not valid YAML: an invisible control character ({code}) stands in this line; delete it": (
        "不是合法的 YAML：这一行有不可见的控制字符（{code}）；请删掉"
    ),
    "two versions of the file were put together and disagree here (a mark of git's); keep one and delete the marks": (
        "这里有 git 合并冲突的标记，两个版本的内容都留着；请保留一份，并删掉这些标记"
    ),
    "not valid YAML: behind '{key}' a colon is wanted, and an ASCII one (:)": (
        "不是合法的 YAML：“{key}”后面要有冒号，而且是英文（半角）的“:”"
    ),
    "not valid YAML: {problem}; indent with spaces, not with a tab": (
        "不是合法的 YAML：{problem}；缩进要用空格，不能用制表符（Tab）"
    ),
    "not valid YAML: {problem}; is the indentation that of the lines around it?": (
        "不是合法的 YAML：{problem}；缩进是否与前后各行对齐？"
    ),
    "not valid YAML: what is opened here is not closed, or closed too late ({problem})": (
        "不是合法的 YAML：这里的引号或括号没有闭合，或闭合得太晚（{problem}）"
    ),
    "not valid YAML: a full-width blank stands in the indentation; use plain blanks": (
        "不是合法的 YAML：缩进里有全角空格；请改成普通（半角）空格"
    ),
    "not valid YAML: a text that holds ': ' must stand between quotation marks (\"...\")": (
        '不是合法的 YAML：文字里有“: ”，整段要放在英文引号里（"..."）'
    ),
    "not valid YAML: behind 'examples:' a bar is wanted (examples: |)": "不是合法的 YAML：examples: 后面要有竖线（examples: |）",
    "not valid YAML: behind the '-' of a list's item a blank is wanted (- item)": (
        "不是合法的 YAML：列表项的“-”后面要有一个空格（- 项）"
    ),
    "not valid YAML: {value} is not what {tag} says": "不是合法的 YAML：{value} 不符合 {tag}",
    "nests without end; does an alias (*name) stand inside its own anchor (&name)?": (
        "无穷嵌套；是不是别名（*name）写在了它自己的锚点（&name）里？"
    ),
    "'{key}' stands twice; first at line {line}": "“{key}”重复了；先出现在第 {line} 行",
    "unknown key '{key}' in {what}{close}": "{what}里有不认识的键“{key}”{close}",
    "{what} lacks the key '{key}'": "{what}缺少键“{key}”",
    "{what} lacks the key '{key}' (its name)": "{what}缺少键“{key}”（名称）",
    "'{key}' says '{other}' a second time in {what}": "{what}里的“{key}”与“{other}”是同一项，写了两次",
    "{what} must be a mapping (key: value)": "{what}应当是“键: 值”的形式",
    "{what} must be a mapping (key: value), got {got}": "{what}应当是“键: 值”的形式，现在是{got}",
    "{what} must be a mapping (key: value) with an ASCII colon, got {got}": (
        "{what}应当是“键: 值”的形式，冒号要用英文（半角）的“:”，现在是{got}"
    ),
    "{what} must be a list (- item), got {got}": "{what}应当是列表（- 项），现在是{got}",
    "{what} must be text, got {got}": "{what}应当是文字，现在是{got}",
    "{what} must be {kind}, got {got}": "{what}应当是{kind}，现在是 {got}",
    "{what} must be one of {known}, got {got}": "{what}只能是 {known} 之一，现在是 {got}",
    "{what} must be true or false, got {got}": "{what}应当是 true 或 false，现在是 {got}",
    "{key} of {what} must be a number, got {got}": "{what}的 {key} 应当是数字，现在是 {got}",
    "{what} may not be empty": "{what}不能为空",
    "{what}: {why}": "{what}：{why}",
    "{key} of {what}": "{what}的 {key}",
    "an item of {what}": "{what}的一项",
    "a mapping": "“键: 值”",
    "a list": "列表",
    "nothing": "空的",
    "text": "文字",
    "a whole number": "整数",
    "a number": "数字",
    "true or false": "true 或 false",
    # domain
    "intents": "意图（intents）",
    "entities": "实体（entities）",
    "slots": "槽位（slots）",
    "responses": "回复（responses）",
    "forms": "表单（forms）",
    "actions": "动作（actions）",
    "intent '{name}'": "意图“{name}”",
    "entity '{name}'": "实体“{name}”",
    "slot '{name}'": "槽位“{name}”",
    "form '{name}'": "表单“{name}”",
    "response '{name}'": "回复“{name}”",
    "action '{name}'": "动作“{name}”",
    "pipeline item '{name}'": "pipeline 的“{name}”",
    "slot '{slot}' of form '{form}'": "表单“{form}”的槽位“{slot}”",
    "a mapping of {what}": "{what}的映射",
    "a condition of {what}": "{what}的条件",
    "a variation of {what}": "{what}的一种说法",
    "a button of {what}": "{what}的按钮",
    "'{name}' stands twice among the {kind}; first at {first}": "“{name}”在{kind}里重复了；先出现在 {first}",
    "'{name}' is two items in one; indent both alike": "“{name}”把两项连成了一项；请让两行缩进一致",
    "an item of {what} must be a name, or one name with its options": "{what}的每一项应当是一个名称，或一个名称带上它的选项",
    "session_config stands twice and says different things": "session_config 写了两次，而且内容不同",
    "{what} is categorical and lacks 'values'": "{what}的类型是 categorical，却没有 values",
    "{what} has the unknown type '{kind}'{close}; known: {known}": "{what}的类型“{kind}”不认识{close}；可用的有：{known}",
    "{what} is from_entity and lacks the key 'entity'": "{what}是 from_entity，却缺少键“entity”",
    "{what} is {kind} and lacks the key 'value'": "{what}是 {kind}，却缺少键“value”",
    "response '{name}' must begin with 'utter_'": "回复“{name}”的名称要以 utter_ 开头",
    "{what} has no variation; write '- text: ...' below it": "{what}没有内容；请在下面写 - text: ...",
    "{what} is bare text; write '- text: {text}'": "{what}只是一段文字；请写成 - text: {text}",
    "{what} says nothing: it has neither text, buttons, image nor custom": (
        "{what}什么也没说：text、buttons、image、custom 一个也没有"
    ),
    "{what} must have the type 'slot', got {got}": "{what}的 type 应当是 slot，现在是 {got}",
    "{what} needs 'name' (a slot) and 'value'": "{what}要有 name（槽位）和 value",
    # rules and stories
    "a rule": "规则",
    "a story": "故事",
    "a step": "步骤",
    "a step with '{kind}'": "带“{kind}”的步骤",
    "a slot": "槽位",
    "an entity": "实体",
    "the rule's name": "规则的名称",
    "the story's name": "故事的名称",
    "the steps of rule '{name}'": "规则“{name}”的步骤",
    "the steps of story '{name}'": "故事“{name}”的步骤",
    "the condition of rule '{name}'": "规则“{name}”的条件",
    "the condition of rule '{name}' holds only slot_was_set and active_loop": (
        "规则“{name}”的条件里只能有 slot_was_set 和 active_loop"
    ),
    "story '{name}' is passed over: it tells the bot's words ('bot:'), which are not learnt from": (
        "故事“{name}”已跳过：其中写了机器人的原话（bot:），不会从中学习"
    ),
    "rule '{name}' has no steps": "规则“{name}”没有步骤",
    "story '{name}' has no steps": "故事“{name}”没有步骤",
    "rule '{name}' has a checkpoint; only stories may have one": "规则“{name}”里有 checkpoint；只有故事里可以有",
    "rule '{name}' has an 'or' of slots, as only stories have; write a rule for each": (
        "规则“{name}”里有槽位的 or，只有故事里可以有；请各写一条规则"
    ),
    "rule '{name}' has a 'user:' text, as only stories have; write 'intent:'": (
        "规则“{name}”里有 user: 的原话，只有故事里可以有；请写 intent:"
    ),
    "'{kind}' and '{second}' stand in one step; write '- {second}:' on a line of its own": (
        "“{kind}”和“{second}”写在了同一步里；请另起一行写 - {second}:"
    ),
    "a step with 'bot:' is not followed here; write 'action: utter_...'": "这里不支持 bot: 的步骤；请写 action: utter_...",
    "an empty step; a step is one of {known}": "空的步骤；步骤可以是 {known}",
    "unknown step '{name}'{close}; a step is one of {known}": "不认识的步骤“{name}”{close}；步骤可以是 {known}",
    "'or' takes two or more steps with 'intent', or with 'slot_was_set'; write one rule or story for each of others": (
        "or 里要有两个以上带 intent 或 slot_was_set 的步骤；其他的请各写一条规则或故事"
    ),
    "'{name}' lacks an intent beside its '+'": "“{name}”的 + 旁边少了一个意图",
    "holds no stories; a test story begins with '- story: NAME' below 'stories:'": (
        "里面没有故事；测试故事写在 stories: 下面，以 - story: 名称 开头"
    ),
    # sentences
    "an item of nlu": "nlu 的一项",
    "an item of nlu ({kind})": "nlu 的一项（{kind}）",
    "an item of nlu must have one of the keys {known}": "nlu 的每一项都要有 {known} 中的一个键",
    "{kind} '{name}'": "{kind}“{name}”",
    "{kind} '{name}' lacks the key 'examples'": "{kind}“{name}”缺少键“examples”",
    "{kind} '{name}' has no examples": "{kind}“{name}”没有例子",
    "examples of {what}": "{what}的例句",
    "an example of {what}": "{what}的例句",
    "an example of {what} is empty": "{what}有一条空的例句",
    "an example of {what} must begin with '- ', got {got}": "{what}的例句要以“- ”开头，现在是 {got}",
    "regex '{name}' is not a regular expression: {why}": "regex“{name}”不是正则表达式：{why}",
    "an entity is not closed; write [words](entity): {text}": "实体的标注没有闭合；应写成 [词语](实体)：{text}",
    "an entity is marked with full-width brackets; write [words](entity): {text}": (
        "实体的标注用了全角括号；应写成 [词语](实体)：{text}"
    ),
    "an entity lacks its name: {text}": "实体的标注缺少名称：{text}",
    "the braces of an entity are not valid JSON ({why}): {text}": "实体标注的花括号不是合法的 JSON（{why}）：{text}",
    "the value of an entity must be text or a number, got {got}": "实体的值应当是文字或数字，现在是 {got}",
    "unknown key '{key}' in an entity{close}": "实体的标注里有不认识的键“{key}”{close}",
    "{needs} needs want {bars} '|' between them, with words on both sides: {text}": (
        "{needs} 个需求之间要有 {bars} 个“|”，两边都要有字：{text}"
    ),
    # tables
    "its columns stand between '{mark}'; save the table as CSV with commas (,)": (
        "各列是用“{mark}”隔开的；请另存为用英文逗号（,）分隔的 CSV"
    ),
    "is empty; the bot's intents, slots and responses belong here": "是空的；机器人的意图、槽位和回复都写在这里",
    "is empty; delete it, or bring back what stood in it": "是空的；请删掉这个文件，或者恢复原来的内容",
    "is empty; its first line must name the columns": "是空的；第一行要写各列的名称",
    "is not UTF-8; save the table as 'CSV UTF-8'": "不是 UTF-8 编码；请另存为“CSV UTF-8”",
    "has {cells} cells, but the first line names {columns} columns": "有 {cells} 格，但第一行写了 {columns} 列",
    "has {cells} cells, but the first line names {columns} columns; is a full-width comma (，) to part two of them?": (
        "有 {cells} 格，但第一行写了 {columns} 列；是不是用了全角逗号（，）来分隔？"
    ),
    "is a workbook of a spreadsheet program under the name of a table; save it there as 'CSV UTF-8'": (
        "其实是表格软件的工作簿（如 Excel）；请在那里另存为“CSV UTF-8”"
    ),
    "column {number} has no name": "第 {number} 列没有名称",
    "the column '{column}' stands twice": "列“{column}”重复了",
    "'{column}' must be a number without a unit, got '{text}'": "“{column}”应当是不带单位的数字，现在是“{text}”",
    "this row has no id": "这一行没有 id",
    "the id '{identity}' stands twice; first in line {line}": "id“{identity}”重复了；先出现在第 {line} 行",
    "the term '{key}' must be text, a number or true/false": "用语“{key}”应当是文字、数字或 true/false",
}

PARSER: Mapping[str, str] = {
    "found character that cannot start any token": "这里不能出现这个字符",
    "did not find expected key": "这里应当是一个键",
    "did not find expected '-' indicator": "这里应当以“-”开头",
    "did not find expected ',' or ']'": "缺少“,”或“]”",
    "did not find expected ',' or '}'": "缺少“,”或“}”",
    "did not find expected node content": "这里缺少内容",
    "did not find expected <document start>": "这里不应再有内容",
    "found unexpected end of stream": "到文件末尾也没有闭合",
    "mapping values are not allowed in this context": "这里不能再出现“键: 值”",
    "block sequence entries are not allowed in this context": "这里不能出现“-”列表项",
    "could not find expected ':'": "缺少“:”",
    "found undefined alias": "用到了没有定义的别名",
    "found a tab character that violates indentation": "缩进里有制表符",
    "found a tab character where an indentation space is expected": "缩进里有制表符",
    "found unexpected document indicator": "引号里出现了 --- 或 ...",
    "found duplicate anchor": "锚点重复了",
    "found undefined tag handle": "用到了没有定义的标签",
    "did not find expected alphabetic or numeric character": "这里应当是字母或数字",
    "did not find expected comment or line break": "这里应当换行",
    "did not find URI escaped octet": "标签写得不对",
    "control characters are not allowed": "有不可见的控制字符",
    "but found another document": "一个文件里有两份文档（---）",
    "found unknown escape character": "引号里有不认识的转义字符",
}
"""What libyaml says of faults of syntax."""
