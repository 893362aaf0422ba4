"""Messages to other programs (an SMS gateway, a CRM): queued with the turn, sent by a worker until they are taken."""

from dialogue.outbox.courier import Courier, courier_of
from dialogue.outbox.outbox import Letter, Outbox
from dialogue.outbox.settings import WebhookSettings
from dialogue.outbox.signature import sign, verify

__all__ = ["Courier", "Letter", "Outbox", "WebhookSettings", "courier_of", "sign", "verify"]
