"""What the command says to operators, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "help": """\
Type what a customer would say. What is wrong is put right with a line that begins with /:
  /i            the intents by number         /i 3 or /i 3+5   that is what was meant
  /e            the entities by number        /e tea=2   marks words (tea=0 unmarks them)
  /e TEXT       the sentence with all its marks: /e I want [8 cores](cpu_cores)   (| where the next need begins)
  /a            the actions by number         /a 4 or /a 4 9   that is what the bot shall do
  /ok           keep the last sentence as an example, as it was understood
  /story NAME   keep the conversation so far as a story
  /undo         take back the last save, else the last turn      /reset   begin anew
  /diff         what would be saved           /save            save it (asks first)
  /train        talk on with what was saved   /state           what is remembered
  /quit         leave                         /help            this""",
        "prompt": "> ",
        "meant": "understood",
        "nothing": "nothing understood",
        "else": "or",
        "entities": "entities",
        "slot": "slot",
        "did": "did",
        "bot": "bot",
        "kept_example": "example kept for '{intent}': {text}",
        "kept_story": "story kept: {name}",
        "said_nothing": "nothing was said yet",
        "no_number": "there is no number '{word}'; the list has 1 to {most}",
        "unknown": "there is no /{command}; /help lists them",
        "undone_turn": "taken back: {text}",
        "undone_save": "the files are as they were before the save",
        "nothing_to_undo": "there is nothing to take back",
        "nothing_to_save": "nothing to save",
        "ask_save": "save? [y/n] ",
        "saved": "saved: {files}",
        "not_saved": "not saved; it is kept for later",
        "new_faults": "new faults since (take back with /undo):",
        "training": "training ...",
        "trained": "the bot now knows what was saved",
        "left": "{count} not saved; save? [y/n] ",
        "over": "the conversation is over; /reset begins anew",
        "needs_name": "give the story a name: /story NAME",
    },
    "zh": {
        "help": """\
像顾客那样说话就行。哪里不对，用 / 开头的一行来改：
  /i            按编号列出意图           /i 3 或 /i 3+5   其实是这个意思
  /e            按编号列出实体           /e 龙井=2         把这个词标成实体（龙井=0 去掉标注）
  /e 句子       标好实体的原句：/e 我要[8核](cpu_cores)的   （用 | 隔开几个需求）
  /a            按编号列出动作           /a 4 或 /a 4 9   机器人应该做这些
  /ok           上一句理解对了，存为例句
  /story 名称   把到目前为止的对话存为故事
  /undo         撤销上次保存，否则撤回上一轮      /reset  重新开始
  /diff         看看会改哪些文件         /save            保存（会先确认）
  /train        用保存后的内容继续聊     /state           记住了什么
  /quit         退出                     /help            这份说明""",
        "prompt": "您> ",
        "meant": "理解",
        "nothing": "没听懂",
        "else": "也可能",
        "entities": "实体",
        "slot": "槽位",
        "did": "动作",
        "bot": "机器人",
        "kept_example": "已记下“{intent}”的例句：{text}",
        "kept_story": "已记下故事：{name}",
        "said_nothing": "还没有说过话",
        "no_number": "没有编号“{word}”，列表是 1 到 {most}",
        "unknown": "没有 /{command} 这个命令，/help 可查看",
        "undone_turn": "已撤回：{text}",
        "undone_save": "文件已恢复到保存之前",
        "nothing_to_undo": "没有可以撤销的",
        "nothing_to_save": "没有要保存的",
        "ask_save": "保存吗？[y/n] ",
        "saved": "已保存：{files}",
        "not_saved": "没有保存，先留着",
        "new_faults": "保存后新出现的问题（/undo 可撤销）：",
        "training": "正在训练……",
        "trained": "机器人已经学会刚保存的内容",
        "left": "还有 {count} 处没保存，保存吗？[y/n] ",
        "over": "对话已结束，/reset 重新开始",
        "needs_name": "给故事起个名字：/story 名称",
    },
}
YES = ("y", "yes", "是", "好", "保存", "对")
