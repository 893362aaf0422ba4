"""The prompt that a language model answers to: persona, facts looked up, state. One form for training and for calls.

What stays the same from call to call stands first, so that a server's prefix cache holds it.
"""

from __future__ import annotations

from collections.abc import Sequence


def prompt_of(persona: str, facts: Sequence[str] = (), state: str = "") -> str:
    """The system message; `facts` as short phrases, `state` in a few words, either may be empty."""
    lines = [persona]
    if facts:
        lines.append(f"资料：{'；'.join(facts)}")
    if state:
        lines.append(f"状态：{state}")
    return "\n".join(lines)


def facts_of(prompt: str) -> tuple[str, ...]:
    """The facts of a prompt that `prompt_of` wrote; none where there are none."""
    for line in prompt.splitlines():
        if line.startswith("资料："):
            return tuple(line.removeprefix("资料：").split("；"))
    return ()
