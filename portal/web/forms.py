"""What forms of several features share."""


def on_one_line(text: str | None) -> str:
    """`text` as it reads, without line ends and control characters: no row has any, and PostgreSQL
    takes no NUL. Nothing for a field that was not sent.
    """
    if text is None:
        return ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
