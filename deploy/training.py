"""From a training config to a trained model: reads the YAML, fills the config of the task it names, runs it."""

from __future__ import annotations

import dataclasses
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.settings import expand, first_process
from dialogue.yaml_file import Node, Place, YamlError, nearest, parse, read

if TYPE_CHECKING:
    from asr.training.settings import AsrTraining, AugmentSound

_BABBLE = 40
"""Clips of the corpora that talk in the background of others."""
_OF_STYLE = ("stage", "template", "max_target_length", "predict_with_generate", "packing")
"""Keys of trainings for writing text: a config with one of them needs no task_type, unless its data are labelled sentences."""
_LABELS = frozenset(("intent", "intents", "label", "labels"))
_HEAD = 4000
"""So many characters of a data file tell what its columns are."""
COMMAND_LINE = Path("command line")
"""Stands as the file of overrides: their paths count from the working folder, and errors name them so."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished training: the folder of the model and its figures, ready for --json."""

    folder: Path
    figures: Mapping[str, Any]  # Any: each task has figures of its own


def read_config(path: Path, overrides: Sequence[str] = ()) -> Node:
    """A config with `key=value` overrides in it and ${NAME} expanded. Raises YamlError and SettingsError."""
    root = read(path)
    values = dict(root.mapping("a training config"))
    keys = dict(root.keys)
    for override in overrides:
        key, node = _override(override)
        values[key] = node
        keys[key] = node.place
    return _expanded(Node(values, root.place, keys))


def _override(text: str) -> tuple[str, Node]:
    key, equals, value = text.partition("=")
    place = Place(COMMAND_LINE, 1)
    if not equals or not key:
        raise YamlError(place, f"an override is key=value, got '{text}'")
    return key, parse(value, COMMAND_LINE)


def _expanded(node: Node) -> Node:
    if isinstance(node.value, dict):
        return dataclasses.replace(node, value={key: _expanded(child) for key, child in node.value.items()})
    if isinstance(node.value, tuple):
        return dataclasses.replace(node, value=tuple(_expanded(child) for child in node.value))
    if isinstance(node.value, str) and "${" in node.value:
        text = expand(node.value, str(node.place))
        # A path from the environment counts from the working folder, one in a file from that file's folder.
        return dataclasses.replace(node, value=str(Path(text).absolute()) if node.value.startswith("${") else text)
    return node


def train_config(path: Path, overrides: Sequence[str], progress: Callable[[str], None]) -> Outcome:
    """Run the training that a config describes; the model's card says by which recipe it was made."""
    from deploy.recipes import fingerprint, stamp

    config = read_config(path, overrides)
    task = config.mapping("a training config").get("task_type")
    if task is None and not _asks_for_lora(config):
        raise YamlError(config.place, f"the config lacks the key 'task_type' ({', '.join(TASKS)})")
    name = _untold(config) if task is None else ALIASES.get(str(task.value), str(task.value))
    if task is not None and name not in TASKS:
        raise YamlError(task.place, f"there is no task_type '{task.value}'{nearest(name, TASKS)} ({', '.join(TASKS)})")
    outcome = _run(TASKS[name], config, progress)
    if first_process():
        stamp(outcome.folder, fingerprint(config))
    return outcome


def _untold(config: Node) -> str:
    """The task of a config without task_type: some write the keys of text generation for a classifier too."""
    writes = any(key in config.mapping("a training config") for key in _OF_STYLE)
    return "text-generation" if writes and not _has_labels(config) else "intent"


def _has_labels(config: Node) -> bool:
    """Whether the first data file is of labelled sentences; what is wrong with it is told by the training."""
    from dialogue.style.settings import StyleTraining
    from dialogue.yaml_file import fill
    from nlu.finetune.datasets import DatasetError, data_files
    from nlu.finetune.settings import base_keys

    try:
        first = data_files(fill(StyleTraining, _beside(config, base_keys()), "the training config"))[0].path
        with first.open(encoding="utf-8-sig") as file:
            head = file.read(_HEAD).partition("\n")[0]
    except (DatasetError, YamlError, OSError, UnicodeDecodeError):
        return False
    if first.suffix.lower() in (".csv", ".tsv"):
        return bool(_LABELS & set(re.split(r"\W+", head.lower())))
    return any(f'"{label}"' in head for label in _LABELS)


