"""Rules and stories followed as Rasa 3.x follows them, for bots without bot.yml: the same action at every point."""

from policies.rasa.memory import Memoization, Recall
from policies.rasa.rules import RasaRules

__all__ = ["Memoization", "RasaRules", "Recall"]
