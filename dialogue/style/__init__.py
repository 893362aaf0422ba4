"""The house's own voice: samples of how a house speaks become an adapter on a language model, are measured and exported."""
