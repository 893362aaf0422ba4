from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.bot_config import ConfigRead, read_config
from dialogue.yaml_file import parse
from nlu.pipeline import Period, Pipeline, Quantity


def config_of(text: str) -> ConfigRead:
    return read_config(parse(text, Path("config.yml")))


def test_the_options_of_understanding_are_read_and_rasas_components_passed_over() -> None:
    found = config_of(
        """\
recipe: default.v1
language: zh
pipeline:
- name: WhitespaceTokenizer
- name: DIETClassifier
  epochs: 100
- name: XiangyinNLU
  max_needs: 3
  quantities:
    storage_gb: {units: [G硬盘, T], cues: [硬盘], scale: {T: 1024}}
  period: {unit: billing_period, count: period_count}
policies:
- RulePolicy
- name: MemoizationPolicy
  max_history: 5
"""
    )

    assert found.faults == ()
    assert found.pipeline == Pipeline(
        max_needs=3,
        quantities={"storage_gb": Quantity(("G硬盘", "T"), ("硬盘",), {"T": 1024.0})},
        period=Period("billing_period", "period_count"),
    )
    assert found.policies == {"RulePolicy": {}, "MemoizationPolicy": {"max_history": 5}}


def test_empty_lists_mean_the_defaults() -> None:
    assert config_of("language: zh\npipeline:\npolicies: []\n") == ConfigRead()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("pipline: []", "1: unknown key 'pipline' in config.yml; did you mean 'pipeline'?"),
        ("pipeline:\n- epochs: 1", "2: an item of pipeline lacks the key 'name'"),
        (
            "pipeline:\n- name: XiangyinNLU\n  maxneeds: 3",
            "3: unknown key 'maxneeds' in pipeline item 'XiangyinNLU'; did you mean 'max_needs'?",
        ),
        ("- a", "1: config.yml must be a mapping (key: value), got a list"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, fault: str) -> None:
    assert [str(one) for one in config_of(text).faults] == [f"config.yml:{fault}"]
