"""The versions of a bot that runs: saved files taken up as one, kept, compared, brought back."""
