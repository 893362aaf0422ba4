"""Signatures of messages: HMAC-SHA256 (RFC 2104) over the time and the body, in the form that Stripe's webhooks made common.

`X-Xiangyin-Signature: t=1790000000,v1=5257a8...` where v1 = HMAC(secret, "1790000000." + body) in hexadecimal digits.
"""

from __future__ import annotations

import hashlib
import hmac

HEADER = "X-Xiangyin-Signature"
TOLERANCE_S = 300
"""How old a signature may be: longer than clocks differ and a request travels, too short for a copy to be of use."""


def sign(secret: str, body: bytes, at: float) -> str:
    """The header's value for a body sent at this time (seconds since 1970)."""
    second = int(at)
    return f"t={second},v1={_digest(secret, body, second)}"


def verify(secret: str, header: str, body: bytes, now: float, tolerance_s: float = TOLERANCE_S) -> bool:
    """Whether the header was made with this secret, for this body, and not long ago; compared in constant time."""
    pairs = [part.partition("=")[::2] for part in header.split(",")]
    times = [value for key, value in pairs if key.strip() == "t"]
    if len(times) != 1 or not times[0].isascii() or not times[0].isdecimal():
        return False
    second = int(times[0])
    wanted = _digest(secret, body, second)
    given = [value for key, value in pairs if key.strip() == "v1"]
    same = [hmac.compare_digest(wanted.encode(), value.encode()) for value in given]
    return any(same) and abs(now - second) <= tolerance_s


def _digest(secret: str, body: bytes, second: int) -> str:
    return hmac.new(secret.encode(), f"{second}.".encode() + body, hashlib.sha256).hexdigest()
