"""bot.yml's `after_call` over the defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.after_call.settings import AfterCallSettings, defaults, settled
from dialogue.yaml_file import YamlError, fill, parse


def read(text: str) -> AfterCallSettings:
    return fill(AfterCallSettings, parse(text, Path("bot.yml")), "after_call")


def test_what_bot_yml_does_not_say_stays_as_it_is() -> None:
    own = read("""
documents:
  summary:
    sections:
      needs: {heading: 客户想要什么}
      told: {columns: {原话: "{text}"}}
lead:
  to: crm
  signals: {purchase: {points: 50}}
labels: {concurrency: 同时在线}
""")
    settings, known = settled(own), defaults()
    needs = settings.documents["summary"].sections["needs"]
    assert needs.heading == "客户想要什么"
    assert needs.columns == known.documents["summary"].sections["needs"].columns
    assert settings.documents["summary"].sections["told"].columns == {"原话": "{text}"}
    assert list(settings.documents["summary"].sections) == list(known.documents["summary"].sections)
    assert settings.lead.signals["purchase"].points == 50
    assert settings.lead.signals["purchase"].when.intents == ("purchase",)
    assert settings.lead.signals["trial"] == known.lead.signals["trial"]
    assert settings.labels["concurrency"] == "同时在线"
    assert settings.labels["phone"] == known.labels["phone"]
    assert settled(None) == known


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("documents: {../x: {title: a}}", "a document's name becomes a file's"),
        ("documents: {summary: {sections: {a: {block: need}}}}", "did you mean 'needs'?"),
        ("lead: {signals: {a: {when: {happened: [leed]}}}}", "did you mean 'lead'?"),
        ("keep_days: -1", "'keep_days' must be 0 (for ever) or more"),
        ("idle_minutes: -1", "'idle_minutes' must be 0 or more"),
        ("wording: {deadline_s: 0}", "'deadline_s' must be above 0 seconds"),
        ("document: {}", "did you mean 'documents'?"),
    ],
)
def test_a_fault_says_where_and_what_is_meant(text: str, told: str) -> None:
    with pytest.raises(YamlError, match=r"bot\.yml:1") as refused:
        read(text)
    assert told in str(refused.value)
