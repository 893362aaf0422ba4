"""A turn in lines for the terminal."""

from __future__ import annotations

from deploy.media.records import TurnRecord, TurnTimes
from dialogue.events import AdapterReplied


def describe(turn: TurnRecord) -> str:
    """What was heard, understood, remembered, done and said, and what it took; ends with an empty line."""
    slots = [
        f"{name}={slot.value} ({slot.source}: {slot.words or '-'}, turn {slot.turn})"
        for name, slot in turn.slots.items()
        if slot.value is not None
    ]
    lines = [
        ("heard", turn.heard or "(nothing)"),
        ("dialect", f"{turn.dialect} ({turn.confidence:.2f})"),
        ("needs", ", ".join(turn.needs) or "-"),
        ("slots", "\n          ".join(slots) or "-"),
        ("action", turn.action),
        ("reply", turn.reply.replace("\n", "\n          ")),
        *(("wording", worded(wording)) for wording in turn.wordings),
        ("ms", stages(turn.times)),
    ]
    return "\n".join(f"{name:<10}{text}" for name, text in lines) + "\n"


def stages(times: TurnTimes) -> str:
    """The milliseconds of each stage."""
    words = f"word {times.word_ms:.0f}, " if times.word_ms else ""
    work = (
        f"recognise {times.recognise_ms:.0f}, understand {times.understand_ms:.1f}, decide {times.decide_ms:.1f}, "
        f"{words}store {times.store_ms:.1f}, speak {times.speak_ms:.0f}"
    )
    return work if times.first_audio_ms is None else f"{work}; first audio {max(0.0, times.first_audio_ms):.0f}"


def worded(wording: AdapterReplied) -> str:
    """Who worded a response, how long it took, and why the response's own words were said where they were."""
    who = wording.adapter or wording.model
    why = ", ".join(dict.fromkeys(one for one in (wording.fault, wording.dropped) if one))
    what = f"by {who}" if wording.worded else "as written"
    times = f"first sentence {wording.first_ms:.0f}, all {wording.whole_ms:.0f} ms"
    return f"{wording.response} {what}{f' ({why})' if why else ''}; {times}"
