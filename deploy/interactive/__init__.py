"""Talking to a bot and putting it right on the way; what was learnt goes back into its YAML files."""
