"""The catalogue that a new installation starts with."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.lines import LineKind
from portal.catalogue.models import Price, PriceComponent, Service, ServiceOption

STANDARD_RATE_BP = 2000
# gov.uk/guidance/health-professionals-pharmaceutical-products-and-vat-notice-70157, section 2.3
MEDICAL_CARE = "Exempt: medical care (VAT Notice 701/57)"
CURRENCIES = ("GBP", "EUR", "USD", "JPY")


@dataclass(frozen=True)
class Part:
    """One component in every currency; `amounts` are net minor units in the order of CURRENCIES."""

    label: str
    amounts: tuple[int, int, int, int] = (0, 0, 0, 0)
    kind: LineKind = LineKind.FEE
    percent_bp: int = 0
    per_unit: bool = True
    option_code: str | None = None
    min_quantity: int = 1
    exemption: str | None = None

    def component(self, position: int, currency: str) -> PriceComponent:
        is_taxed = self.kind is LineKind.FEE and self.exemption is None
        rate_bp = STANDARD_RATE_BP if is_taxed else 0
        return PriceComponent(
            position=position,
            kind=self.kind,
            label=self.label,
            amount=self.amounts[CURRENCIES.index(currency)],
            percent_bp=self.percent_bp,
            per_unit=self.per_unit,
            option_code=self.option_code,
            min_quantity=self.min_quantity,
            tax_rate_bp=rate_bp,
            exemption=self.exemption,
        )


@dataclass(frozen=True)
class Offering:
    """A service, its extras as (code, label, hint), and the parts of its price."""

    slug: str
    name: str
    summary: str
    description: str
    what_next: str
    parts: tuple[Part, ...]
    options: tuple[tuple[str, str, str], ...] = ()
    units: str | None = None
    max_quantity: int = 1


OFFERINGS = (
    Offering(
        slug="video-consultation",
        name="Video consultation",
        summary="Talk with a clinician by video for 30 minutes.",
        description=(
            "You talk with a clinician by video for 30 minutes. You can use a phone, a tablet or a "
            "computer. "
            "After you have paid, we call you to agree a time. You get a written note of what was "
            "said."
        ),
        what_next=(
            "We call you within 1 working day to agree a time. After the call you get a written "
            "note of what was said."
        ),
        options=(
            ("evening", "Evening or weekend appointment", "After 6 pm, or on a Saturday or Sunday"),
        ),
        parts=(
            Part(
                "Video consultation, 30 minutes", (5400, 6400, 6900, 10500), exemption=MEDICAL_CARE
            ),
            Part(
                "Evening or weekend appointment",
                (1500, 1800, 1900, 3000),
                per_unit=False,
                option_code="evening",
                exemption=MEDICAL_CARE,
            ),
        ),
    ),
    Offering(
        slug="document-review",
        name="Document review",
        summary="A clinician reads your documents and explains them in plain words.",
        description=(
            "Send us documents such as test results or letters. A clinician reads them and "
            "writes back to you in plain words, within 3 working days. For 3 or more documents "
            "you get 10% off the full price."
        ),
        what_next=(
            "Send us your documents. How to reach us is at the foot of this page. A clinician "
            "reads them and writes back to you within 3 working days."
        ),
        units="documents",
        max_quantity=10,
        parts=(
            Part("Reading a document", (2950, 3475, 3725, 5800)),
            Part("Written summary", (1200, 1400, 1500, 2400), per_unit=False),
            Part(
                "10% off for 3 or more documents",
                kind=LineKind.DISCOUNT,
                percent_bp=1000,
                min_quantity=3,
            ),
        ),
    ),
    Offering(
        slug="clinical-letter",
        name="Clinical letter",
        summary="A letter about your care, for another doctor or for you.",
        description=(
            "A clinician writes a letter about your care. You get it as a file that you can "
            "download. "
            "If you want, we also post a signed copy on paper."
        ),
        what_next=(
            "A clinician writes your letter within 5 working days, or by the next working day if "
            "you chose that. We tell you when it is ready."
        ),
        options=(
            ("posted-copy", "Posted copy", "A signed copy on paper, sent by tracked post"),
            ("urgent", "Ready by the next working day", "Otherwise it takes up to 5 working days"),
        ),
        parts=(
            Part(
                "Clinical letter", (4200, 4950, 5300, 8200), per_unit=False, exemption=MEDICAL_CARE
            ),
            Part(
                "Ready by the next working day",
                (1850, 2150, 2300, 3600),
                per_unit=False,
                option_code="urgent",
                exemption=MEDICAL_CARE,
            ),
            Part("Posted copy", (695, 825, 880, 1350), per_unit=False, option_code="posted-copy"),
        ),
    ),
    Offering(
        slug="ad-hoc-advice",
        name="Ad-hoc advice",
        summary="Ask a question in writing. Get an answer within 2 working days.",
        description=(
            "Ask about travel, work or staying well. A clinician answers in writing within 2 "
            "working days. "
            "Ask 2 or more questions at once and you pay less."
        ),
        what_next=(
            "Send us your question. How to reach us is at the foot of this page. A clinician "
            "answers in writing within 2 working days."
        ),
        units="questions",
        max_quantity=5,
        parts=(
            Part("Answer to a question", (2250, 2650, 2850, 4400)),
            Part(
                "Discount for 2 or more questions",
                (400, 475, 500, 800),
                kind=LineKind.DISCOUNT,
                per_unit=False,
                min_quantity=2,
            ),
        ),
    ),
)


def seed_catalogue(session: Session) -> None:
    """Add the services that are not there yet; one that is there is left as it is."""
    present = set(session.scalars(select(Service.slug)))
    for position, offering in enumerate(OFFERINGS, 1):
        if offering.slug not in present:
            session.add(_service(position, offering))


def _service(position: int, offering: Offering) -> Service:
    return Service(
        slug=offering.slug,
        position=position,
        name=offering.name,
        summary=offering.summary,
        description=offering.description,
        what_next=offering.what_next,
        units=offering.units,
        max_quantity=offering.max_quantity,
        active=True,
        options=[
            ServiceOption(position=place, code=code, label=label, hint=hint)
            for place, (code, label, hint) in enumerate(offering.options, 1)
        ],
        prices=[
            Price(
                currency=currency,
                components=[
                    part.component(place, currency) for place, part in enumerate(offering.parts, 1)
                ],
            )
            for currency in CURRENCIES
        ],
    )
