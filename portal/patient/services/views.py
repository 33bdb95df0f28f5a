"""The services, and the full price of each before anything is asked for."""

import re
import secrets

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import links
from portal.bills import service as bills
from portal.bills.rules import PAYMENT_TERM
from portal.catalogue.rules import Quote, QuoteError
from portal.catalogue.service import Offer, find_offer, find_withdrawn, list_offers
from portal.formats import currency_name
from portal.patient.services.forms import ChoiceForm, choice_form, wish
from portal.patients.models import Patient
from portal.web import htmx
from portal.web.audience import Audience, audience
from portal.web.current import current_portal, fresh_session, request_session
from portal.web.patient import current_patient

blueprint = Blueprint("catalogue", __name__)
_SLUG = re.compile(r"[a-z0-9-]{1,60}", re.ASCII)


@blueprint.get("/services")
@audience(Audience.PATIENT)
def services() -> str:
    """Every service with what it costs at least, in the patient's currency."""
    currency = current_patient().currency
    return render_template(
        "patient/services/services.html",
        offers=list_offers(request_session(), currency),
        currency=currency,
        currency_name=currency_name(currency),
    )


@blueprint.get("/services/<slug>")
@audience(Audience.PATIENT)
def service(slug: str) -> tuple[str, int]:
    """One service: what may be chosen, and the price that comes to; htmx gets the changed part."""
    patient = current_patient()
    offer = _offer(patient, slug)
    return _page(patient, offer, choice_form(offer, request.args))


@blueprint.post("/services/<slug>/price")
@audience(Audience.PATIENT)
def update_price(slug: str) -> tuple[str, int] | Response:
    """Without scripts: the same choice as an address that can be reloaded."""
    patient = current_patient()
    offer = _offer(patient, slug)
    form = choice_form(offer, request.form)
    if not form.validate():
        return _page(patient, offer, form)
    choice = {"quantity": form.count, "options": form.chosen}
    return redirect(links.service(slug, choice), 303)


@blueprint.post("/services/<slug>")
@audience(Audience.PATIENT)
def request_service(slug: str) -> tuple[str, int] | Response:
    """Make the bill at the price that was shown; if that price no longer holds, show the new one
    and ask again.
    """
    patient = current_patient()
    offer = _offer(patient, slug)
    form = choice_form(offer, request.form)
    if not form.validate():
        return _page(patient, offer, form)
    wished = wish(offer, form, request.form)
    try:
        if wished is None:
            raise bills.PriceChanged
        ref = bills.request_service(current_portal(), patient.id, wished)
    except bills.NotOffered:
        fresh_session()
        return _not_offered(slug)
    except (bills.PriceChanged, bills.KeyReused, QuoteError):
        fresh_session()
        offer = _offer(patient, slug)
        page, _ = _page(patient, offer, choice_form(offer, request.form), price_changed=True)
        return page, 422
    if wished.pays_now:
        return redirect(links.pay(ref), 303)
    return redirect(links.bill(ref), 303)


def _offer(patient: Patient, slug: str) -> Offer:
    if not _SLUG.fullmatch(slug):
        abort(404)
    found = find_offer(request_session(), slug, patient.currency)
    return found or abort(make_response(_not_offered(slug)))


def _not_offered(slug: str) -> tuple[str, int]:
    """A service that was offered once and is no more; 404 for one that never was."""
    name = find_withdrawn(request_session(), slug) or abort(404)
    page = htmx.render(
        "patient/services/withdrawn.html", "patient/services/_withdrawn.html", name=name
    )
    return page, 410


def _page(
    patient: Patient, offer: Offer, form: ChoiceForm, price_changed: bool = False
) -> tuple[str, int]:
    price = _price(offer, form)
    costs = offer.option_costs(form.count, form.chosen) if price else {}
    page = htmx.render(
        "patient/services/service.html",
        "patient/services/_quote.html",
        offer=offer,
        form=form,
        price=price,
        option_costs=costs,
        price_changed=price_changed,
        unpaid_ref=bills.find_unpaid(request_session(), patient.id, offer.service_id),
        request_key=secrets.token_urlsafe(24),
        payment_days=PAYMENT_TERM.days,
        currency_name=currency_name(offer.currency),
    )
    return page, 422 if form.errors else 200


def _price(offer: Offer, form: ChoiceForm) -> Quote | None:
    """What the choice comes to; None, with a message beside the field, where it cannot be
    priced.
    """
    if not offer.components or not form.validate():
        return None
    try:
        return offer.quote(form.count, form.chosen)
    except QuoteError as error:
        if offer.max_quantity > 1:
            form.quantity.errors = [str(error)]
        else:
            form.form_errors.append(str(error))
        return None
