"""Chat templates by name, and samples as tokens through a template: which tokens are prompt and which are the answer.

A template is Jinja, as tokenizers carry it; it is stored with an adapter, so that serving speaks as training did. Each piece of
a conversation is tokenized by itself at the border of an answer, as at run time, when the answer is not there yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogue.style.samples import Sample, Turn

_CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
_LLAMA3 = (
    "{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + "
    "message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"
)
_LLAMA2 = (
    "{% if messages[0]['role'] == 'system' %}{% set system = '<<SYS>>\\n' + messages[0]['content'] + '\\n<</SYS>>\\n\\n' %}"
    "{% set rest = messages[1:] %}{% else %}{% set system = '' %}{% set rest = messages %}{% endif %}"
    "{% for message in rest %}{% if message['role'] == 'user' %}"
    "{{ bos_token + '[INST] ' + (system if loop.index0 == 0 else '') + message['content'] + ' [/INST]' }}"
    "{% else %}{{ ' ' + message['content'] + ' ' + eos_token }}{% endif %}{% endfor %}"
)


@dataclass(frozen=True, slots=True)
class Template:
    """`jinja` as transformers takes it; `end` closes an answer ('' for the tokenizer's own end of text)."""

    jinja: str
    end: str = ""


TEMPLATES: Mapping[str, Template] = {
    "llama2": Template(_LLAMA2),
    "llama3": Template(_LLAMA3, "<|eot_id|>"),
    "qwen": Template(_CHATML, "<|im_end|>"),
}
"""As the makers of these models publish them (Llama 2: [INST] with <<SYS>>; Llama 3: headers; Qwen: ChatML)."""
ALIASES = {
    **dict.fromkeys(("llama-2", "llama2_zh", "llama2-chat"), "llama2"),
    **dict.fromkeys(("llama-3", "llama3.1", "llama3-instruct"), "llama3"),
    **dict.fromkeys(("chatml", "qwen2", "qwen2.5", "qwen-7b-chat", "qwen3_nothink"), "qwen"),
}


class TemplateError(ValueError):
    """No template, or none of that name, or one that the tokenizer has no tokens for; the message says which there are."""


def apply_template(tokenizer: Any, name: str | None) -> str:
    """Give a tokenizer its chat template: the named one, or its own where none is named. Returns what ends an answer.

    Raises TemplateError.
    """
    if name in (None, "", "default", "auto", "own"):
        if not tokenizer.chat_template:
            raise TemplateError(
                f"the base's tokenizer has no chat template of its own; name one: template: {' | '.join(TEMPLATES)}"
            )
        return _end_of(tokenizer)
    known = ALIASES.get(str(name).lower(), str(name).lower())
    if known not in TEMPLATES:
        raise TemplateError(
            f"there is no template '{name}'; there are {', '.join(TEMPLATES)}, or leave it out for the base's own"
        )
    template = TEMPLATES[known]
    if template.end and tokenizer.convert_tokens_to_ids(template.end) in (None, tokenizer.unk_token_id):
        tokenizer.chat_template = template.jinja
        return _eos(tokenizer)  # the marks are then spelt out; what ends an answer is a token that the base knows
    tokenizer.chat_template = template.jinja
    return template.end or _eos(tokenizer)


def _end_of(tokenizer: Any) -> str:
    """What the tokenizer's own template writes behind an answer."""
    ends = [template.end for template in TEMPLATES.values() if template.end and template.end in str(tokenizer.chat_template)]
    return ends[0] if ends else _eos(tokenizer)


def _eos(tokenizer: Any) -> str:
    if not tokenizer.eos_token:
        raise TemplateError("the base's tokenizer has no token that ends a text (eos_token), so answers would never end")
    return str(tokenizer.eos_token)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A sample as tokens; `learnt` says of each whether the loss counts it."""

    ids: tuple[int, ...]
    learnt: tuple[bool, ...]
    origin: str = ""


def encode(tokenizer: Any, sample: Sample, end: str, on_prompt: bool = False) -> Encoded:
    """All answers of a conversation are learnt, with the mark that ends them; with `on_prompt` all tokens are."""
    ids: list[int] = []
    learnt: list[bool] = []
    written = ""
    for at, turn in enumerate(sample.turns):
        if turn.role != "assistant":
            continue
        before = prompt_text(tokenizer, sample.turns[:at])
        prompt = _ids(tokenizer, before.removeprefix(written), begins=not written)
        answer = _ids(tokenizer, turn.text + end)
        ids += [*prompt, *answer]
        learnt += [*([on_prompt] * len(prompt)), *([True] * len(answer))]
        written = before + turn.text + end
    return Encoded(tuple(ids), tuple(learnt), sample.origin)


def prompt_text(tokenizer: Any, turns: Sequence[Turn]) -> str:
    """What a model reads before it answers; a lone answer is begun from nothing but the first token."""
    if not turns:
        return str(tokenizer.bos_token or "")
    messages = [{"role": turn.role, "content": turn.text} for turn in turns]
    return str(tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True))


def prompt_ids(tokenizer: Any, turns: Sequence[Turn]) -> list[int]:
    """The same as tokens."""
    return _ids(tokenizer, prompt_text(tokenizer, turns), begins=True)


def _ids(tokenizer: Any, text: str, begins: bool = False) -> list[int]:
    """Tokens of a piece; only one that begins a text gets what the tokenizer puts first, and only once."""
    ids: list[int] = list(tokenizer(text, add_special_tokens=False)["input_ids"])
    first = tokenizer.bos_token_id
    adds = begins and first is not None and getattr(tokenizer, "add_bos_token", False)
    return [first, *ids] if adds and ids[:1] != [first] else ids
