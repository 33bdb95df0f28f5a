"""Files as HMRC publishes them."""

HEADER = "Country/Territories,Currency,Currency Code,Currency Units per £1,Start date,End date"
NOVEMBER = "01/11/2026,30/11/2026"


def hmrc_file(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join((header, *rows, "")).encode()


WHOLE = hmrc_file(
    f"Abu Dhabi,Dirham,AED,4.8131,{NOVEMBER}",
    f'"Bonaire, Sint Eustatius and Saba",US Dollar,USD,1.3105,{NOVEMBER}',
    f"Eurozone,Euro,EUR,1.1512,{NOVEMBER}",
    f"Japan,Yen,JPY,199.42,{NOVEMBER}",
    f"USA,Dollar,USD,1.3105,{NOVEMBER}",
)
