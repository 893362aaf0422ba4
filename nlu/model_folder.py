"""A trained model as a folder: model.yml for people, JSON and arrays for the program; nothing in it is executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from nlu import dialects
from nlu.confidence import Calibration
from nlu.cuts import CutModel
from nlu.dialects import own_word
from nlu.entities.extractor import EntityTables
from nlu.entities.lookups import Wording
from nlu.entities.roles import plain_roles, roles_of
from nlu.intents import IntentModel
from nlu.lexicon import Lexicon
from nlu.linear import LinearModel
from nlu.pinyin import Syllables
from nlu.pipeline import Period, Pipeline, Quantity
from nlu.seams import SeamModel
from nlu.segmentation import Cutting
from nlu.views import Viewer

FORMAT = 2
_ARRAYS, _SETTINGS, _VOCABULARY, _CARD = "weights.npz", "settings.json", "vocabulary.json", "model.yml"


class ModelError(ValueError):
    """A folder does not hold a model that this version can read; the message says which folder, why, and what to do."""


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """All that understanding needs."""

    intents: IntentModel
    tables: EntityTables
    pipeline: Pipeline
    lexicon: Lexicon


def save(model: TrainedModel, card: Mapping[str, Any], folder: Path) -> None:
    """Write a model; `card` is what people read in model.yml. The card is written last: a folder without one is unfinished."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _CARD).unlink(missing_ok=True)
    classifier, cut_model = model.intents.classifier, model.intents.cut_model
    arrays: dict[str, Any] = {  # np.savez takes the names as keywords
        "scales": classifier.scales,
        **({} if classifier.seen is None else {"seen": classifier.seen}),
        "weights": classifier.weights,
        "bias": classifier.bias,
        "cut_weights": np.array(list(cut_model.weights.values()), dtype=np.float32),
        "syllables": np.array(model.lexicon.syllables.of_character, dtype=np.uint16),
    }
    np.savez(folder / _ARRAYS, **arrays)
    _write(folder / _VOCABULARY, {"features": list(classifier.vocabulary), "cut_features": list(cut_model.weights)})
    _write(folder / _SETTINGS, _settings(model))
    text = yaml.safe_dump(dict(card), allow_unicode=True, sort_keys=False, width=110)
    (folder / _CARD).write_text(text, encoding="utf-8")


def load(folder: Path) -> TrainedModel:
    """Read a model. Raises ModelError when the folder holds none, or one of another format."""
    if not (folder / _CARD).is_file():
        raise ModelError(f"{folder}: no model.yml in it, so no trained model; train one with `xiangyin train`")
    try:
        settings = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
        vocabulary = json.loads((folder / _VOCABULARY).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError) as fault:
        raise ModelError(f"{folder}: the model cannot be read ({fault}); train it again with `xiangyin train`") from None
    if settings.get("format") != FORMAT:
        raise ModelError(f"{folder}: the model has format {settings.get('format')}, this version reads {FORMAT}; train it again")
    return _model(settings, vocabulary, arrays)


def _settings(model: TrainedModel) -> dict[str, Any]:
    intents, tables = model.intents, model.tables
    return {
        "format": FORMAT,
        "labels": intents.classifier.labels,
        "with_marks": intents.classifier.with_marks,
        "threshold": intents.threshold,
        "calibration": asdict(intents.calibration),
        "cutting": asdict(intents.cutting),
        "seams": asdict(intents.seams),
        "cut_bias": intents.cut_model.bias,
        "wordings": [[wording.text, wording.entity, wording.value] for wording in tables.wordings],
        "regexes": tables.regexes,
        "roles": plain_roles(tables.roles),
        "ordinary": tables.ordinary,
        "pipeline": asdict(model.pipeline),
        "syllables": model.lexicon.syllables.names,
        "groups": model.lexicon.groups,
        "dialect_words": _own_words(model.lexicon),
    }


def _model(settings: dict[str, Any], vocabulary: dict[str, list[str]], arrays: dict[str, Any]) -> TrainedModel:
    classifier = LinearModel(
        tuple(settings["labels"]),
        {name: row for row, name in enumerate(vocabulary["features"])},
        arrays["scales"],
        arrays["weights"],
        arrays["bias"],
        settings["with_marks"],
        arrays.get("seen"),
    )
    cut_weights = dict(zip(vocabulary["cut_features"], arrays["cut_weights"].tolist(), strict=True))
    intents = IntentModel(
        classifier,
        Calibration(**settings["calibration"]),
        CutModel(cut_weights, settings["cut_bias"]),
        Cutting(**settings["cutting"]),
        settings["threshold"],
        SeamModel(tuple(settings["seams"]["weights"]), settings["seams"]["bias"]),
    )
    regexes = {name: tuple(patterns) for name, patterns in settings["regexes"].items()}
    wordings = tuple(Wording(*one) for one in settings["wordings"])
    tables = EntityTables(wordings, regexes, roles_of(settings["roles"]), settings["ordinary"])
    syllables = Syllables(tuple(settings["syllables"]), tuple(arrays["syllables"].tolist()))
    pipeline = _pipeline(settings["pipeline"])
    words = dialects.standard().extended(own_word(*row) for row in settings["dialect_words"])
    return TrainedModel(intents, tables, pipeline, Lexicon(syllables, settings["groups"], viewer_of(pipeline), words))


def _own_words(lexicon: Lexicon) -> list[list[str]]:
    own = () if lexicon.dialects is None else lexicon.dialects.own()
    return [[entry.word, entry.mandarin, entry.kind, entry.when] for entry in own]


def viewer_of(pipeline: Pipeline) -> Viewer | None:
    """The encoder that a pipeline names. Raises ModelError when there is none of that name."""
    from nlu.encoding import bundled  # it reads students by this module's errors

    return bundled(pipeline.encoder) if pipeline.encoder else None


def _pipeline(values: dict[str, Any]) -> Pipeline:
    quantities = {
        name: Quantity(
            tuple(one["units"]),
            tuple(one["cues"]),
            one["scale"],
            tuple(one.get("not_after", ())),
            {unit: tuple(words) for unit, words in one.get("loose", {}).items()},
        )
        for name, one in values["quantities"].items()
    }
    money = {name: tuple(cues) for name, cues in values["money"].items()}
    period = None if values["period"] is None else Period(**values["period"])
    return Pipeline(**{**values, "quantities": quantities, "money": money, "period": period})


def _write(path: Path, value: Any) -> None:  # JSON takes any plain value
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
