"""The source of a corpus' sentences, put together from what its configuration names."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from synth_data.texts.bot_grammar import fitted, grammar_of_bot
from synth_data.texts.draw import Source
from synth_data.texts.grammar import Grammar, combined, load_grammar, with_paraphrases
from synth_data.texts.llm import read_paraphrases
from synth_data.texts.settings import TextSettings


def source_of(grammar: str, texts: TextSettings, reserved: frozenset[str], paraphrases: Path | None = None) -> Source:
    """Hand-written templates, those of the bots, and the paraphrases that a language model has made of them (a file of
    texts.llm). Raises GrammarError and, for a bot that cannot be read, BotFaults."""
    whole = _grammar(grammar, texts.bots, reserved)
    if paraphrases is not None:
        whole = with_paraphrases(whole, read_paraphrases(paraphrases))
    return Source(whole, texts.paraphrase, texts.dialect_words, texts.general_words)


@cache
def _grammar(name: str, bots: tuple[Path, ...], reserved: frozenset[str]) -> Grammar:
    whole = load_grammar(name, reserved)
    for bot in bots:
        whole = combined([whole, fitted(grammar_of_bot(bot), whole)])
    return whole
