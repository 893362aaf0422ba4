"""python -m deploy.llm_demo (make demo-llm): twenty turns, twelve of them or more in the words of a model behind a real vLLM.

Two voices on one base: the second takes over in mid-call. vLLM is killed in the middle, the template stands in at once, and the
model's return is picked up. Leaves a transcript, figures, and of a spoken call the recording and its report in build/demo-llm.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from deploy.cli import BAD_INPUT
from deploy.demo import Demo
from deploy.llm_demo.outcome import Outcome, Turn, transcript
from deploy.llm_demo.stage import Models, Stage, prepare
from deploy.llm_server.llama_cpp import LlamaCpp
from deploy.llm_server.vllm import ENVIRONMENT, Vllm
from deploy.media.records import TurnRecord
from deploy.terminal import print_json, progress

MODELS = Path("build") / "models"
SENTENCES = (
    "云服务器四核八G的一年多少钱",
    "还能不能优惠一点",
    "我觉得有点贵",
    "能不能先试用几天",
    "那八核十六G的一年多少钱",
    "这个有优惠吗",
    "我还是觉得贵",
    "两核四G的一个月多少钱",
    "那一年多少钱",
    "一年的话能便宜多少",
    "价格太高了",
    "能便宜点吗",
    "换成四核八G的，一年多少钱",
    "能打折吗",
    "八核十六G的一个月多少钱",
    "有什么优惠",
    "这个价还是贵了",
    "可以先试用一下吗",
    "那一年多少钱",
    "还能再便宜点吗",
)
"""Prices, discounts and objections: what a model of four million parameters carries over. Long explanations it does not."""
SWAPS = {9: "expert", 17: "standard"}
"""Before this sentence (from 0) the voice of this persona takes over."""
KILLED, BACK = 12, 14
"""Before these sentences (from 0) vLLM is killed, and is there again."""


def main() -> int:
    """0; 1 where something is not as it should be; 2: something is missing."""
    words = _arguments()
    engine = LlamaCpp() if words.engine == "llama.cpp" else Vllm(words.environment)
    models = Models(words.base, {"warm": words.warm, "crisp": words.crisp}, engine)
    words.out.mkdir(parents=True, exist_ok=True)
    try:
        folder, port = prepare(words.bot, words.out, models)
        stage = Stage(folder, port, models, progress)
        try:
            stage.open()
            turns = _typed(stage) if words.typed else _spoken(stage, words.out)
        finally:
            stage.close()
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return BAD_INPUT
    return _told(Outcome(tuple(turns), tuple(stage.seconds)), words)


def _arguments() -> argparse.Namespace:
    epilog = "example: python -m deploy.llm_demo --typed"
    parser = argparse.ArgumentParser(prog="python -m deploy.llm_demo", description=(__doc__ or "").splitlines()[0], epilog=epilog)
    parser.add_argument("--bot", type=Path, default=Path("examples") / "cloud_sales", help="the bot's folder")
    parser.add_argument("--base", type=Path, default=MODELS / "style_base", help="the base model's folder")
    parser.add_argument("--warm", type=Path, default=MODELS / "style_warm", help="the voice that begins")
    parser.add_argument("--crisp", type=Path, default=MODELS / "style_crisp", help="the voice that takes over")
    parser.add_argument("--engine", choices=("vllm", "llama.cpp"), default="vllm", help="(default: vllm)")
    parser.add_argument("--environment", type=Path, default=ENVIRONMENT, help="where vLLM is installed")
    parser.add_argument("--out", type=Path, default=Path("build") / "demo-llm", help="where transcript and report go")
    parser.add_argument("--typed", action="store_true", help="typed instead of spoken: the same turns without a recogniser")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    return parser.parse_args()


def _happens(stage: Stage, number: int, conversation: str) -> None:
    """What happens before a sentence."""
    if number in SWAPS:
        stage.swap(conversation, SWAPS[number])
    if number == KILLED:
        stage.kill()
    if number == BACK:
        stage.open_again()


def _typed(stage: Stage) -> list[Turn]:
    turns = []
    stage.bot.start("demo-llm")
    for number, sentence in enumerate(SENTENCES):
        _happens(stage, number, "demo-llm")
        progress(f"customer  {sentence}")
        reply = stage.bot.turn("demo-llm", sentence)
        turns.append(Turn(sentence, reply.text, reply.wordings, reply.times.word_ms, None, KILLED <= number < BACK))
        progress(f"bot       [{turns[-1].voice}] {reply.text}")
    return turns


def _spoken(stage: Stage, out: Path) -> list[Turn]:
    async def between(number: int) -> None:
        await asyncio.to_thread(_happens, stage, number, demo.conversation)

    demo = Demo(stage.bot, out, SENTENCES, between)
    record = asyncio.run(demo.call())
    demo.report(record, "演示通话 · 大模型措辞")
    spoken = [turn for turn in record.turns if turn.heard]
    return [_turn(number, turn) for number, turn in enumerate(spoken)]


def _turn(number: int, turn: TurnRecord) -> Turn:
    return Turn(
        turn.heard, turn.reply, turn.wordings, turn.times.word_ms, turn.times.first_audio_ms, away=KILLED <= number < BACK
    )


def _told(outcome: Outcome, words: argparse.Namespace) -> int:
    words.out.joinpath("transcript.md").write_text(transcript(outcome.turns), encoding="utf-8")
    figures = json.dumps(outcome.json(), ensure_ascii=False, indent=1)
    words.out.joinpath("figures.json").write_text(figures + "\n", encoding="utf-8")
    wrong = outcome.faults(len(SENTENCES))
    for fault in wrong:
        print(f"NOT AS IT SHOULD BE: {fault}")
    print(f"turns      {len(outcome.turns)}, {outcome.worded} of them in the model's words")
    for turn in outcome.turns:
        if turn.away:
            print(f"dead       '{turn.said}' answered by the template after {turn.waited_ms:.0f} ms ({turn.why or 'not asked'})")
    print(f"starts     {', '.join(f'{one:.0f} s' for one in outcome.starts_s)}")
    print(f"transcript {words.out / 'transcript.md'}")
    if words.json:
        print_json({**outcome.json(), "faults": wrong})
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
