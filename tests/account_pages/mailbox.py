"""What has been mailed to somebody."""

import re
from urllib.parse import urlsplit

from sqlalchemy import select

from portal.context import Portal
from portal.mail.models import Mail


def mails_to(portal: Portal, address: str) -> list[Mail]:
    """Oldest first."""
    with portal.db.read() as session:
        return list(
            session.scalars(select(Mail).where(Mail.recipient == address).order_by(Mail.id))
        )


def link_in(mail: Mail) -> str:
    """The path of the one link of a mail's text; the text and the HTML must agree on it."""
    (url,) = re.findall(r"https?://\S+", mail.text)
    assert f'href="{url}"' in mail.html
    return str(urlsplit(url).path)


def last_link(portal: Portal, address: str) -> str:
    return link_in(mails_to(portal, address)[-1])
