"""A small language model made from nothing: exchanges that this project writes, a tokenizer of characters, a LLaMA."""
