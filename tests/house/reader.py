"""Somebody who reads pages in a pseudo-language, and notes what is still English."""

from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.bills.models import Bill
from portal.catalogue.models import PriceComponent, Service, ServiceOption
from portal.context import Portal
from portal.formats import currency_name
from portal.money import CURRENCIES
from portal.patients.models import Patient
from portal.patients.names import split_name
from portal.texts import Language
from tests.house.routes import endpoint_of
from tests.support.client import PortalClient
from tests.support.untranslated import untranslated

# Of a card, and of an event of Stripe's.
NAMES = ("Visa", "charge.refunded")


@dataclass
class Reader:
    """`english` is what was found, by address; `seen` the endpoints of the pages that were read."""

    app: Flask
    portal: Portal
    language: Language
    seen: set[str] = field(default_factory=set)
    english: dict[str, list[str]] = field(default_factory=dict)

    def read(self, client: PortalClient, *addresses: str) -> None:
        """Open pages, each of which must be there for this client."""
        client.get(f"/healthz?locale={self.language.tag}")
        for address in addresses:
            response = client.get(address)
            assert response.status_code < 300, f"{address}: {response.status}"
            self.note(address, response)

    def note(self, address: str, response: TestResponse) -> None:
        """Look at an answer, whatever its status."""
        page = response.get_data(as_text=True)
        assert f'<html lang="{self.language.tag}" dir="{self.language.direction}">' in page, address
        self.seen.add(endpoint_of(self.app, address))
        if found := untranslated(page, self.language, names(self.portal)):
            self.english[address] = found


def names(portal: Portal) -> set[str]:
    """What is called as it is in every language: people, services and what they are made of."""
    with portal.db.read() as session:
        patients = [split_name(name) for name in session.scalars(select(Patient.name))]
        found = {
            *session.scalars(select(User.name)),
            *session.scalars(select(Patient.name)),
            *(part.strip() for name in patients for part in (name.before, name.last, name.after)),
            *session.scalars(select(Bill.title)),
            *session.scalars(select(Service.name)),
            *session.scalars(select(Service.summary)),
            *session.scalars(select(Service.description)),
            *session.scalars(select(Service.what_next)),
            *session.scalars(select(Service.units)),
            *session.scalars(select(Service.what_next)),
            *session.scalars(select(ServiceOption.label)),
            *session.scalars(select(ServiceOption.hint)),
            *session.scalars(select(PriceComponent.label)),
            *session.scalars(select(PriceComponent.exemption)),
        }
    settings = portal.settings
    ours = (settings.seller_name, settings.seller_address)
    currencies = {currency_name(code) for code in CURRENCIES}
    capitals = {f"{name[0].upper()}{name[1:]}" for name in currencies}
    return {one for one in (*found, *ours, *NAMES, *CURRENCIES, *currencies, *capitals) if one}
