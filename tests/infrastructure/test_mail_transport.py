"""Handing mails to a real SMTP server, or to a folder."""

import socket
import ssl
from pathlib import Path

import pytest

from portal.infrastructure.mail_transport import (
    DeliveryError,
    FolderTransport,
    SmtpTransport,
    StartTls,
    open_transport,
)
from portal.mail.service import compose
from portal.settings import SettingsError
from tests.mail.examples import SUBJECT, unsaved_mail
from tests.support.mail_servers import MailServer
from tests.support.portals import make_settings


def test_a_mail_arrives_as_text_and_as_html(mail_server: MailServer, tmp_path: Path) -> None:
    settings = make_settings(tmp_path, smtp_url=mail_server.url, seller_name="Klinik Grün")
    open_transport(settings).send(compose(settings, unsaved_mail(settings)))
    [message] = mail_server.taken()
    assert message["Subject"] == SUBJECT
    assert message["From"] == "Klinik Grün <payments@clinic.example>"
    assert message["To"] == "alice@example.test"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize(
    ("recipient", "code"),
    [("busy421", "421"), ("busy450", "450"), ("unknown550", "550"), ("spam554", "554")],
)
def test_a_refusal_is_an_error_that_names_nobody(
    recipient: str, code: str, mail_server: MailServer, tmp_path: Path
) -> None:
    settings = make_settings(tmp_path, smtp_url=mail_server.url)
    message = compose(settings, unsaved_mail(settings, f"{recipient}@example.test"))
    with pytest.raises(DeliveryError, match=code) as caught:
        open_transport(settings).send(message)
    assert "example.test" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert mail_server.taken() == []


def test_the_portal_introduces_itself_by_the_name_in_its_own_address(
    mail_server: MailServer, tmp_path: Path
) -> None:
    settings = make_settings(
        tmp_path, smtp_url=mail_server.url, public_base_url="https://pay.clinic.example"
    )
    open_transport(settings).send(compose(settings, unsaved_mail(settings)))
    assert mail_server.taken()[0]["Received"] == "from pay.clinic.example"


def test_a_fumbled_goodbye_does_not_undo_what_was_taken(
    mail_server: MailServer, tmp_path: Path
) -> None:
    settings = make_settings(tmp_path, smtp_url=mail_server.url)
    open_transport(settings).send(compose(settings, unsaved_mail(settings, "goodbye@example.test")))
    assert len(mail_server.taken()) == 1


def test_a_server_that_is_down_is_an_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings = make_settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}")
    with pytest.raises(OSError, match="refused"):
        open_transport(settings).send(compose(settings, unsaved_mail(settings)))


def test_the_password_in_the_address_is_used(mail_server: MailServer, tmp_path: Path) -> None:
    url = f"smtp://portal:p%3Ass%2Fw%40rd@127.0.0.1:{mail_server.port}?starttls=never"
    settings = make_settings(tmp_path, smtp_url=url)
    open_transport(settings).send(compose(settings, unsaved_mail(settings)))
    assert len(mail_server.taken()) == 1


def test_a_wrong_password_is_an_error(mail_server: MailServer, tmp_path: Path) -> None:
    settings = make_settings(
        tmp_path, smtp_url=f"smtp://portal:no@127.0.0.1:{mail_server.port}?starttls=never"
    )
    with pytest.raises(DeliveryError, match="535"):
        open_transport(settings).send(compose(settings, unsaved_mail(settings)))


def test_a_password_is_not_sent_to_a_server_without_encryption(
    mail_server: MailServer, tmp_path: Path
) -> None:
    settings = make_settings(
        tmp_path, smtp_url=f"smtp://portal:secret@127.0.0.1:{mail_server.port}"
    )
    with pytest.raises(DeliveryError, match="STARTTLS"):
        open_transport(settings).send(compose(settings, unsaved_mail(settings)))


def test_mail_is_encrypted_where_the_server_offers_it(
    encrypted_server: MailServer, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings = make_settings(
        tmp_path, smtp_url=f"smtp://portal:p%3Ass%2Fw%40rd@127.0.0.1:{encrypted_server.port}"
    )
    open_transport(settings).send(compose(settings, unsaved_mail(settings)))
    assert len(encrypted_server.taken()) == 1


@pytest.mark.parametrize("query", ["", "?starttls=required", "?starttls=never"])
def test_a_server_that_nobody_vouches_for_gets_no_mail(
    query: str, encrypted_server: MailServer, tmp_path: Path
) -> None:
    settings = make_settings(tmp_path, smtp_url=encrypted_server.url + query)
    with pytest.raises((ssl.SSLCertVerificationError, DeliveryError)):
        open_transport(settings).send(compose(settings, unsaved_mail(settings)))
    assert encrypted_server.taken() == []


@pytest.mark.parametrize(
    ("url", "transport"),
    [
        ("smtp://mail.example.test", SmtpTransport("mail.example.test", 25)),
        (
            "smtp://a%40b:c@mail.example.test:587",
            SmtpTransport("mail.example.test", 587, "a@b", "c", starttls=StartTls.REQUIRED),
        ),
        ("smtps://mail.example.test", SmtpTransport("mail.example.test", 465, implicit_tls=True)),
        (
            "smtp://mail.example.test?starttls=required",
            SmtpTransport("mail.example.test", 25, starttls=StartTls.REQUIRED),
        ),
    ],
)
def test_an_address_says_how_to_connect(url: str, transport: SmtpTransport, tmp_path: Path) -> None:
    assert open_transport(make_settings(tmp_path, smtp_url=url)) == transport


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.test",
        "http://mail.example.test",
        "smtp://",
        "smtp://mail.example.test:99999",
        "smtp://mail.example.test?starttls=maybe",
    ],
)
def test_an_address_that_makes_no_sense_refuses_the_start(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SMTP_URL"):
        open_transport(make_settings(tmp_path, smtp_url=url))


@pytest.mark.parametrize(
    "sender", ["", "the clinic", "a@b.test, c@d.test", "a@b.test\nBcc: c@d.test"]
)
def test_a_sender_that_is_no_address_refuses_the_start(sender: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="MAIL_FROM"):
        open_transport(make_settings(tmp_path, mail_from=sender))


def test_without_a_server_mails_become_files_that_name_nobody(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    transport = open_transport(settings)
    assert isinstance(transport, FolderTransport)
    mail = unsaved_mail(settings)
    transport.send(compose(settings, mail))
    transport.send(compose(settings, mail))
    html, message = sorted(
        settings.mail_directory.iterdir(), key=lambda path: path.suffix, reverse=True
    )
    assert (
        message.stem
        == f"{mail.created_at:%Y%m%dT%H%M%S}-receipt-for-your-payment-of-67-50-{mail.ref}"
    )
    assert html.read_text(encoding="utf-8-sig").strip() == mail.html.strip()
    assert settings.mail_directory.stat().st_mode & 0o077 == 0
