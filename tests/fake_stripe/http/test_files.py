"""Files for evidence: uploaded as the SDK does, listed, downloaded, refused by kind and size."""

import io
import json
from typing import Any

import pytest
import stripe

from fake_stripe.core import OfflineStripe, Request
from fake_stripe.http.multipart import UPLOADS
from fake_stripe.in_process import InProcessClient
from fake_stripe.rules.files import LARGEST

KEY = {"authorization": "Bearer sk_test_clinic"}
PDF, PNG, JPEG = b"%PDF-1.7\r\n%\xe2\xe3\r\n", b"\x89PNG\r\n\x1a\n\x00\r\n--", b"\xff\xd8\xff\xe0\r"


class Named(io.BytesIO):
    """A file with a name, as `open` gives it."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


def upload(
    client: stripe.StripeClient, content: bytes = PDF, name: str = "policy.pdf"
) -> stripe.File:
    """Upload evidence through the SDK."""
    file = Named(content, name)
    return client.v1.files.create({"purpose": "dispute_evidence", "file": file})


def _contents(offline: OfflineStripe, file: stripe.File, key: str = "sk_test_clinic") -> Any:
    headers = {"authorization": f"Bearer {key}"}
    return offline.handle(Request("GET", f"/v1/files/{file.id}/contents", headers=headers))


@pytest.mark.parametrize(
    ("content", "kind", "media_type"),
    [
        (PDF, "pdf", "application/pdf"),
        (PNG, "png", "image/png"),
        (JPEG, "jpg", "image/jpeg"),
        (PDF + b"--" * 2000 + b"\r\n--\r\n\r\n", "pdf", "application/pdf"),
        (PDF + bytes(LARGEST - len(PDF)), "pdf", "application/pdf"),
    ],
)
def test_a_file_comes_back_byte_by_byte(
    content: bytes,
    kind: str,
    media_type: str,
    client: stripe.StripeClient,
    offline: OfflineStripe,
) -> None:
    file = upload(client, content, 'the clinic\'s "terms" – 2026.pdf')

    answer = _contents(offline, file)

    assert (file.type, file.size, file.purpose) == (kind, len(content), "dispute_evidence")
    assert file.filename == 'the clinic\'s "terms" – 2026.pdf'
    assert str(file.url).endswith(f"/v1/files/{file.id}/contents")
    assert (answer.status, answer.headers["content-type"], answer.body) == (
        200,
        media_type,
        content,
    )
    assert client.v1.files.retrieve(file.id).to_dict() == file.to_dict()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"<html>", "a PDF, a JPEG or a PNG"),
        (b"MZ%PDF-", "a PDF, a JPEG or a PNG"),
        (PDF + bytes(LARGEST), "larger than 5000000 bytes"),
    ],
)
def test_a_file_of_a_wrong_kind_or_size_is_refused(
    content: bytes, message: str, client: stripe.StripeClient
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=message) as caught:
        upload(client, content)

    assert caught.value.param == "file"
    assert client.v1.files.list().data == []


def test_files_are_listed_by_purpose(client: stripe.StripeClient) -> None:
    made = [upload(client).id for _ in range(2)]

    listed = client.v1.files.list({"purpose": "dispute_evidence"}).data

    assert [file.id for file in listed] == made[::-1]
    assert client.v1.files.list({"purpose": "business_logo"}).data == []


def test_bob_has_none_of_the_clinics_files(
    client: stripe.StripeClient, outsider: stripe.StripeClient, offline: OfflineStripe
) -> None:
    file = upload(client)

    assert outsider.v1.files.list().data == []
    assert _contents(offline, file, "sk_test_bob").status == 404
    assert _contents(offline, file, "pk_test_clinic").status == 403
    with pytest.raises(stripe.InvalidRequestError):
        outsider.v1.files.retrieve(file.id)


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"purpose": "identity_document"}, "purpose"),
        ({"purpose": "whim"}, "purpose"),
        ({"file_link_data": {"create": True}}, "file_link_data"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_not_here_is_refused_by_name(
    params: dict[str, Any], param: str, client: stripe.StripeClient
) -> None:
    whole: Any = {"purpose": "dispute_evidence", "file": Named(PDF, "a.pdf"), **params}

    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.files.create(whole)

    assert caught.value.param == param


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=", b"--\r\n--"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("multipart/form-data; boundary=x", b"preamble\r\n--x\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nno headers end\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nno name\r\n--x--"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1',
        ),
        ("multipart/form-data; boundary=\xe9\r\n", b"--x\r\n\r\n\xff\r\n--x--"),
        ("application/json", b'{"purpose": "dispute_evidence"}'),
        ("application/x-www-form-urlencoded", b"purpose=dispute_evidence"),
        ("application/x-www-form-urlencoded", b"purpose=dispute_evidence&file=%25PDF-"),
        ("", b"purpose=dispute_evidence&file=%25PDF-"),
    ],
)
def test_what_is_no_upload_is_a_clear_refusal(
    content_type: str, body: bytes, offline: OfflineStripe
) -> None:
    headers = KEY | {"content-type": content_type}

    response = offline.handle(Request("POST", UPLOADS, headers=headers, body=body))

    assert (response.status, json.loads(response.body)["error"]["type"]) == (
        400,
        "invalid_request_error",
    )


def test_the_same_key_uploads_once_and_never_another_file(client: stripe.StripeClient) -> None:
    def send(content: bytes) -> stripe.File:
        return client.v1.files.create(
            {"purpose": "dispute_evidence", "file": Named(content, "a.pdf")},
            {"idempotency_key": "once"},
        )

    assert send(PDF).id == send(PDF).id
    assert len(client.v1.files.list().data) == 1
    with pytest.raises(stripe.IdempotencyError):
        send(PDF + b"more")


def test_files_outlive_a_restart(tmp_path: Any) -> None:
    state = str(tmp_path / "state")
    before = OfflineStripe(state=state)
    file = upload(stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(before)))
    before.close()

    after = OfflineStripe(state=state)
    answer = _contents(after, file)
    after.close()

    assert answer.body == PDF


def test_no_content_of_a_file_is_kept_with_the_requests(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    upload(client)

    (entry,) = offline.accounts.of("clinic").received
    assert (entry.path, entry.params) == (UPLOADS, {})
