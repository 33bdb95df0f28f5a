"""A missing or unsafe setting stops the start with one line that says which and why."""

import pytest

from portal.settings import Settings, SettingsError, load_settings

GOOD = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "s" * 40,
    "PUBLIC_BASE_URL": "https://pay.clinic.example",
    "STRIPE_SECRET_KEY": "sk_live_1",
    "STRIPE_PUBLISHABLE_KEY": "pk_live_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_new, whsec_old",
    "SMTP_URL": "smtp://mail.clinic.example:587",
    "DATABASE_URL": "postgresql://portal:secret@db.clinic.example/portal",
}


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def from_environment(**changes: str) -> Settings:
        for name, value in {**GOOD, **changes}.items():
            monkeypatch.setenv(name, value)
        return load_settings()

    return from_environment


def test_a_whole_production_environment_is_accepted(load) -> None:  # type: ignore[no-untyped-def]
    settings = load()
    assert settings.production
    assert not settings.test_mode
    assert settings.webhook_secrets == ("whsec_new", "whsec_old")
    assert settings.database_url.startswith("postgresql+psycopg://portal:secret@")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": "pk_live_1"}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_PUBLISHABLE_KEY": ""}, "STRIPE_PUBLISHABLE_KEY"),
        ({"STRIPE_PUBLISHABLE_KEY": "pk_test_1"}, "STRIPE_PUBLISHABLE_KEY"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:12111"}, "STRIPE_API_BASE"),
        ({"STRIPE_JS_URL": "http://127.0.0.1:12111/stripe.js"}, "STRIPE_JS_URL"),
        (
            {"PORTAL_ENV": "development", "STRIPE_API_BASE": "http://127.0.0.1:12111"},
            "STRIPE_API_BASE",
        ),
        ({"PUBLIC_BASE_URL": "http://pay.clinic.example"}, "PUBLIC_BASE_URL"),
        ({"PUBLIC_BASE_URL": "pay.clinic.example"}, "PUBLIC_BASE_URL"),
        ({"SMTP_URL": ""}, "SMTP_URL"),
        ({"PORTAL_NOW_OFFSET": "60"}, "PORTAL_NOW_OFFSET"),
        ({"DATABASE_URL": "mysql://db/portal"}, "DATABASE_URL"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"BUSINESS_TIMEZONE": "Mars/Olympus"}, "BUSINESS_TIMEZONE"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        ({"PORTAL_ENV": "staging"}, "PORTAL_ENV"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
    ],
)
def test_an_unsafe_start_is_refused_in_one_line(load, changes: dict[str, str], named: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SettingsError) as refused:
        load(**changes)
    message = str(refused.value)
    assert named in message
    assert "\n" not in message
    assert "secret@db" not in message


def test_the_offline_stripe_is_allowed_with_test_keys_in_development(load) -> None:  # type: ignore[no-untyped-def]
    settings = load(
        PORTAL_ENV="development",
        STRIPE_SECRET_KEY="sk_test_1",
        STRIPE_PUBLISHABLE_KEY="pk_test_1",
        STRIPE_API_BASE="http://127.0.0.1:12111",
    )
    assert settings.test_mode


def test_settings_that_are_printed_show_no_key_and_no_password(load) -> None:  # type: ignore[no-untyped-def]
    printed = repr(
        load(
            SMTP_URL="smtp://portal:hidden-1@mail.clinic.example",
            SECRET_KEY_FALLBACKS="hidden-2" * 5,
        )
    )
    for secret in ("s" * 40, "hidden", "sk_live_1", "whsec_", "portal:secret@"):
        assert secret not in printed
