"""How well answers keep to a house's voice, and to its facts."""

from dialogue.style.evaluation.house import HouseVoice
from dialogue.style.evaluation.measured import Measured, kept, measure
from dialogue.style.evaluation.prompts import Asked, read_prompts

__all__ = ["Asked", "HouseVoice", "Measured", "kept", "measure", "read_prompts"]
