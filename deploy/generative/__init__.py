"""Generative understanding between a language model's server and nlu.generative: training, asking, a bot's choice of it."""
