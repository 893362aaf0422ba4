"""What all LoRA trainings share: configuration keys, loading of bases, adapters, precision and the training loop."""

from nlu.finetune.settings import FineTuning, SettingsError

__all__ = ["FineTuning", "SettingsError"]
