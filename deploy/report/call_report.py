"""The report of one call: a page that needs nothing but itself, with the sound, the turns on a time line, and the reasons."""

from __future__ import annotations

import html
import string
from dataclasses import dataclass
from pathlib import Path

from deploy.media.records import CallRecord, TurnRecord, TurnTimes
from deploy.report.waveform import COLUMNS, Recording, as_data_url, outline, read_recording
from dialogue.events import ActionExecuted, AdapterReplied, Event, UserUttered
from dialogue.state import ACTION_LISTEN, SlotValue

TEMPLATE = Path(__file__).with_name("call.html")
SOURCES = {"said": "客户说的", "inherited": "沿用前文", "default": "默认值", "looked_up": "查表所得", "set": "系统设置"}
ENDINGS = {
    "hang_up": "客户挂机",
    "goodbye": "道别",
    "silence": "客户一直没有说话",
    "hand_over": "转人工",
    "dropped": "线路故障",
    "shutdown": "系统停机",
    "too_long": "超过最长通话时间",
    "error": "系统故障",
}
STAGES = (
    ("recognise_ms", "识别"),
    ("understand_ms", "理解"),
    ("decide_ms", "决策"),
    ("store_ms", "存储"),
    ("speak_ms", "合成"),
    ("word_ms", "模型措辞"),
)
WHY = {
    "late": "太慢",
    "resting": "模型服务暂停使用",
    "unreachable": "连不上",
    "busy": "正忙",
    "refused": "被拒绝",
    "unreadable": "回答读不懂",
    "no key": "没有密钥",
    "cut": "没有说完",
    "fact": "漏了该说的数字或名称",
    "question": "漏了该问的问题",
    "long": "太长",
    "repeats": "翻来覆去",
    "interrupted": "客户打断",
}
"""Why the response's own words were said; what is not here is a kind of the guard's."""
LANE = 60
"""Half the height of one waveform lane; two lanes and an axis make the picture."""


@dataclass(frozen=True, slots=True)
class ReportParts:
    """What a report is made from; `events` are the conversation's, for the reasons of each action."""

    call: CallRecord
    recording: Path | None = None
    events: tuple[Event, ...] = ()
    title: str = ""


def write_report(path: Path, parts: ReportParts) -> None:
    """Write the page. Raises OSError where it cannot be written."""
    call = parts.call
    recording = read_recording(parts.recording) if parts.recording else None
    reasons = reasons_by_turn(parts.events)
    turns = [
        _turn(number, turn, reasons[number - 1] if number <= len(reasons) else ()) for number, turn in enumerate(call.turns, 1)
    ]
    page = string.Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=_text(parts.title or "通话报告"),
        conversation=_text(call.conversation),
        summary=_summary(call),
        player=_player(recording),
        timeline=_timeline(call, recording),
        turns="\n".join(turns) or "<p>这通电话里没有对话。</p>",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def reasons_by_turn(events: tuple[Event, ...]) -> list[tuple[ActionExecuted, ...]]:
    """The actions that answered each utterance, in order."""
    found: list[list[ActionExecuted]] = []
    for event in events:
        if isinstance(event, UserUttered):
            found.append([])
        elif isinstance(event, ActionExecuted) and found and event.name != ACTION_LISTEN:
            found[-1].append(event)
    return [tuple(actions) for actions in found]


def _summary(call: CallRecord) -> str:
    waits = sorted(turn.times.first_audio_ms for turn in call.turns if turn.times.first_audio_ms is not None)
    facts = [
        ("时长", f"{call.duration_s:.1f} 秒"),
        ("轮数", str(len(call.turns))),
        ("结束", ENDINGS.get(call.ended, call.ended)),
        ("线路", call.line),
        ("应答等待（中位）", f"{max(0.0, waits[len(waits) // 2]):.0f} 毫秒" if waits else "—"),
    ]
    return "".join(f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in facts)


def _player(recording: Recording | None) -> str:
    if recording is None:
        return ""
    return f'<audio id="sound" controls preload="auto" src="{as_data_url(recording)}">您的浏览器不能播放录音。</audio>'


def _timeline(call: CallRecord, recording: Recording | None) -> str:
    duration_s = max(recording.duration_s if recording else 0.0, call.duration_s, 0.1)
    spans = [("bot", call.greeted, "开场白")]
    for number, turn in enumerate(call.turns, 1):
        spans += [("caller", turn.spoken, f"客户 {number}"), ("bot", turn.answered, f"机器人 {number}")]
    drawn = [_axis(duration_s)]
    drawn += [_span(lane, span, name, duration_s) for lane, span, name in spans if span]
    if recording is not None:
        for side, lane in enumerate(("caller", "bot")):
            middle = LANE + side * 2 * LANE
            drawn.append(f'<path class="wave {lane}" d="{outline(recording.samples[:, side], middle, LANE - 14)}"/>')
    return "\n".join(drawn) + f'\n<line id="head" x1="0" x2="0" y1="0" y2="{4 * LANE}" data-duration="{duration_s:.3f}"/>'


