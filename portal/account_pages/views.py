"""Pages about one's account; signing in and out are Flask-Security's views (security.py)."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import current_user
from flask_security import login_user, logout_user
from werkzeug.wrappers import Response

from portal import links
from portal.account_pages import limits
from portal.account_pages.forms import (
    ChangeAddressForm,
    ChangeCurrencyForm,
    ChangeEmailForm,
    ChangePasswordForm,
    ConfirmForm,
    ForgottenPasswordForm,
    NewPasswordForm,
)
from portal.account_pages.security import session_token
from portal.accounts import service
from portal.accounts.models import User
from portal.accounts.tokens import Purpose
from portal.money import CURRENCIES
from portal.patients.rules import ADDRESS_LINES, currency_label
from portal.patients.service import change_address as change_patient_address
from portal.patients.service import change_currency as change_patient_currency
from portal.patients.service import patient_of
from portal.texts import gettext as _
from portal.web.audience import Audience, audience, signed_in_user
from portal.web.current import current_portal, request_session
from portal.web.patient import current_patient

blueprint = Blueprint("accounts", __name__)


def _page(template: str, form: object, **context: object) -> tuple[str, int]:
    return render_template(template, form=form, **context), 422 if getattr(
        form, "errors", None
    ) else 200


def _dead_link(purpose: Purpose) -> tuple[str, int]:
    return render_template("account_pages/dead_link.html", purpose=purpose), 404


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
@audience(Audience.PUBLIC)
@limits.forgotten_password
def forgotten_password() -> Response | tuple[str, int]:
    """Ask for the address to which a link to a new password is mailed."""
    form = ForgottenPasswordForm()
    if form.validate_on_submit():
        service.request_password_reset(current_portal(), form.email.data)
        return redirect(links.password_reset_sent(), 303)
    return _page("account_pages/forgotten_password.html", form)


@blueprint.get("/forgotten-password/sent")
@audience(Audience.PUBLIC)
def password_reset_sent() -> str:
    """Say that a mail is on its way, whether or not the address is known."""
    return render_template("account_pages/password_reset_sent.html")


@blueprint.route("/forgotten-password/<token>", methods=["GET", "POST"])
@audience(Audience.PUBLIC)
@limits.link
def reset_password(token: str) -> Response | tuple[str, int]:
    """Choose a new password by a mailed link."""
    user = service.user_of_link(current_portal(), Purpose.PASSWORD_RESET, token)
    if user is None:
        return _dead_link(Purpose.PASSWORD_RESET)
    form = NewPasswordForm(user.email, user.name)
    if not form.validate_on_submit():
        return _page("account_pages/reset_password.html", form, email=user.email)
    if not service.set_password_by_link(
        current_portal(), Purpose.PASSWORD_RESET, token, form.new_password.data
    ):
        return _dead_link(Purpose.PASSWORD_RESET)
    flash(_("Your password has changed. Sign in with the new one."), "good")
    return redirect(links.sign_in(), 303)


@blueprint.route("/invite/<token>", methods=["GET", "POST"])
@audience(Audience.PUBLIC)
@limits.link
def accept_invitation(token: str) -> Response | tuple[str, int]:
    """Choose the first password by a mailed link, and be signed in."""
    user = service.user_of_link(current_portal(), Purpose.INVITATION, token)
    if user is None:
        return _dead_link(Purpose.INVITATION)
    form = NewPasswordForm(user.email, user.name)
    if not form.validate_on_submit():
        return _page("account_pages/invitation.html", form, email=user.email)
    accepted = service.set_password_by_link(
        current_portal(), Purpose.INVITATION, token, form.new_password.data
    )
    if accepted is None:
        return _dead_link(Purpose.INVITATION)
    _sign_in_anew(accepted, "invitation")
    flash(_("Your account is ready."), "good")
    return redirect(links.home(), 303)


@blueprint.get("/account")
@audience(Audience.SIGNED_IN)
def account() -> str:
    """What is kept of whoever is signed in, with the ways to change it."""
    user = signed_in_user()
    patient = patient_of(request_session(), user.id)
    currency = currency_label(patient.currency) if patient else None
    address = patient.address or [] if patient else None
    return render_template(
        "account_pages/account.html", user=user, currency=currency, address=address
    )


@blueprint.route("/account/email", methods=["GET", "POST"])
@audience(Audience.SIGNED_IN)
@limits.link
def change_email() -> Response | tuple[str, int]:
    """Ask for another address; it changes when its link is followed."""
    form = ChangeEmailForm()
    if not form.validate_on_submit():
        return _page("account_pages/change_email.html", form)
    service.request_email_change(current_portal(), signed_in_user().id, form.email.data)
    told = _(
        "We sent an email to %(address)s. Open the link in it to finish the change.",
        address=form.email.data,
    )
    flash(told, "info")
    return redirect(links.account(), 303)


@blueprint.route("/account/email/<token>", methods=["GET", "POST"])
@audience(Audience.PUBLIC)
@limits.link
def confirm_email(token: str) -> Response | tuple[str, int]:
    """Following the link alone changes nothing: mail programs open links too."""
    user = service.user_of_link(current_portal(), Purpose.EMAIL_CHANGE, token)
    if user is None:
        return _dead_link(Purpose.EMAIL_CHANGE)
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _page("account_pages/confirm_email.html", form, email=user.pending_email)
    if not service.confirm_email_change(current_portal(), token):
        return _dead_link(Purpose.EMAIL_CHANGE)
    flash(_("Your email address has changed. Sign in with the new one from now on."), "good")
    return redirect(links.account(), 303)


@blueprint.route("/account/password", methods=["GET", "POST"])
@audience(Audience.SIGNED_IN)
@limits.link
def change_password() -> Response | tuple[str, int]:
    """Change the password, which signs out every other device."""
    user = signed_in_user()
    form = ChangePasswordForm(user.email, user.name)
    if not form.validate_on_submit():
        return _page("account_pages/change_password.html", form)
    changed = service.change_password(current_portal(), user.id, form.new_password.data)
    login_user(changed, authn_via=["password_change"])
    flash(_("Your password has changed. Your other devices have been signed out."), "good")
    return redirect(links.account(), 303)


@blueprint.route("/account/currency", methods=["GET", "POST"])
@audience(Audience.PATIENT)
def change_currency() -> Response | tuple[str, int]:
    """Change what a patient's new bills are made in."""
    patient = current_patient()
    choices = [(code, currency_label(code)) for code in CURRENCIES]
    form = ChangeCurrencyForm(choices, data={"currency": patient.currency})
    if not form.validate_on_submit():
        return _page("account_pages/change_currency.html", form)
    change_patient_currency(current_portal(), patient.id, signed_in_user().id, form.currency.data)
    currency = currency_label(form.currency.data)
    flash(_("New bills will be in %(currency)s.", currency=currency), "good")
    return redirect(links.account(), 303)


