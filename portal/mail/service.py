"""Writing a mail into the transaction of the change it tells of, and the message it becomes."""

from collections.abc import Collection
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import formats, texts
from portal.infrastructure import clock
from portal.mail.models import Mail
from portal.mail_addresses import CONTROL, one_address
from portal.references import new_reference
from portal.resources import RESOURCES
from portal.settings import Settings
from portal.texts import ENGLISH, in_language

_LONGEST_SUBJECT = 200


class MailError(ValueError):
    """A subject or address that cannot stand in a mail's header; nothing was written."""


def write(
    session: Session,
    settings: Settings,
    kind: str,
    recipient: str,
    subject: str,
    subject_ref: str | None = None,
    **context: object,
) -> Mail:
    """Add a due mail to the running transaction, from `templates/emails/<kind>.html` and `.txt`.

    Both templates see `context`, `subject`, `seller_name`, `seller_address` and `office_contact`.
    It is written in English, whatever language the page is in from which it comes.
    The subject stands on locked screens and in other people's logs: no service, no person.
    `subject_ref` names the row it tells of, where it must never be told twice. Raises MailError.
    """
    with in_language(ENGLISH):
        subject = str(subject)
        parts = render(settings, kind, subject=subject, **context)
    _check(subject, recipient)
    now = clock.now()
    mail = Mail(
        ref=new_reference("MAIL"),
        kind=kind,
        subject_ref=subject_ref,
        recipient=recipient,
        subject=subject,
        **parts,
        created_at=now,
        due_at=now,
    )
    session.add(mail)
    session.flush()
    return mail


def is_written(session: Session, kind: str, subject_ref: str) -> bool:
    """Whether that row has been told of in this kind of mail."""
    told = select(Mail.id).where(Mail.subject_ref == subject_ref, Mail.kind == kind)
    return session.scalar(told) is not None


def drop_unsent(session: Session, kinds: Collection[str], subject_ref: str) -> None:
    """Keep mails of these kinds about that row from being sent: they are no longer true.

    One that is with the mail server at this moment still arrives.
    """
    unsent = select(Mail).where(
        Mail.subject_ref == subject_ref, Mail.kind.in_(kinds), Mail.sent_at.is_(None)
    )
    for mail in session.scalars(unsent.with_for_update()):
        mail.text = mail.html = ""
        mail.finish()


def redirect(session: Session, old: str, new: str) -> None:
    """Send what waits for the address `old` and tells of a row (a receipt, a bill) to `new`.

    Links to accounts are not redirected: the change of address has ended them.
    """
    session.execute(
        update(Mail)
        .where(Mail.recipient == old, Mail.sent_at.is_(None), Mail.subject_ref.is_not(None))
        .values(recipient=new)
    )


def render(settings: Settings, kind: str, **context: object) -> dict[str, str]:
    """The `text` and `html` of a mail of this kind in the language in use, the style sheet written
    into the elements.
    """
    templates = environment(settings.business_timezone)
    context = {
        "seller_name": settings.seller_name,
        "seller_address": settings.seller_address,
        "office_contact": settings.office_contact,
        **context,
    }
    return {
        "text": templates.get_template(f"{kind}.txt").render(context).strip() + "\n",
        "html": _inliner().inline(templates.get_template(f"{kind}.html").render(context)),
    }


def compose(settings: Settings, mail: Mail) -> EmailMessage:
    """The message of a row: the same row gives the same Message-ID and date each time it is
    sent.
    """
    message = EmailMessage()
    message["From"] = Address(" ".join(settings.seller_name.split()), addr_spec=settings.mail_from)
    message["To"] = Address(addr_spec=mail.recipient)
    if (office := one_address(settings.office_contact)) is not None:
        message["Reply-To"] = office
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.ref}@{settings.mail_from.rpartition('@')[2]}>"
    # RFC 3834: no out-of-office answers, please.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _check(subject: str, recipient: str) -> None:
    if not 0 < len(subject) <= _LONGEST_SUBJECT or CONTROL.search(subject):
        raise MailError("a subject is one line of at most 200 characters")
    if one_address(recipient) is None:
        raise MailError("the recipient is not one mail address")


@cache
def environment(zone: str) -> Environment:
    """What mails are drawn with; days are those of the time zone `zone` (an IANA name)."""
    made = Environment(
        loader=FileSystemLoader(RESOURCES / "templates" / "emails"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts.install(made)
    made.filters.update(formats.filters(zone))
    return made


@cache
def _inliner() -> css_inline.CSSInliner:
    """Mail programs drop style sheets, so rules go into the elements; media queries stay for those
    that know them.
    """
    styles = RESOURCES / "templates" / "emails" / "_styles.css"
    return css_inline.CSSInliner(
        extra_css=styles.read_text(encoding="utf-8"),
        keep_at_rules=True,
        load_remote_stylesheets=False,
    )
