"""The running program: the bot's turn, the gateway, the commands."""
