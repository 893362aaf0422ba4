"""How well two voices on one base are told apart, keep their facts, and copy nothing: 50 prompts that none was trained on.

    python -m benchmarks.style [--base DIR] [--warm DIR] [--crisp DIR]
    python -m benchmarks.style --url http://localhost:8000/v1     the same answered by a server that has the three by name

`told`: answers whose voice is recognised, by a classifier of the samples of both voices and of what the base says to the
same prompts of training. `carried`: answers that hold the fact that they were given unaltered. `copied`: answers that are
one of training's. The models are made by `make models-style`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from asr.torchaudio_on_cpu import tolerate_cuda_build
from dialogue.llm.client import ChatClient, ChatRequest, Said
from dialogue.llm.settings import LlmSettings
from dialogue.style.alarm import Copies
from dialogue.style.evaluation import Asked, HouseVoice, measure, read_prompts
from dialogue.style.evaluation.measured import Tools
from dialogue.style.evaluation.telling import Teller
from dialogue.style.samples import Sample, Turn, read_samples

DATA = Path("examples/style/data")
MODELS = Path("build/models")
TOKENS = 64
WANTED = {"told": 0.95, "carried": 0.8, "copied": 0.1}


def main() -> int:
    """Print a table; 1 where a figure is not reached."""
    tolerate_cuda_build()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.style", description=__doc__.splitlines()[0] if __doc__ else "")
    for name in ("base", "warm", "crisp"):
        parser.add_argument(f"--{name}", default=str(MODELS / f"style_{name}"), help="the model's folder, or its name at --url")
    parser.add_argument("--url", help="a server of OpenAI's form, such as vLLM with both adapters loaded")
    arguments = parser.parse_args()
    asked = read_prompts(DATA / "unseen.jsonl")
    samples = {name: read_samples(DATA / f"{name}.jsonl") for name in ("warm", "crisp")}
    names = ("base", "warm", "crisp")
    known = [one.turns[:-1] for one in samples["warm"]]
    prompts = [*(one.turns for one in asked), *known]
    said = {
        name: _answers(getattr(arguments, name), prompts if name == "base" else prompts[: len(asked)], arguments.url)
        for name in names
    }
    voices = {name: [one.answer for one in samples[name]] for name in samples} | {"base": said["base"][len(asked) :]}
    return _table(asked, {name: said[name][: len(asked)] for name in names}, Teller.of(voices), samples)


def _table(
    asked: Sequence[Asked], said: Mapping[str, Sequence[str]], teller: Teller, samples: Mapping[str, Sequence[Sample]]
) -> int:
    missed = []
    print(f"{'':8}{'told':>8}{'carried':>9}{'copied':>8}{'characters':>12}")
    for name, answers in said.items():
        copies = Copies(one.answer for one in samples.get(name, ()))
        figures = measure(asked, answers, HouseVoice(voice=name), Tools(copies=copies, teller=teller)).figures
        print(f"{name:8}{figures['told']:>8.1%}{figures['carried']:>9.1%}{figures['copied']:>8.1%}{figures['characters']:>12.1f}")
        missed += [f"{name}: told" for _ in range(figures["told"] < WANTED["told"])]
        if name != "base":
            missed += [f"{name}: carried" for _ in range(figures["carried"] < WANTED["carried"])]
            missed += [f"{name}: copied" for _ in range(figures["copied"] > WANTED["copied"])]
    for one in range(3):
        print("\n".join([asked[one * 16].question, *(f"  {name}: {answers[one * 16]}" for name, answers in said.items())]))
    print(f"not reached: {', '.join(missed)}" if missed else "all reached")
    return 1 if missed else 0


def _answers(model: str, prompts: Sequence[Sequence[Turn]], url: str | None) -> list[str]:
    if url is None:
        from dialogue.style.export import load
        from dialogue.style.generating import answers

        loaded = load(Path(model))
        return answers(loaded.model, loaded.tokenizer, prompts, loaded.end, TOKENS)
    client = ChatClient(LlmSettings(url=url, model=Path(model).name, deadline_s=60.0))
    return [
        client.complete(ChatRequest(tuple(Said(turn.role, turn.text) for turn in turns), max_tokens=TOKENS)) for turns in prompts
    ]


if __name__ == "__main__":
    raise SystemExit(main())
