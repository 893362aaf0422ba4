from __future__ import annotations

import pytest

from dialogue.outbox.settings import TargetError, WebhookSettings, target_of

ENVIRONMENT = {"CRM_SECRET": "s3cret-value", "CRM_TOKEN": "t0ken"}


def test_secrets_come_from_the_environment_and_stay_out_of_what_is_printed() -> None:
    settings = WebhookSettings("https://crm.example/x", "CRM_SECRET", {"Authorization": "Bearer ${CRM_TOKEN}"})
    target = target_of("crm", settings, ENVIRONMENT)
    assert (target.secret, target.headers) == ("s3cret-value", {"Authorization": "Bearer t0ken"})
    assert "s3cret" not in repr(target)
    assert "t0ken" not in repr(target)


def test_a_variable_that_is_not_set_is_told_by_name() -> None:
    with pytest.raises(TargetError, match="webhook 'crm': the environment variable 'CRM_SECRET' is not set"):
        target_of("crm", WebhookSettings("https://crm.example/x", "CRM_SECRET"), {})


def test_a_secret_written_into_the_file_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValueError, match="must be the name of an environment variable") as refused:
        WebhookSettings("https://crm.example/x", "whsec-91c2")
    assert "91c2" not in str(refused.value)


@pytest.mark.parametrize("url", ["crm.example", "ftp://crm.example", "https://", "http://crm.example/x", "http://[::1"])
def test_only_addresses_that_keep_data_unread_are_taken(url: str) -> None:
    with pytest.raises(ValueError, match="must begin with https://"):
        WebhookSettings(url)


@pytest.mark.parametrize("url", ["http://bot:s3cr@t@crm.example/x", "bot:s3cr@t@crm.example", "ftp://bot:s3cr/@t@crm.example"])
def test_the_password_of_a_refused_address_is_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match=r"\*\*\*@crm\.example") as refused:
        WebhookSettings(url)
    assert "s3cr" not in str(refused.value)


@pytest.mark.parametrize(
    "settings",
    [
        WebhookSettings("http://127.0.0.1:8080/x"),
        WebhookSettings("http://localhost/x"),
        WebhookSettings("http://crm.internal/x", plain_http=True),
    ],
)
def test_plain_http_is_for_this_machine_or_where_it_is_allowed(settings: WebhookSettings) -> None:
    assert target_of("crm", settings, {}).url == settings.url


def test_an_address_out_of_the_environment_is_held_to_the_same() -> None:
    with pytest.raises(TargetError, match="must begin with https://"):
        target_of("sms", WebhookSettings("${SMS_URL}"), {"SMS_URL": "http://sms.example/send?key=1"})


def test_pauses_double_up_to_the_longest() -> None:
    settings = WebhookSettings("https://crm.example/x", first_pause_s=5, longest_pause_s=60)
    assert [settings.pause_s(attempts) for attempts in (1, 2, 3, 4, 5, 500)] == [5, 10, 20, 40, 60, 60]
