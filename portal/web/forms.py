"""What forms of several features share."""


def on_one_line(text: str) -> str:
    """`text` as it reads, without line ends and control characters: no row has any, and PostgreSQL
    takes no NUL.
    """
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
