"""Personal data found and taken out: numbers of telephones, papers, cards and plates, mail, accounts, addresses, names."""

from nlu.personal_data.finding import find
from nlu.personal_data.found import KINDS, Found, Kind
from nlu.personal_data.rows import scrub_examples
from nlu.personal_data.scrub import Scrubbed, counts, scrub, scrub_conversation
from nlu.personal_data.vault import Vault

__all__ = ["KINDS", "Found", "Kind", "Scrubbed", "Vault", "counts", "find", "scrub", "scrub_conversation", "scrub_examples"]
