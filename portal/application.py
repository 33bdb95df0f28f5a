"""Wiring: settings and parts become a Flask application or a worker. No rule lives here."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined

from portal.account_pages import security
from portal.account_pages.views import blueprint as accounts_blueprint
from portal.admin.attention.views import blueprint as attention_blueprint
from portal.admin.payments.views import blueprint as office_payments_blueprint
from portal.admin.reconcile.views import blueprint as reconcile_blueprint
from portal.admin.review.views import blueprint as review_blueprint
from portal.clinic.views import blueprint as clinic_blueprint
from portal.context import Portal
from portal.infrastructure import clock, queue
from portal.infrastructure.db import Database
from portal.infrastructure.document_store import open_store
from portal.infrastructure.mail_transport import open_transport
from portal.machines import health
from portal.machines.webhook import blueprint as stripe_events_blueprint
from portal.patient.bill.views import blueprint as bills_blueprint
from portal.patient.checkout.views import blueprint as checkout_blueprint
from portal.patient.home.views import blueprint as home_blueprint
from portal.patient.payments.views import blueprint as payments_blueprint
from portal.patient.receipts.views import blueprint as documents_blueprint
from portal.patient.services.views import blueprint as catalogue_blueprint
from portal.resources import RESOURCES
from portal.settings import Settings, load_settings
from portal.stripe_api.client import StripeApi
from portal.web import (
    audience,
    cookies,
    current,
    errors,
    filters,
    headers,
    hosts,
    language,
    limits,
    logging,
    navigation,
    static,
)
from portal.web.requests import TextRequest

BLUEPRINTS = (
    health.blueprint,
    accounts_blueprint,
    home_blueprint,
    catalogue_blueprint,
    bills_blueprint,
    payments_blueprint,
    checkout_blueprint,
    documents_blueprint,
    stripe_events_blueprint,
    clinic_blueprint,
    attention_blueprint,
    review_blueprint,
    office_payments_blueprint,
    reconcile_blueprint,
)
# No form of ours is larger; a webhook is a few KiB.
LARGEST_REQUEST = 256 * 1024


def create_portal(settings: Settings, stripe_calls: int | None = None) -> Portal:
    """What web processes, the worker and the commands share.

    Whoever makes it closes it, unless the process ends with it.

    `stripe_calls`: how many of the process's threads may wait for Stripe at a time.
    """
    clock.set_offset(settings.portal_now_offset)
    wake_ups = queue.wake_ups_at(settings.queue_url)
    return Portal(
        settings=settings,
        db=Database(settings.database_url),
        stripe=StripeApi(settings, most_at_once=stripe_calls),
        documents=open_store(settings.document_store),
        mail=open_transport(settings),
        wake=queue.waker(wake_ups),
        wake_ups=wake_ups,
    )


def create_app(portal: Portal | None = None) -> Flask:
    """The web application. Raises SettingsError where the environment's settings are missing or
    unsafe.
    """
    portal = portal or create_portal(load_settings())
    settings = portal.settings
    app = Flask(__name__, template_folder=str(RESOURCES / "templates"), static_folder=None)
    app.request_class = TextRequest
    app.extensions["portal"] = portal
    app.jinja_env.undefined = StrictUndefined
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_base_url.startswith("https://"),
        SESSION_COOKIE_NAME="portal_session",
        TESTING=settings.portal_env == "test",
        WTF_CSRF_TIME_LIMIT=None,
    )
    logging.init_app(app, settings)
    hosts.init_app(app, settings)
    language.init_app(app, settings)
    cookies.init_app(app)
    current.init_app(app)
    csrf = CSRFProtect(app)
    csrf.exempt(stripe_events_blueprint)
    limits.init_app(app, settings)
    security.init_app(app, portal)
    audience.init_app(app)
    headers.init_app(app, settings)
    filters.init_app(app, settings)
    navigation.init_app(app)
    errors.init_app(app)
    health.init_app(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    static.init_app(app, RESOURCES / "static")
    return app
