"""What a request may carry."""

from io import BytesIO

from tests.support.client import PortalClient, form_on, words_of


def test_a_file_in_place_of_a_field_is_an_empty_field(client: PortalClient) -> None:
    form = form_on(client.get("/sign-in"))
    data = form.filled({}) | {
        name: (BytesIO(b"alice@example.test"), "email.txt") for name in ("email", "password")
    }
    answer = client.post("/sign-in", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Enter your email address" in words_of(answer)