@blueprint.route("/account/address", methods=["GET", "POST"])
@audience(Audience.PATIENT)
def change_address() -> Response | tuple[str, int]:
    """Asked for on the way to a bill whose invoice must name it; `next` leads back there."""
    patient = current_patient()
    kept = {"address": "\n".join(patient.address or ()), "next": request.args.get("next", "")}
    form = ChangeAddressForm(data=kept)
    if not form.validate_on_submit():
        return _page("account_pages/change_address.html", form, most_lines=ADDRESS_LINES)
    change_patient_address(current_portal(), patient.id, signed_in_user().id, form.lines)
    flash(_("Your address is saved."), "good")
    return redirect(form.next.data or links.account(), 303)


@blueprint.post("/account/other-sessions")
@audience(Audience.SIGNED_IN)
def end_other_sessions() -> Response:
    """Sign out on every other device."""
    ended = service.end_other_sessions(current_portal(), signed_in_user(), session_token())
    if ended:
        flash(_("You are signed out on your other devices."), "good")
    else:
        flash(_("You were not signed in anywhere else."), "good")
    return redirect(links.account(), 303)


def _sign_in_anew(user: User, via: str) -> None:
    """Sign in `user` in this browser, whoever used it before."""
    if current_user.is_authenticated:
        logout_user()
    login_user(user, authn_via=[via])
