"""A small shop of servers and databases, and conversations with it whose utterances are taken in without a model."""

from __future__ import annotations

from dialogue.configurations import Shelf
from dialogue.events import Event, RowsOffered, SlotSet, UserUttered
from dialogue.facts import Row, Table
from dialogue.intake import Intake
from dialogue.state import DialogueState
from dialogue.state_settings import AskedAs, StateSettings
from dialogue.track import initial_state, track
from nlu.understanding import Entity, Guess, Need, Understanding
from tests.dialogue.said import domain_of, entity

NAMES = ("product", "cores", "city", "period", "feature")
DOMAIN = domain_of(
    "intents: [price_inquiry, product_inquiry, supplement_demand, requirement, purchase, deny, human]\n"
    f"entities: [{', '.join(NAMES)}]\nslots:\n"
    + "".join(f"  {name}: {{type: any, mappings: [{{type: from_entity, entity: {name}}}]}}\n" for name in NAMES)
    + "".join(f"  {name}: {{type: any, mappings: [{{type: custom}}]}}\n" for name in ("quoted", "compared", "wanted", "gone"))
    + "  features: {type: list, mappings: [{type: custom}]}\n"
)


def row(name: str, product: str, cores: int, price: int) -> Row:
    return {"id": name, "product": product, "cores": cores, "city": "bj|sh", "price": price}


ROWS = (row("s4", "server", 4, 200), row("s8", "server", 8, 400), row("s16", "server", 16, 900), row("d4", "database", 4, 300))
SETTINGS = StateSettings(
    configuration=("product", "cores", "city", "period"),
    carried=("city", "period"),
    table="prices",
    order="price",
    usual={"server": "s8", "database": "d4"},
    wishes={"features": "feature"},
    wanted="wanted",
    dropped="gone",
    refusable={"human": ("人工",)},
    asked_as={"requirement": AskedAs("features", "asked_as", "feature")},
    farewells=("再见",),
)
TABLES = {
    "prices": Table("prices", ("id", "product", "cores", "city", "price"), ROWS),
    "features": Table(
        "features", ("id", "asked_as"), ({"id": "support", "asked_as": "半夜有人管吗"}, {"id": "refund", "asked_as": "能退吗"})
    ),
}
INTAKE = Intake(DOMAIN, Shelf.of(SETTINGS, TABLES))


class Talk:
    """A conversation whose bot tells the rows that it is given; every event goes through JSON, as in a store."""

    def __init__(self) -> None:
        self.state = initial_state("c", DOMAIN)
        self.events: list[Event] = []

    def add(self, *events: Event) -> None:
        for event in events:
            self.events.append(event)
            self.state = track(self.state, event)

    def say(self, text: str, intent: str = "", **values: object) -> DialogueState:
        """`values` are entities as NAME='words=value'; several of one kind are separated by a blank."""
        entities = tuple(_entities(text, values))
        needs = tuple(Need(name, 0.9, entities, 0, len(text)) for name in intent.split("+") if name)
        heard = Understanding(text, needs, entities, 0.9, (Guess(intent or "deny", 0.9),))
        said = UserUttered(text, INTAKE.meant(self.state, heard))
        self.add(said)
        self.add(*INTAKE.first(self.state, said, whole=True))
        return self.state

    def tell(self, *rows: str) -> None:
        self.add(SlotSet("quoted", rows[0], "looked_up"), RowsOffered(rows))


def _entities(text: str, values: dict[str, object]) -> list[Entity]:
    pairs = [(name, *told.split("=")) for name, many in values.items() for told in str(many).split()]
    return [entity(name, int(value) if value.isdigit() else value, words, text) for name, words, value in pairs]


def server_of_8() -> Talk:
    talk = Talk()
    talk.say("8核的服务器多少钱", "price_inquiry", product="服务器=server", cores="8核=8")
    talk.tell("s8")
    return talk
