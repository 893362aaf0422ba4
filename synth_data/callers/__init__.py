"""Simulated customers with goals, who talk to a bot as people do and judge what they are told against the facts."""
