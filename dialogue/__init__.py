"""Dialogue: domain, events, state, stores, forms, actions and responses."""

from dialogue.bot_files import Bot, load_bot
from dialogue.manager import DialogueStateManager
from dialogue.reply import Reply
from dialogue.state import DialogueState

__all__ = ["Bot", "DialogueState", "DialogueStateManager", "Reply", "load_bot"]