def _axis(duration_s: float) -> str:
    every_s = next(step for step in (1, 2, 5, 10, 30, 60, 300, 3600) if duration_s / step <= 16 or step == 3600)
    ticks = []
    for second in range(0, int(duration_s) + 1, every_s):
        x = second / duration_s * COLUMNS
        ticks.append(f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{4 * LANE}"/>')
        ticks.append(f'<text class="second" x="{x + 3:.1f}" y="{4 * LANE + 16}">{second} s</text>')
    return "".join(ticks)


def _span(lane: str, span: tuple[float, float], name: str, duration_s: float) -> str:
    begun, ended = span
    x, width = begun / duration_s * COLUMNS, max(ended - begun, 0.05) / duration_s * COLUMNS
    y = 0 if lane == "caller" else 2 * LANE
    return (
        f'<g class="span {lane}" data-at="{begun:.2f}"><title>{_text(name)}: {begun:.1f}–{ended:.1f} s</title>'
        f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{2 * LANE}" rx="4"/>'
        f'<text x="{x + 4:.1f}" y="{y + 13}">{_text(name)}</text></g>'
    )


def _turn(number: int, turn: TurnRecord, reasons: tuple[ActionExecuted, ...]) -> str:
    spoken = f'<button type="button" data-at="{turn.spoken[0]:.2f}">{turn.spoken[0]:.1f} s</button>' if turn.spoken else ""
    heard = _text(turn.heard) if turn.heard else '<em class="quiet">（没有听到话）</em>'
    needs = "".join(f"<li>{_text(need)}</li>" for need in turn.needs) or '<li class="quiet">无</li>'
    cut = '<p class="quiet">客户打断了这次回答。</p>' if turn.interrupted else ""
    return f"""<article aria-labelledby="turn-{number}">
<h3 id="turn-{number}">第 {number} 轮 {spoken}</h3>
<blockquote class="caller">{heard}</blockquote>
<p class="quiet">方言 <code>{_text(turn.dialect)}</code>，置信度 {turn.confidence:.2f}</p>
<h4>需求</h4><ul class="needs">{needs}</ul>
{_slots(number, turn)}
<h4>动作</h4><ul class="actions">{_actions(turn, reasons)}</ul>
<blockquote class="bot">{_text(turn.reply) or "（无）"}</blockquote>{cut}{_wordings(turn)}
{_times(turn.times)}
</article>"""


def _slots(number: int, turn: TurnRecord) -> str:
    rows = "".join(_slot(name, slot) for name, slot in turn.slots.items() if slot.value is not None)
    if not rows:
        return ""
    head = "".join(f"<th scope='col'>{name}</th>" for name in ("槽位", "值", "来源", "原话", "轮次"))
    return (
        f"<h4 id='slots-{number}'>记住的内容</h4><div class='scroll' tabindex='0' role='group' aria-labelledby='slots-{number}'>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _slot(name: str, slot: SlotValue) -> str:
    source = SOURCES.get(slot.source, slot.source)
    cells = "".join(f"<td>{_text(cell)}</td>" for cell in (slot.value, source, slot.words or "—", slot.turn or "—"))
    return f"<tr><th scope='row'><code>{_text(name)}</code></th>{cells}</tr>"


def _actions(turn: TurnRecord, reasons: tuple[ActionExecuted, ...]) -> str:
    if not reasons:
        return f"<li><code>{_text(turn.action)}</code></li>"
    return "".join(
        f"<li><code>{_text(action.name)}</code> <span class='quiet'>{_text(action.policy)}: {_text(action.reason)}</span></li>"
        for action in reasons
    )


def _wordings(turn: TurnRecord) -> str:
    """Who worded each response, and why its own words were said where they were."""
    return "".join(f'<p class="quiet">{_wording(one)}</p>' for one in turn.wordings)


def _wording(wording: AdapterReplied) -> str:
    whys = dict.fromkeys(why for why in (wording.fault, wording.dropped) if why)
    why = "、".join(WHY.get(one, f"被话术审核拦下：{one}") for one in whys)
    who = f"由模型 {wording.adapter or wording.model} 措辞" if wording.worded else "按原文说"
    times = f"首句 {wording.first_ms:.0f} 毫秒，全部 {wording.whole_ms:.0f} 毫秒"
    return f"<code>{_text(wording.response)}</code> {_text(who)}{_text(f'（{why}）') if why else ''}；{times}"


def _times(times: TurnTimes) -> str:
    stages = [(name, getattr(times, field)) for field, name in STAGES if field != "word_ms" or times.word_ms]
    whole = max(times.work_ms, 0.001)
    bars = "".join(
        f'<span class="stage s{index}" style="flex-grow:{ms / whole:.4f}"></span>' for index, (_, ms) in enumerate(stages)
    )
    texts = "".join(f'<li class="s{index}">{name} {ms:.1f}</li>' for index, (name, ms) in enumerate(stages))
    wait = "" if times.first_audio_ms is None else f"<li><strong>说完到出声 {max(0.0, times.first_audio_ms):.0f}</strong></li>"
    return f'<h4>耗时（毫秒）</h4><div class="bar" aria-hidden="true">{bars}</div><ul class="times">{texts}{wait}</ul>'


def _text(value: object) -> str:
    return html.escape(str(value))
