"""Adapters of a language model: which there are, which words whose conversations, and whether a new version does harm."""
