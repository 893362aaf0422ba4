from __future__ import annotations

import hashlib
import hmac

import pytest

from dialogue.outbox.signature import sign, verify

BODY = '{"data":{"contact_name":"王女士"}}'.encode()
HEADER = sign("k", BODY, 1_790_000_000.7)


def test_the_signature_is_hmac_sha256_over_time_and_body() -> None:
    wanted = hmac.new(b"k", b"1790000000." + BODY, hashlib.sha256).hexdigest()
    assert f"t=1790000000,v1={wanted}" == HEADER
    assert verify("k", HEADER, BODY, 1_790_000_010.0)


@pytest.mark.parametrize(
    ("secret", "header", "body", "now"),
    [
        ("other", HEADER, BODY, 1_790_000_000.0),
        ("k", HEADER, BODY + b" ", 1_790_000_000.0),
        ("k", HEADER.replace("t=1790000000", "t=1790000001"), BODY, 1_790_000_000.0),
        ("k", HEADER, BODY, 1_790_000_400.0),
        ("k", HEADER, BODY, 1_789_999_600.0),
        ("k", "", BODY, 1_790_000_000.0),
        ("k", "t=abc,v1=00", BODY, 1_790_000_000.0),
        ("k", "v1=全", BODY, 1_790_000_000.0),
        ("k", HEADER.split(",")[0], BODY, 1_790_000_000.0),
    ],
)
def test_what_was_changed_or_is_old_is_not_taken(secret: str, header: str, body: bytes, now: float) -> None:
    assert not verify(secret, header, body, now)


def test_one_of_two_signatures_is_enough_while_a_secret_is_changed() -> None:
    both = f"{HEADER},v1={'0' * 64}"
    assert verify("k", both, BODY, 1_790_000_000.0)
