"""The demonstration of a house's own voice: a call that vLLM words, loses in the middle, and has back."""
