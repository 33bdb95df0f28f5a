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

_ADDRESSES = frozenset(href for role in _LINKS.values() for _, href in role)


def init_app(app: Flask) -> None:
    """Give templates the links of the role that is signed in."""

    @app.context_processor
    def navigation() -> dict[str, list[Link]]:
        if not current_user or not current_user.is_authenticated:
            return {"navigation": []}
        return {
            "navigation": [
                Link(label, href, _is_current(href))
                for label, href in _LINKS[RoleName(current_user.role)]
            ]
        }


def _is_current(href: str) -> bool:
    """Whether the page stands below the link, and below no other that leads closer to it."""
    if request.path == href:
        return True
    if href in (links.home(), links.admin()) and request.path in _ADDRESSES:
        return False
    return href != links.home() and request.path.startswith(f"{href}/")
