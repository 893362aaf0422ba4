"""Intents by a LoRA adapter on any transformers base: training, understanding, export."""

from nlu.lora.settings import IntentLora

__all__ = ["IntentLora"]
