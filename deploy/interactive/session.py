"""The command as a dialogue of lines: a sentence is said to the bot, a line with / puts something right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.bot_check import faults_of
from deploy.bot_parts import BotParts
from deploy.interactive.drafts import Change, Draft, NewExample, NewStory, draft_of
from deploy.interactive.story import story_lines
from deploy.interactive.talk import BY_RULES, CorrectionError, Talk, marked_text, meaning_of, remarked
from deploy.interactive.texts import TEXTS, YES
from deploy.interactive.yaml_edits import EditError
from dialogue.faults import Fault
from dialogue.linting.chinese import in_chinese
from dialogue.reply import Reply
from nlu.understanding import Understanding

Ask = Callable[[str], str | None]
"""Asks for a line; None at the end of input."""
Open = Callable[[], BotParts]
"""Reads and trains the bot as its files now are."""
_HIDDEN = ("action_listen", "action_session_start", "action_extract_slots", "action_unlikely_intent", "action_send_text")
_SHOWN_GUESSES = 5


@dataclass(slots=True)
class Session:
    """`folder` is the bot's; `say` prints a line, in a colour if it likes."""

    folder: Path
    open: Open
    ask: Ask
    say: Callable[[str, str], None]
    language: str = "zh"
    talk: Talk = field(init=False)
    changes: list[Change] = field(default_factory=list)
    saved: Draft | None = None

    def run(self) -> None:
        """Until /quit or the end of input."""
        self.talk = Talk(self.open())
        self._tell("help")
        self._show_words(self.talk.begin())
        while (line := self.ask(self._text("prompt"))) is not None:
            words = line.strip()
            if words in ("/quit", "/q"):
                break
            if words:
                self._take(words)
        if self.changes and self._yes("left", count=len(self.changes)):
            self._write()

    def _take(self, line: str) -> None:
        try:
            if line.startswith("/") and not line.startswith("//"):
                command, _, rest = line[1:].partition(" ")
                self._command(command, rest.strip())
            elif self.talk.state.ended:
                self._tell("over")
            else:
                self._show(self.talk.say(line))
        except (CorrectionError, EditError) as fault:
            self.say(str(fault), "red")

    def _command(self, command: str, rest: str) -> None:
        known: dict[str, Callable[[str], None]] = {
            "i": self._intent,
            "e": self._entities,
            "a": self._actions,
            "ok": lambda _: self._keep_example(),
            "story": self._story,
            "undo": lambda _: self._undo(),
            "diff": lambda _: self._diff(),
            "save": lambda _: self._save(),
            "train": lambda _: self._train(),
            "reset": lambda _: self._show_words(self.talk.begin()),
            "state": lambda _: self._state(),
            "help": lambda _: self._tell("help"),
        }
        if command not in known:
            self._tell("unknown", command=command)
            return
        known[command](rest)

    def _intent(self, rest: str) -> None:
        """/i lists them, /i 3+5 corrects; the entities stay as they were found."""
        heard = self._heard()
        names = self._intents(heard)
        if not rest:
            self._numbered(names)
            return
        intents = tuple(self._pick(word, names) for word in rest.split("+"))
        kept = marked_text(heard, cuts=len(heard.needs) == len(intents))
        self._show(self.talk.again(meaning_of(kept, intents, heard)))
        self._keep_example()

    def _entities(self, rest: str) -> None:
        """/e lists them and the sentence as it is marked, /e WORDS=3 marks words (0: unmarks), /e SENTENCE all at once."""
        heard = self._heard()
        names = sorted(self.talk.parts.bot.domain.entities)
        if not rest:
            self._numbered(names)
            self.say(f"  {marked_text(heard)}", "dim")
            return
        if "[" not in rest and "|" not in rest and "=" in rest:
            for words, _, name in (one.partition("=") for one in rest.split()):
                heard = remarked(heard, words, "" if name == "0" else self._pick(name, names))
            rest = marked_text(heard)
        meaning = meaning_of(rest, heard.intents or (self._intents(heard)[0],), heard)
        self._show(self.talk.again(meaning))
        self._keep_example()

    def _actions(self, rest: str) -> None:
        """/a lists them, /a 4 9 has the last turn done with these."""
        names = sorted(name for name in self.talk.parts.actions if name not in _HIDDEN)
        if not rest:
            self._numbered(names)
            return
        self._heard()
        self._show(self.talk.again(actions=tuple(self._pick(word, names) for word in rest.split())))

    def _keep_example(self) -> None:
        heard = self._heard()
        if not heard.needs:
            self._tell("nothing")
            return
        example = NewExample("+".join(heard.intents), marked_text(heard), heard.text)
        others = [one for one in self.changes if not (isinstance(one, NewExample) and one.sentence == heard.text)]
        self.changes = [*others, example]
        self._tell("kept_example", intent=example.intent, text=example.marked)

    def _story(self, name: str) -> None:
        self._heard()
        if not name:
            self._tell("needs_name")
            return
        lines = story_lines(name, self.talk.events, self.talk.parts.bot.domain)
        others = [one for one in self.changes if not (isinstance(one, NewStory) and one.name == name)]
        self.changes = [*others, NewStory(name, lines)]
        self._tell("kept_story", name=name)

    def _undo(self) -> None:
        if self.saved is not None:
            self.saved.take_back()
            self.saved = None
            self._tell("undone_save")
            return
        turn = self.talk.back()
        if turn is None:
            self._tell("nothing_to_undo")
            return
        self.changes = [one for one in self.changes if not (isinstance(one, NewExample) and one.sentence == turn.text)]
        self._tell("undone_turn", text=turn.text)

    def _diff(self) -> None:
        self._show_diff()

    def _show_diff(self) -> bool:
        """Whether there is anything to be saved."""
        draft = draft_of(self.folder, self.changes)
        for line in draft.diff(self.folder):
            self.say(line, {"+": "green", "-": "red"}.get(line[:1], "dim"))
        if not draft.after:
            self._tell("nothing_to_save")
        return bool(draft.after)

    def _save(self) -> None:
        if not self._show_diff():
            return
        if self._yes("ask_save"):
            self._write()
        else:
            self._tell("not_saved")

    def _write(self) -> None:
        """Save, and tell the faults that were not there before."""
        before = {(str(fault.place.file), fault.what) for fault in faults_of(self.folder)}
        draft = draft_of(self.folder, self.changes)
        draft.write()
        self.saved, self.changes = draft, []
        self._tell("saved", files=", ".join(path.relative_to(self.folder).as_posix() for path in draft.after))
        new = [fault for fault in faults_of(self.folder) if (str(fault.place.file), fault.what) not in before]
        if new:
            self._tell("new_faults")
        for fault in new:
            self.say(f"  {fault.place}: {self._fault(fault)}", "yellow")

    def _train(self) -> None:
        self._tell("training")
        self.talk = self.talk.follow(self.open())
        self.saved = None
        self._tell("trained")

    def _state(self) -> None:
        from deploy.commands.shell import describe

        self.say(describe(self.talk.state), "dim")

    def _heard(self) -> Understanding:
        latest = self.talk.state.latest
        if latest is None or not self.talk.turns:
            raise CorrectionError(self._text("said_nothing"))
        return latest.understanding

    def _intents(self, heard: Understanding) -> list[str]:
        """The likeliest first, then all others."""
        guesses = [guess.intent for guess in heard.ranking[:_SHOWN_GUESSES]]
        return list(dict.fromkeys([*heard.intents, *guesses, *sorted(self.talk.parts.bot.domain.intents)]))

    def _pick(self, word: str, names: list[str]) -> str:
        if word.strip() in names:
            return word.strip()
        number = int(word) if word.strip().isdecimal() else 0
        if not 1 <= number <= len(names):
            raise CorrectionError(self._text("no_number", word=word.strip(), most=len(names)))
        return names[number - 1]

    def _numbered(self, names: list[str]) -> None:
        for number, name in enumerate(names, 1):
            self.say(f"  {number:>3} {name}", "dim")

    def _show(self, reply: Reply) -> None:
        """What was understood and decided, and the answer."""
        state = self.talk.state
        heard = self._heard()
        names = self._intents(heard)
        for need in heard.needs:
            words = heard.text[need.start : need.end]
            self._row("meant", f"{names.index(need.intent) + 1} {need.intent} {need.confidence:.2f}  {words}")
        if not heard.needs:
            self._row("nothing", "")
        told = [f"{names.index(one.intent) + 1} {one.intent} {one.confidence:.2f}" for one in heard.ranking[:_SHOWN_GUESSES]]
        self._row("else", "  ".join(one for one in told if one.split()[1] not in heard.intents))
        if heard.entities:
            ruled = "  ".join(f"{one.entity}={one.value}" for one in heard.entities if one.source in BY_RULES)
            self._row("entities", f"{marked_text(heard)}  {ruled}")
        for name, slot in state.slots.items():
            if slot.turn == state.turn and slot.source != "default":
                self._row("slot", f"{name} = {slot.value}  ({slot.source})")
        for action in (one for one in state.turn_actions if one.name not in _HIDDEN):
            self._row("did", f"{action.name}  ({action.policy}: {action.reason})")
        self._show_words(reply)

    def _show_words(self, reply: Reply) -> None:
        for said in reply.messages:
            self.say(f"{self._text('bot')}: {said.text}", "blue")

    def _row(self, name: str, what: str) -> None:
        self.say(f"  {self._text(name)}  {what}".rstrip(), "dim")

    def _yes(self, question: str, **values: object) -> bool:
        answer = self.ask(self._text(question, **values))
        return answer is not None and answer.strip().lower() in YES

    def _tell(self, key: str, **values: object) -> None:
        self.say(self._text(key, **values), "yellow" if key != "help" else "dim")

    def _text(self, key: str, **values: object) -> str:
        return TEXTS[self.language][key].format(**values) if values else TEXTS[self.language][key]

    def _fault(self, fault: Fault) -> str:
        return in_chinese(fault.what) if self.language == "zh" else str(fault.what)