def _run(task: Task, config: Node, progress: Callable[[str], None]) -> Outcome:
    """The training, on clean copies of its data where the config says `scrub: true`."""
    from deploy.scrubbed_data import scrubbed, wants_scrubbing, without_key

    if not wants_scrubbing(config):
        return task(without_key(config), progress)
    with tempfile.TemporaryDirectory(prefix="xiangyin-scrubbed-") as folder:
        return task(scrubbed(without_key(config), Path(folder), progress), progress)


def train_bot(folder: Path, progress: Callable[[str], None]) -> Outcome:
    """Train the understanding of a bot, or find that it is trained as its files stand."""
    from deploy.bot_check import load_usable
    from deploy.bot_models import model_folder, parser_for

    bot = load_usable(folder)
    parser_for(bot, progress)
    where = bot.folder / bot.settings.models.nlu if bot.settings.models.nlu else model_folder(bot)
    return Outcome(where, {"examples": len(bot.training.examples)})


def _train_asr(config: Node, progress: Callable[[str], None]) -> Outcome:
    from asr.train import train
    from asr.training.settings import AsrTraining
    from dialogue.yaml_file import fill

    plain, augment = _parted(config, "augment")
    filled = fill(AsrTraining, _beside(plain, ("init_from", "base_model", "model_name_or_path")), "the training config")
    if augment is not None and not filled.augment_share:
        raise YamlError(
            augment.place, "the section 'augment' is used by 'augment_share', which is 0; say which share of the clips"
        )
    progress(f"training a recogniser into {filled.output_dir} ...")
    trained = train(filled, _augmentation(filled, augment) if filled.augment_share else None, _phones_of)
    return Outcome(trained.folder, {"steps": trained.steps, **dataclasses.asdict(trained.check)})


def _phones_of(text: str, dialect: str) -> tuple[str, ...]:
    """How a text is said, for recordings that come without phones; nothing where that is not known."""
    from synth_data.phonology.pronounce import pronounce
    from synth_data.phonology.tables import MissingReadingsError, PronunciationError

    try:
        return tuple(phone for syllable in pronounce(text, dialect) for phone in syllable.phones)
    except (MissingReadingsError, PronunciationError):
        return ()


def _parted(config: Node, key: str) -> tuple[Node, Node | None]:
    """A config without one of its sections, and that section."""
    values = dict(config.mapping("a training config"))
    section = values.pop(key, None)
    return dataclasses.replace(config, value=values), section


def _augmentation(config: AsrTraining, section: Node | None) -> AugmentSound:
    """What augments the sound of a training: the section `augment`, with other clips of the corpora as babble."""
    from asr.manifest import read_manifest
    from dialogue.yaml_file import fill
    from synth_data.augmentation import Augment, AugmentSettings, babble_from

    settings = AugmentSettings() if section is None else fill(AugmentSettings, section, "'augment'")
    clips = [clip.audio for manifest in config.manifests for clip in read_manifest(manifest) if clip.text]
    return Augment(settings, babble_from(clips, _BABBLE, config.seed))


def _train_intent(config: Node, progress: Callable[[str], None]) -> Outcome:
    from dialogue.yaml_file import fill

    if _named(config, "architecture") == "generative":
        return _train_generative(config, progress)
    if _asks_for_lora(config):
        return _train_intent_lora(config, progress)
    if _named(config, "architecture") == "student":
        return _train_student(config, progress)
    from nlu.train import IntentTraining, train_from_files

    filled = fill(IntentTraining, config, "the training config")
    metrics = train_from_files(filled, progress)
    return Outcome(filled.output_dir, dataclasses.asdict(metrics))


def _named(config: Node, key: str) -> object:
    node = config.mapping("a training config").get(key)
    return None if node is None else node.value


def _train_student(config: Node, progress: Callable[[str], None]) -> Outcome:
    from dialogue.yaml_file import fill
    from nlu.student.train import StudentTraining, train

    filled = fill(StudentTraining, config, "the training config")
    return Outcome(filled.output_dir, dataclasses.asdict(train(filled, progress)))


def _train_entities(config: Node, progress: Callable[[str], None]) -> Outcome:
    from dialogue.yaml_file import fill
    from nlu.tagger.settings import EntityTraining
    from nlu.tagger.train import train_tagger

    filled = fill(EntityTraining, config, "the training config")
    return Outcome(filled.output_dir, dataclasses.asdict(train_tagger(filled, progress)))


