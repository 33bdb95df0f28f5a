"""Typed settings from the environment; a missing or unsafe combination refuses the start with one
line.
"""

import os
import secrets
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
STRIPE_API = "https://api.stripe.com"
STRIPE_JS = "https://js.stripe.com/endive/stripe.js"
# In pounds: Stripe takes eight digits of minor units.
_LARGEST_PAYMENT = Decimal("999999.99")
# Keys, and addresses that may hold a password: never shown when settings are printed.
Secret = Annotated[str, Field(repr=False)]


class SettingsError(Exception):
    """One line for the operator: which setting is wrong, and why."""


class Environment(StrEnum):
    """What the process is for; anything but production allows more."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    TEST = "test"


class Settings(BaseSettings):
    """Everything an operator can set, named as in the environment (upper case there)."""

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    portal_env: Environment = Environment.PRODUCTION
    database_url: Secret = f"sqlite:///{ROOT / 'var' / 'portal.sqlite3'}"
    secret_key: Secret = ""
    secret_key_fallbacks: Secret = ""
    public_base_url: str = "http://localhost:8000"
    stripe_secret_key: Secret = ""
    stripe_publishable_key: str = ""
    stripe_webhook_secret: Secret = ""
    stripe_api_base: str = STRIPE_API
    stripe_js_url: str = STRIPE_JS
    smtp_url: Secret = ""
    mail_from: str = "payments@clinic.example"
    document_store: str = (ROOT / "var" / "documents").as_uri()
    business_timezone: str = "Europe/London"
    rate_limit_storage: Secret = "memory://"
    seller_name: str = "Riverside Clinic"
    seller_address: str = "1 Riverside, London SE1 7PB, United Kingdom"
    seller_tax_id: str = "GB123456789"
    office_contact: str = "office@clinic.example"
    queue_url: Secret = f"sqlite:///{ROOT / 'var' / 'queue.sqlite3'}"
    log_level: str = "INFO"
    # Reverse proxies in front, each adding to X-Forwarded-For: the client's address is read behind
    # that many.
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    # Pounds; a refund above them needs a second administrator. As it is, none can be.
    refund_approval_above: Decimal = Field(
        default=_LARGEST_PAYMENT, ge=0, le=_LARGEST_PAYMENT, decimal_places=2
    )
    portal_now_offset: int = 0
    mail_directory: Path = Field(default=ROOT / "var" / "mail", exclude=True)

    @property
    def production(self) -> bool:
        return self.portal_env is Environment.PRODUCTION

    @property
    def test_mode(self) -> bool:
        """Whether no real money can move: the keys are Stripe's test keys."""
        return not self.stripe_secret_key.startswith(("sk_live_", "rk_live_"))

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """Signing secrets in force; more than one while an endpoint's secret is being rotated."""
        return _comma_list(self.stripe_webhook_secret)

    @property
    def approval_limit(self) -> int:
        """Above how many pence a refund needs a second administrator."""
        return int(self.refund_approval_above * 100)

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The signing key in use first, then those still accepted."""
        return (self.secret_key, *_comma_list(self.secret_key_fallbacks))

    @field_validator("database_url")
    @classmethod
    def _database_is_supported(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError("is not a database address") from None
        if url.get_backend_name() == "postgresql":
            return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        if url.get_backend_name() == "sqlite":
            return value
        raise ValueError("must be sqlite:///… or postgresql://…")

    @field_validator("business_timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("is not a time zone such as Europe/London") from None
        return value

    @field_validator("public_base_url", "stripe_api_base", "stripe_js_url")
    @classmethod
    def _is_a_web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("must be a web address such as https://pay.clinic.example")
        return value.rstrip("/")

    @field_validator("log_level")
    @classmethod
    def _level_exists(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @model_validator(mode="after")
    def _combination_is_safe(self) -> Self:
        for name in ("stripe_secret_key", "stripe_publishable_key", "stripe_webhook_secret"):
            if not getattr(self, name):
                raise ValueError(f"{name.upper()} is missing")
        self._check_stripe_keys()
        if len(self.secret_key) < 32:
            raise ValueError("SECRET_KEY is missing or shorter than 32 characters")
        if self.production:
            self._check_production()
        return self

    def _check_stripe_keys(self) -> None:
        secret, publishable = self.stripe_secret_key, self.stripe_publishable_key
        if not secret.startswith(("sk_test_", "sk_live_", "rk_test_", "rk_live_")):
            raise ValueError("STRIPE_SECRET_KEY must begin with sk_ or rk_")
        if not publishable.startswith(("pk_test_", "pk_live_")):
            raise ValueError("STRIPE_PUBLISHABLE_KEY must begin with pk_")
        if publishable.startswith("pk_live_") == self.test_mode:
            raise ValueError("STRIPE_PUBLISHABLE_KEY and STRIPE_SECRET_KEY mix live and test keys")
        changed = [
            name
            for name, own, stripes in (
                ("STRIPE_API_BASE", self.stripe_api_base, STRIPE_API),
                ("STRIPE_JS_URL", self.stripe_js_url, STRIPE_JS),
            )
            if own != stripes
        ]
        if changed and (self.production or not self.test_mode):
            raise ValueError(f"{changed[0]} must not be set in production or with live keys")

    def _check_production(self) -> None:
        if not self.public_base_url.startswith("https://"):
            raise ValueError("PUBLIC_BASE_URL must begin with https:// in production")
        if not self.smtp_url:
            raise ValueError("SMTP_URL is missing: receipts could not be sent")
        if self.portal_now_offset:
            raise ValueError("PORTAL_NOW_OFFSET must not be set in production")


def load_settings(webhook_secret_known: bool = True) -> Settings:
    """Read the environment (and `.env` in development).

    Without `webhook_secret_known` a stand-in is set that verifies nothing: Stripe tells the secret
    when the webhook endpoint is made, which needs the other settings. Raises SettingsError with one
    line naming the setting and the reason.
    """
    development = os.environ.get("PORTAL_ENV") == Environment.DEVELOPMENT
    env_file = ROOT / ".env" if development else None
    try:
        if webhook_secret_known:
            return Settings(_env_file=env_file)
        return Settings(_env_file=env_file, stripe_webhook_secret=secrets.token_hex())
    except ValidationError as error:
        first = error.errors()[0]
        reason = str(first["msg"]).removeprefix("Value error, ")
        name = ".".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name} {reason}".strip()) from None


def _comma_list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
