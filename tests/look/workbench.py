"""A small site under the portal's own headers and static files, to try templates and scripts on."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from flask import Flask, redirect, render_template, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import EmailField, IntegerField, PasswordField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.settings import Settings
from portal.web import filters, headers, language, static

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
COUNTRIES = [SelectChoice("GB", "United Kingdom"), SelectChoice("JP", "Japan")]
SPEEDS = [SelectChoice("a", "In 5 days"), SelectChoice("b", "Tomorrow")]


class OrderForm(FlaskForm):  # type: ignore[misc]
    """One field of each kind."""

    email = EmailField("Email address", [InputRequired("Enter your email address")])
    password = PasswordField("Password", [InputRequired("Enter your password")])
    country = SelectField(
        "Country",
        default="GB",
        choices=[SelectChoice("GB", "United Kingdom"), SelectChoice("JP", "Japan")],
    )
    quantity = IntegerField("How many", default=1)
    speed = RadioField("How soon", choices=SPEEDS, validators=[InputRequired("Choose")])
    note = TextAreaField("Anything we should know")


@dataclass(frozen=True)
class Line:
    label: str
    amount: int
    detail: str | None = None


@dataclass(frozen=True)
class Link:
    label: str
    href: str
    is_current: bool


@dataclass
class Visitor:
    is_authenticated: bool = True


@dataclass
class Received:
    """What the workbench was sent: one entry per form that arrived.

    While `answering` is cleared, no form is answered; `arrived` is set by each.
    """

    sent: list[str] = field(default_factory=list)
    arrived: Event = field(default_factory=Event)
    answering: Event = field(default_factory=Event)


CONTEXT = {
    "navigation": [
        Link("Home", "/", False),
        Link("Services", "/services", False),
        Link("Payments", "/payments", True),
    ],
    "current_user": Visitor(),
    "lines": [
        Line("Video consultation", 9250, "30 minutes"),
        Line("Returning patient", -2500, "Discount"),
    ],
    "taxes": [Line("VAT at 20%", 750, "on £37.50"), Line("No VAT", 0, "on £22.50")],
    "now": NOW,
}


def create_workbench(received: Received) -> Flask:
    """Pages: /gallery (every macro), /plain (what scripts add), and the addresses they ask for."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(SECRET_KEY="workbench" * 4, TESTING=True)
    app.jinja_env.undefined = StrictUndefined
    own = FileSystemLoader(str(Path(__file__).parent / "templates"))
    app.jinja_loader = ChoiceLoader([FileSystemLoader(str(ROOT / "templates")), own])
    settings = Settings(
        portal_env="test",
        secret_key="workbench" * 4,
        stripe_secret_key="sk_test_workbench",
        stripe_publishable_key="pk_test_workbench",
        stripe_webhook_secret="whsec_workbench",
    )
    CSRFProtect(app)
    headers.init_app(app, settings)
    filters.init_app(app, settings)
    language.init_app(app, settings)
    static.init_app(app, ROOT / "static")

    @app.get("/gallery")
    def gallery() -> str:
        form = OrderForm()
        if request.args.get("wrong"):
            form = OrderForm(formdata=None, country="GB", meta={"csrf": False})
            form.validate()
        return render_template("gallery.html", form=form, **CONTEXT)

    @app.get("/plain")
    def plain() -> str:
        part = "_results.html" if request.headers.get("HX-Request") else "plain.html"
        return render_template(
            part, form=OrderForm(), state=request.args.get("state", "all"), **CONTEXT
        )

    @app.get("/more")
    def more() -> str:
        return render_template("_more.html")

    @app.get("/price")
    def price() -> str:
        quantity = int(request.args["quantity"])
        return (
            f'<p id="price" data-announce="The total is now '
            f'£{quantity * 10}.00">£{quantity * 10}.00</p>'
        )

    @app.post("/order")
    def order() -> WerkzeugResponse | tuple[str, int]:
        received.sent.append(request.form.get("kind", "order"))
        received.arrived.set()
        received.answering.wait(timeout=10)
        if request.headers.get("HX-Request"):
            form = OrderForm()
            form.validate()
            return render_template("_order.html", form=form), 422
        return redirect("/plain?state=sent", 303)

    @app.get("/broken")
    def broken() -> tuple[str, int]:
        return "<p>A page that must not land inside another.</p>", 500

    return app
