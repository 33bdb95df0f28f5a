"""The links in the header, by role."""

from dataclasses import dataclass

from flask import Flask, request
from flask_login import current_user

from portal.accounts.models import RoleName


@dataclass(frozen=True)
class Link:
    label: str
    href: str
    is_current: bool


_LINKS = {
    RoleName.PATIENT: (
        ("Home", "/"),
        ("Services", "/services"),
        ("Payments", "/payments"),
        ("Account", "/account"),
    ),
    RoleName.CLINICIAN: (("Patients", "/clinic"), ("Account", "/account")),
    RoleName.ADMINISTRATOR: (("Attention", "/admin"), ("Account", "/account")),
}


def init_app(app: Flask) -> None:
    @app.context_processor
    def links() -> dict[str, list[Link]]:
        if not current_user or not current_user.is_authenticated:
            return {"navigation": []}
        return {
            "navigation": [
                Link(label, href, _is_current(href))
                for label, href in _LINKS[RoleName(current_user.role)]
            ]
        }


def _is_current(href: str) -> bool:
    return request.path == href or (href != "/" and request.path.startswith(href + "/"))
