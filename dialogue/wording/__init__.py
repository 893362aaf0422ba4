"""Replies in the words of a language model, within what the bot's responses say."""
