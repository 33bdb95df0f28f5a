"""The links in the header, by role."""

from dataclasses import dataclass

from flask import Flask, request
from flask_login import current_user

from portal import links
from portal.accounts.models import RoleName
from portal.texts import lazy_gettext


@dataclass(frozen=True)
class Link:
    """One way through the portal, as the header shows it."""

    label: str
    href: str
    is_current: bool


_ACCOUNT = (lazy_gettext("Account"), links.account())
_LINKS = {
    RoleName.PATIENT: (
        (lazy_gettext("Home"), links.home()),
        (lazy_gettext("Services"), links.services()),
        (lazy_gettext("Payments"), links.payments()),
        _ACCOUNT,
    ),
    RoleName.CLINICIAN: ((lazy_gettext("Patients"), links.clinic()), _ACCOUNT),
    RoleName.ADMINISTRATOR: (
        (lazy_gettext("Attention"), links.admin()),
        (lazy_gettext("Payments"), links.office_payments()),
        (lazy_gettext("Reconcile"), links.reconcile()),
        _ACCOUNT,
    ),
}


def init_app(app: Flask) -> None:
    """Give templates the links of the role that is signed in."""

    @app.context_processor
    def navigation() -> dict[str, list[Link]]:
        if not current_user or not current_user.is_authenticated:
            return {"navigation": []}
        ways = _LINKS[RoleName(current_user.role)]
        here = _closest([href for _label, href in ways])
        return {"navigation": [Link(label, href, href == here) for label, href in ways]}


def _closest(hrefs: list[str]) -> str | None:
    """The link that the page stands at or below, and of several the one that leads closest."""
    above = [
        href
        for href in hrefs
        if request.path == href or (href != links.home() and request.path.startswith(f"{href}/"))
    ]
    return max(above, key=len, default=None)
