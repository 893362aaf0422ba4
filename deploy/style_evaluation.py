"""xiangyin evaluate style: answers of a base and its adapters side by side, held against the rules of the house."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.evaluation import EvaluationError, Request
from dialogue.style.evaluation import Asked, HouseVoice, Measured, measure, read_prompts
from dialogue.style.evaluation.house import read_house
from dialogue.style.evaluation.measured import Tools
from dialogue.style.evaluation.sheets import write_sheet

_LONGEST = 96
"""Tokens of an answer at most: what a caller listens to in one go."""


@dataclass(frozen=True, slots=True)
class StyleReport:
    """What `xiangyin evaluate style` prints; `measured` by the name of the model, the one asked for first."""

    measured: Mapping[str, Measured]
    asked: Sequence[Asked]
    answers: Mapping[str, Sequence[str]]
    passed: bool = True

    @property
    def figures(self) -> Mapping[str, object]:
        """For --json: those of the model, and of the others under `compare`."""
        names = list(self.measured)
        others = {name: dict(self.measured[name].figures) for name in names[1:]}
        return {**self.measured[names[0]].figures, **({"compare": others} if others else {})}

    def lines(self, errors: int = 0) -> Sequence[str]:
        """A table with a column a model, then so many of the answers that went wrong."""
        names = list(self.measured)
        keys = list(dict.fromkeys(key for one in self.measured.values() for key in one.figures))
        lines = [f"{'':16}" + "".join(f"{name:>16}" for name in names)]
        for key in keys:
            values = [self.measured[name].figures.get(key) for name in names]
            lines.append(f"{key:16}" + "".join(f"{'-' if value is None else format(value, '.4g'):>16}" for value in values))
        for at, fault in self.measured[names[0]].faults[:errors]:
            lines.append(f"  {fault}: {self.asked[at].question} -> {self.answers[names[0]][at]}")
        return lines


def evaluate_style(request: Request) -> StyleReport:
    """Measure. Raises EvaluationError, SampleError, BaseModelError and YamlError."""
    if request.data is None or request.model is None:
        raise EvaluationError("name prompts with --data FILE and a model, an adapter or a file of answers with --model")
    house = HouseVoice() if request.house is None else read_house(request.house)
    asked = read_prompts(request.data)
    tools = _tools(house, any(one.group for one in asked))
    sources = [request.model, *([request.compare] if request.compare else [])]
    answers: dict[str, Sequence[str]] = {}
    figures: dict[str, Measured] = {}
    for source in sources:
        name = source.stem if source.is_file() else source.name
        answers[name], perplexity = _answers(source, asked)
        found = measure(asked, answers[name], house, tools)
        more = {} if perplexity is None else {"perplexity": perplexity}
        figures[name] = Measured({**found.figures, **more}, found.faults)
    report = StyleReport(figures, asked, answers)
    if request.out is not None:
        _write(request.out, report)
    return report


def _tools(house: HouseVoice, grouped: bool) -> Tools:
    from dialogue.style.alarm import Copies
    from dialogue.style.evaluation.embedding import embedder
    from dialogue.style.evaluation.telling import Teller
    from dialogue.style.samples import read_samples

    def answers_of(path: Path) -> list[str]:
        return [sample.answer for sample in read_samples(path) if sample.answer]

    return Tools(
        copies=Copies(text for path in house.samples for text in answers_of(path)) if house.samples else None,
        teller=Teller.of({name: answers_of(path) for name, path in house.voices.items()}) if len(house.voices) > 1 else None,
        embed=embedder() if grouped else None,
        promises=_promises(house.bot) if house.bot is not None else None,
    )


def _promises(bot: Path) -> Callable[[str], bool]:
    """What the guard of a bot takes for a promise that may not be made."""
    from dialogue.facts import load_facts
    from dialogue.guard import Guard, GuardContext

    guard = Guard(load_facts(bot / "facts"))
    return lambda text: guard.check(text, GuardContext()).kind == "promise"


def _answers(source: Path, asked: Sequence[Asked]) -> tuple[Sequence[str], float | None]:
    """Those of a model's folder with the perplexity of the house's own answers, or those that a file holds."""
    if source.is_file():
        return _written(source, asked), None
    from dialogue.style.export import load
    from dialogue.style.generating import answers

    loaded = load(source)
    said = answers(loaded.model, loaded.tokenizer, [one.turns for one in asked], loaded.end, _LONGEST)
    return said, _perplexity(loaded, asked)


def _written(path: Path, asked: Sequence[Asked]) -> Sequence[str]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if len(lines) != len(asked):
        raise EvaluationError(f"{path}: holds {len(lines)} answers for {len(asked)} prompts")
    return [str(json.loads(line).get("answer", "")) if line.lstrip().startswith("{") else line for line in lines]


def _perplexity(loaded: Any, asked: Sequence[Asked]) -> float | None:
    """Of the house's own answers, by token; None where the prompts come without."""
    import torch

    from dialogue.style.packing import batch
    from dialogue.style.samples import Sample, Turn
    from dialogue.style.templates import encode
    from dialogue.style.watching import loss_of

    losses = []
    with torch.no_grad():
        for one in asked:
            if one.answer:
                encoded = encode(loaded.tokenizer, Sample((*one.turns, Turn("assistant", one.answer))), loaded.end)
                losses.append(float(loss_of(loaded.model, batch([(encoded,)], 0))))
    return math.exp(sum(losses) / len(losses)) if losses else None


def _write(folder: Path, report: StyleReport) -> None:
    """answers.jsonl with all models side by side, figures.json, and a blind sheet where there are two."""
    folder.mkdir(parents=True, exist_ok=True)
    names = list(report.answers)
    rows = [{"prompt": one.question, **{name: report.answers[name][at] for name in names}} for at, one in enumerate(report.asked)]
    (folder / "answers.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    (folder / "figures.json").write_text(json.dumps(dict(report.figures), ensure_ascii=False, indent=1), encoding="utf-8")
    if len(names) == 2:
        write_sheet(folder, report.asked, (report.answers[names[0]], report.answers[names[1]]))