def _asks_for_lora(config: Node) -> bool:
    from nlu.finetune.settings import base_keys

    wanted = _named(config, "architecture")
    return wanted == "lora" or (wanted is None and any(key in config.mapping("a training config") for key in base_keys()))


def _train_intent_lora(config: Node, progress: Callable[[str], None]) -> Outcome:
    from dialogue.yaml_file import fill
    from nlu.finetune.settings import base_keys
    from nlu.lora.settings import IntentLora

    filled = fill(IntentLora, _beside(config, base_keys()), "the training config")
    from nlu.lora.train import train  # brings torch: after the config is known to be sound

    trained = train(filled, progress)
    return Outcome(trained.folder, trained.figures)


def _train_generative(config: Node, progress: Callable[[str], None]) -> Outcome:
    from deploy.generative.settings import GenerativeIntent, parted
    from dialogue.style.settings import StyleTraining
    from dialogue.yaml_file import fill
    from nlu.finetune.settings import base_keys

    sentences, adapter = parted(config)
    own = fill(GenerativeIntent, sentences, "the training config")
    style = fill(StyleTraining, _beside(adapter, base_keys()), "the training config")
    from deploy.generative.training import train  # brings torch: after the config is known to be sound

    trained = train(own, style, progress)
    return Outcome(trained.folder, trained.figures)


def _beside(config: Node, keys: Sequence[str]) -> Node:
    """A base written as ./folder or ../folder counts from the config's own folder, as paths do; a bare name is a hub's."""
    values = dict(config.mapping("the training config"))
    for key in keys:
        node = values.get(key)
        if node is not None and str(node.value).startswith(("./", "../")):
            values[key] = dataclasses.replace(node, value=str((node.place.file.parent / str(node.value)).resolve()))
    return dataclasses.replace(config, value=values)


def _train_encoder(config: Node, progress: Callable[[str], None]) -> Outcome:
    from deploy.bot_check import load_usable
    from dialogue.yaml_file import fill
    from nlu.bundle_training import EncoderTraining, Source, train_bundle

    filled = fill(EncoderTraining, config, "the training config")
    bots = [load_usable(folder) for folder in filled.bots]
    metrics = train_bundle(filled, [Source(bot.training, bot.pipeline) for bot in bots], progress)
    return Outcome(filled.output_dir, dataclasses.asdict(metrics))


def _train_style(config: Node, progress: Callable[[str], None]) -> Outcome:
    from dialogue.style.settings import StyleTraining
    from dialogue.yaml_file import fill
    from nlu.finetune.settings import base_keys

    filled = fill(StyleTraining, _beside(config, base_keys()), "the training config")
    from dialogue.style.train import train  # brings torch: after the config is known to be sound

    trained = train(filled, progress)
    return Outcome(trained.folder, trained.figures)


def _pretrain(config: Node, progress: Callable[[str], None]) -> Outcome:
    from dialogue.style.pretraining.settings import Pretraining
    from dialogue.yaml_file import fill

    filled = fill(Pretraining, config, "the training config")
    from deploy.generative.training import write_sentences
    from dialogue.style.pretraining.train import pretrain

    files = tuple(filled.output_dir / f"sentences_{at}.jsonl" for at in range(len(filled.bots)))
    for bot, file in zip(filled.bots, files, strict=True):
        progress(f"writing down what {bot.name}'s sentences mean ...")
        write_sentences(bot, file, filled.compounds, filled.seed, filled.val_size)
    made = pretrain(dataclasses.replace(filled, texts=(*filled.texts, *files), bots=()), progress)
    return Outcome(made.folder, made.figures)


Task = Callable[[Node, Callable[[str], None]], Outcome]
TASKS: Mapping[str, Task] = {
    "asr": _train_asr,
    "intent": _train_intent,
    "entities": _train_entities,
    "encoder": _train_encoder,
    "text-generation": _train_style,
    "pretraining": _pretrain,
}
ALIASES = {
    **dict.fromkeys(("SEQ_CLS", "seq_cls", "TaskType.SEQ_CLS"), "intent"),
    **dict.fromkeys(("CAUSAL_LM", "causal_lm", "TaskType.CAUSAL_LM", "text_generation", "style"), "text-generation"),
}
"""Names that users of PEFT know."""
