"""Error pages: plain words, nothing echoed."""

import pytest

from tests.support.client import PortalClient, words_of


def test_a_missing_page_is_told_in_plain_words_without_its_address(client: PortalClient) -> None:
    answer = client.get("/services-of-alice")
    assert answer.status_code == 404
    assert "services-of-alice" not in answer.get_data(as_text=True)


def test_a_form_sent_without_its_token_says_that_nothing_was_sent(client: PortalClient) -> None:
    answer = client.post(
        "/sign-in", data={"email": "alice@example.test", "password": "demo-password"}
    )
    assert answer.status_code == 400
    assert "Nothing was" in words_of(answer)


def test_too_large_a_form_is_413(client: PortalClient) -> None:
    assert client.post("/sign-in", data={"email": "a" * 300_000}).status_code == 413


def test_the_wrong_method_is_405(client: PortalClient) -> None:
    assert client.get("/webhooks/stripe").status_code == 405


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_monitors_are_answered(client: PortalClient, path: str) -> None:
    assert client.get(path).status_code == 200
