"""Who sells, as it stands on documents."""

from invoices.model import Party
from portal.settings import Settings


def seller(settings: Settings) -> Party:
    """The clinic, from the settings of the day."""
    address = settings.seller_address.replace("\n", ",").split(",")
    return Party(
        name=settings.seller_name,
        address_lines=tuple(part.strip() for part in address if part.strip()),
        tax_id=settings.seller_tax_id or None,
        email=settings.office_contact or None,
    )
