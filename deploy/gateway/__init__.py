"""The channels of a running bot: REST, chat, browser voice, telephony, and what operators watch."""
