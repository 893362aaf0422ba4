"""Which adapters there are, and how they come and go."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dialogue.adapters.adapter import RegistryError
from dialogue.adapters.owner import claim, owner
from dialogue.adapters.registry import Registry
from dialogue.store import EventStore
from tests.dialogue.adapters.folders import adapter


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def store(url: str) -> Iterator[EventStore]:
    with closing(EventStore(url)) as opened:
        yield opened


@pytest.fixture
def registry(store: EventStore) -> Registry:
    registry = Registry(store, "north", Clock())
    for name in ("v1.2-sales", "v1.3-sales", "v1.0-after"):
        registry.add(adapter(name, content=name.encode().hex().ljust(64, "0")))
    return registry


def statuses(registry: Registry) -> dict[str, str]:
    return {one.name: one.status for one in registry.roster().adapters}


def test_what_was_entered_is_there_again_as_it_was(registry: Registry) -> None:
    told = adapter("v2.0-sales", persona="expert", tags=("brief",), metrics={"style": 0.9}, card={"a": [1, "二"]}, base_hash="ab")
    added = registry.add(told)
    assert added == registry.adapter("v2.0-sales")
    assert (added.persona, added.tags, added.metrics, added.card) == ("expert", ("brief",), {"style": 0.9}, {"a": [1, "二"]})


def test_the_same_again_changes_nothing_and_other_content_is_refused(registry: Registry) -> None:
    before = registry.roster()
    registry.add(before.adapters[0])
    assert registry.roster() == before
    with pytest.raises(RegistryError, match=r"'v1\.2-sales' is there already with other content"):
        registry.add(adapter("v1.2-sales", content="00" * 32))


def test_an_unknown_name_is_told_with_the_nearest(registry: Registry) -> None:
    with pytest.raises(RegistryError, match=r"no adapter 'v1\.3-sale'; did you mean 'v1\.3-sales'\?"):
        registry.promote("v1.3-sale")


def test_a_version_goes_from_draft_over_trial_to_live_and_back(registry: Registry) -> None:
    registry.promote("v1.2-sales")
    trial = registry.split("v1.3-sales", 10)
    assert (trial.control, trial.percent) == ("v1.2-sales", 10)
    assert statuses(registry) == {"v1.0-after": "draft", "v1.2-sales": "live", "v1.3-sales": "trial"}
    registry.promote("v1.3-sales")
    assert statuses(registry) == {"v1.0-after": "draft", "v1.2-sales": "retired", "v1.3-sales": "live"}
    assert [one.ended for one in registry.ended_trials()] == ["promoted"]
    back = registry.roll_back("v1.3-sales")
    assert back is not None
    assert back.name == "v1.2-sales"
    assert statuses(registry)["v1.3-sales"] == "retired"
    with pytest.raises(RegistryError, match="has no version before it"):
        registry.roll_back("v1.2-sales")


def test_the_share_of_a_trial_changes_and_its_draw_does_not(registry: Registry) -> None:
    registry.promote("v1.2-sales")
    first, second = registry.split("v1.3-sales", 10), registry.split("v1.3-sales", 30)
    assert (first.id, first.salt) == (second.id, second.salt)
    calls = [f"call-{number}" for number in range(3000)]
    taken = {call for call in calls if first.takes(call)}
    assert len(taken) == pytest.approx(300, abs=50)
    assert taken < {call for call in calls if second.takes(call)}


def test_a_new_trial_draws_anew(registry: Registry) -> None:
    first = registry.split("v1.2-sales", 50)
    registry.roll_back("v1.2-sales")
    second = registry.split("v1.2-sales", 50)
    calls = [f"call-{number}" for number in range(2000)]
    assert sum(first.takes(call) == second.takes(call) for call in calls) == pytest.approx(1000, abs=120)


def test_a_line_has_one_trial_at_a_time_and_others_are_not_touched(registry: Registry) -> None:
    registry.split("v1.2-sales", 10)
    registry.split("v1.0-after", 10)
    with pytest.raises(RegistryError, match=r"has 'v1\.2-sales' on trial"):
        registry.split("v1.3-sales", 10)
    with pytest.raises(RegistryError, match=r"has 'v1\.2-sales' on trial"):
        registry.promote("v1.3-sales")
    with pytest.raises(RegistryError, match="takes part in a trial"):
        registry.retire("v1.2-sales")


@pytest.mark.parametrize("percent", [0, -1, 101, float("nan")])
def test_a_share_that_is_none_is_refused(registry: Registry, percent: float) -> None:
    with pytest.raises(RegistryError, match="a share is above 0"):
        registry.split("v1.3-sales", percent)


def test_a_trial_that_did_harm_is_ended_once(registry: Registry) -> None:
    registry.promote("v1.2-sales")
    trial = registry.split("v1.3-sales", 10)
    assert registry.breach(trial, "hand_over +0.1")
    assert not registry.breach(trial, "hand_over +0.1")
    (ended,) = registry.ended_trials()
    assert (ended.ended, ended.reason) == ("breach", "hand_over +0.1")
    assert statuses(registry) == {"v1.0-after": "draft", "v1.2-sales": "live", "v1.3-sales": "draft"}


def test_what_was_replaced_stays_loaded_for_a_while(registry: Registry) -> None:
    registry.promote("v1.2-sales")
    registry.promote("v1.3-sales")
    left = registry.adapter("v1.2-sales").left_at
    assert left is not None
    roster = registry.roster()
    assert [one.name for one in roster.wanted(left + 10, 60)] == ["v1.2-sales", "v1.3-sales"]
    assert [one.name for one in roster.wanted(left + 61, 60)] == ["v1.3-sales"]


def test_processes_that_promote_at_once_leave_one_version_in_use(url: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'talks.sqlite'}" if url == "sqlite://" else url
    names = [f"v1.{number}-sales" for number in range(6)]
    with closing(EventStore(url)) as store:
        registry = Registry(store, "north")
        for name in names:
            registry.add(adapter(name))

        def promote(name: str) -> None:
            with closing(EventStore(url)) as own:
                Registry(own, "north").promote(name)

        threads = [threading.Thread(target=promote, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = list(statuses(registry).values())
    assert sorted(found) == ["live", *["retired"] * 5]


def test_tenants_in_one_database_do_not_see_each_other(store: EventStore, registry: Registry) -> None:
    others = Registry(store, "south")
    assert others.roster().adapters == ()
    others.add(adapter("v1.2-sales", content="99" * 32))
    others.promote("v1.2-sales")
    assert statuses(registry)["v1.2-sales"] == "draft"
    trial = registry.split("v1.3-sales", 10)
    for act in (others.promote, others.roll_back, others.retire, others.adapter):
        with pytest.raises(RegistryError, match=r"no adapter 'v1\.3-sales'"):
            act("v1.3-sales")
    assert not others.breach(trial, "not theirs")
    assert registry.roster().trials == (trial,)


def test_a_database_is_one_tenants(store: EventStore) -> None:
    claim(store, "")
    assert owner(store) is None
    claim(store, "north")
    claim(store, "north")
    for other in ("south", ""):
        with pytest.raises(RegistryError, match="belongs to another tenant"):
            claim(store, other)
    assert owner(store) == "north"
