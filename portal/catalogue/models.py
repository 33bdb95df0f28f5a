"""What can be bought and at what price; a price is a list of components per currency."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogue.lines import LineKind
from portal.infrastructure.db import Base, choice


class Service(Base):
    """Something that can be bought, with its extras and its prices."""

    __tablename__ = "services"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    summary: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(String(2000))
    # What a patient who has paid can expect, and should do.
    what_next: Mapped[str | None] = mapped_column(String(300))
    # What several units are called ("documents"); None where quantity makes no sense, and then the
    # maximum is 1.
    units: Mapped[str | None] = mapped_column(String(40))
    max_quantity: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)

    options: Mapped[list["ServiceOption"]] = relationship(order_by="ServiceOption.position")
    prices: Mapped[list["Price"]] = relationship()


class ServiceOption(Base):
    """An extra the patient may tick, such as a posted copy."""

    __tablename__ = "service_options"
    __table_args__ = (UniqueConstraint("service_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(100))
    hint: Mapped[str | None] = mapped_column(String(200))


class Price(Base):
    """A service's price in one currency, as a list of components."""

    __tablename__ = "prices"
    __table_args__ = (UniqueConstraint("service_id", "currency"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    currency: Mapped[str] = mapped_column(String(3))

    components: Mapped[list["PriceComponent"]] = relationship(order_by="PriceComponent.position")


class PriceComponent(Base):
    """A fee (net, with its tax) or a discount on the fees before tax."""

    __tablename__ = "price_components"
    __table_args__ = (
        CheckConstraint("amount >= 0 and percent_bp between 0 and 10000", name="not_negative"),
        CheckConstraint(
            "kind = 'discount' or tax_rate_bp > 0 or exemption is not null", name="tax_or_reason"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    price_id: Mapped[int] = mapped_column(ForeignKey("prices.id"), index=True)
    position: Mapped[int]
    kind: Mapped[LineKind] = mapped_column(choice(LineKind, "kind", 10))
    label: Mapped[str] = mapped_column(String(100))
    # Net minor units: per unit if per_unit, else once. A discount's amount is what it takes off.
    amount: Mapped[int] = mapped_column(default=0)
    # A discount may instead be a share of all fees, in basis points.
    percent_bp: Mapped[int] = mapped_column(default=0)
    per_unit: Mapped[bool] = mapped_column(default=True)
    # Applies only when this option is ticked, and from this quantity on.
    option_code: Mapped[str | None] = mapped_column(String(40))
    min_quantity: Mapped[int] = mapped_column(default=1)
    tax_rate_bp: Mapped[int] = mapped_column(default=0)
    # Why there is no tax; present on every untaxed fee.
    exemption: Mapped[str | None] = mapped_column(String(200))
