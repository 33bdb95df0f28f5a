"""A whole running installation, reached as its people, its Stripe and its operator reach it."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import stripe

from portal import migrations
from portal.application import create_portal
from portal.catalogue.seed import seed_catalogue
from portal.context import Portal
from portal.settings import Settings
from tests.fake_stripe.traffic import parameters_complaints
from tests.journeys import cards
from tests.support.servers import Servers

PATIENCE_SECONDS = 30


class StripeAccount:
    """The installation's account at the offline Stripe: its API as anybody may ask it, and the
    control surface.
    """

    def __init__(self, servers: Servers) -> None:
        self.url = servers.stripe_url
        secret_key = servers.environment["STRIPE_SECRET_KEY"]
        self._api = stripe.StripeClient(secret_key, base_addresses={"api": self.url}).v1
        self._seen = self._charge_ids()

    def forget_charges(self) -> None:
        """Count charges from here on."""
        self._seen = self._charge_ids()

    def charges(self, status: str = "succeeded") -> list[stripe.Charge]:
        """The charges made since `forget_charges`, in one status."""
        listed = self._api.charges.list({"limit": 100}).auto_paging_iter()
        return [
            charge for charge in listed if charge.id not in self._seen and charge.status == status
        ]

    def control(self, method: str, path: str, **values: object) -> dict[str, Any]:
        """A call to the control surface, such as `control("POST", "faults", kind="500")`."""
        body = json.dumps(values).encode() if method == "POST" else None
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.url}/_control/{path}", body, headers, method=method)  # noqa: S310
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
        return found

    def drop_webhooks(self) -> None:
        """No event reaches the portal until `calm`."""
        self.control("POST", "deliveries/rules", action="drop")

    def fail(self, match: str, kind: str = "500", count: int = 100) -> None:
        """Requests that fit, such as "POST /v1/payment_intents", go wrong until `calm`."""
        self.control("POST", "faults", kind=kind, match=match, count=count)

    def hold_processing(self) -> None:
        """The next confirmed payment stays `processing` until `release_processing`."""
        self.control("POST", "processing/hold", count=1)

    def release_processing(self, outcome: str = "succeed") -> None:
        (charge,) = self.charges("pending")
        self.control(
            "POST", "processing/release", payment_intent=str(charge.payment_intent), outcome=outcome
        )

    def complaints(self) -> list[str]:
        """What Stripe's own description has against the latest thousand calls with the secret
        key.
        """
        with urlopen(f"{self.url}/_control/requests?path=/v1/", timeout=10) as answer:  # noqa: S310
            calls: list[dict[str, Any]] = json.load(answer)
        return [
            f"{call['method']} {call['path']}: {found}"
            for call in calls
            if call["status"] == 200 and "key" not in call["params"]
            for found in parameters_complaints(call["method"], call["path"], call["params"])
        ]

    def calm(self) -> None:
        """Lift every fault and rule."""
        self.control("DELETE", "faults")
        self.control("DELETE", "deliveries/rules")
        self.control("POST", "processing/hold", count=0)

    def _charge_ids(self) -> frozenset[str]:
        return frozenset(
            charge.id for charge in self._api.charges.list({"limit": 100}).auto_paging_iter()
        )


@dataclass(frozen=True)
class Installation:
    """`portal` works on the same database and files as the running processes: it prepares what
    stories begin with.
    """

    servers: Servers
    portal: Portal
    stripe: StripeAccount

    @property
    def url(self) -> str:
        return self.servers.portal_url

    def mail_to(self, address: str, subject: str) -> EmailMessage:
        """The latest mail with these words in its subject in somebody's mailbox; waits for the
        worker to send it.
        """
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            found = [
                mail
                for mail in self._mails()
                if mail["To"] == address and subject in mail["Subject"]
            ]
            if found:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError(
            f"no mail {subject!r}; there are {[mail['Subject'] for mail in self._mails()]}"
        )

    def link_to(self, address: str, subject: str) -> str:
        """The path of the one link into the portal in such a mail."""
        (path,) = re.findall(
            rf"{re.escape(self.url)}(/\S+)", words_of(self.mail_to(address, subject))
        )
        return str(path)

    def _mails(self) -> list[EmailMessage]:
        """Every mail sent, the oldest first."""
        folder = Path(self.servers.environment["MAIL_DIRECTORY"])
        files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(file.read_bytes()) for file in files]


def words_of(mail: EmailMessage) -> str:
    """The text part."""
    text = mail.get_body(("plain",))
    assert text is not None
    return str(text.get_content())


@contextmanager
def installed(
    folder: Path, database_url: str, make_servers: Callable[[Path, str], Servers] = Servers
) -> Iterator[Installation]:
    """Set up an installation with the catalogue and nobody in it, and run its three processes."""
    servers = make_servers(folder, database_url)
    migrations.upgrade(database_url)
    settings = {name.lower(): value for name, value in servers.environment.items()}
    portal = create_portal(Settings(_env_file=None, **settings))  # type: ignore[arg-type]
    with portal.db.write() as session:
        seed_catalogue(session)
    with servers:
        stripe_account = StripeAccount(servers)
        yield Installation(servers, portal, stripe_account)
        assert stripe_account.complaints() == []
    portal.close()
    assert files_with_card_numbers(folder) == []


def files_with_card_numbers(folder: Path) -> list[str]:
    """Databases, logs, mails and documents in which a card number of the stories stands."""
    numbers = [number.encode() for number in cards.ALL]
    files = (file for file in folder.rglob("*") if file.is_file())
    return [file.name for file in files if any(number in file.read_bytes() for number in numbers)]
