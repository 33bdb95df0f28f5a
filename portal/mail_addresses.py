"""Mail addresses as headers take them. Pure."""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address

# RFC 5321, section 4.5.3.1.3.
LONGEST = 254
# What some program may take for the end of a line.
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def one_address(text: str) -> Address | None:
    """`text` as one plain address; None where it is anything else, such as two addresses or a
    telephone number.
    """
    if len(text) > LONGEST or CONTROL.search(text):
        return None
    try:
        address = Address(addr_spec=text)
    except (ValueError, HeaderParseError, IndexError):
        return None
    return address if address.username and address.domain else None
