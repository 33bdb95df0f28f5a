"""Reading a PDF as screen readers and search boxes do: through its tags and character maps."""

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf


def open_pdf(content: bytes) -> pikepdf.Pdf:
    """The PDF, parsed."""
    return pikepdf.open(BytesIO(content))


def pages_of(content: bytes) -> list[str]:
    """The text of each page in reading order, runs joined by spaces and spaces collapsed."""
    with open_pdf(content) as pdf:
        return [" ".join(" ".join(_runs(page)).split()) for page in pdf.pages]


def text_of(content: bytes) -> str:
    """The text of all pages."""
    return " ".join(pages_of(content))


def structure_of(pdf: pikepdf.Pdf) -> list[str]:
    """The names of all structure elements, such as "Table", "TH" or "H1"."""
    return [str(element.S).removeprefix("/") for element in _elements(pdf.Root.StructTreeRoot)]


def marks_missing_in(pdf: pikepdf.Pdf) -> list[str]:
    """Operators that paint outside any marked content: neither tagged nor declared decoration."""
    stray: list[str] = []
    for page in pdf.pages:
        depth = 0
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            depth += (operator in ("BMC", "BDC")) - (operator == "EMC")
            if depth == 0 and operator in ("Tj", "TJ", "f", "f*", "S", "s", "B", "Do", "sh"):
                stray.append(operator)
    return stray


def fonts_of(content: bytes) -> set[str]:
    """Family names of the embedded fonts, without the subset prefix."""
    with open_pdf(content) as pdf:
        fonts = [font for page in pdf.pages for font in dict(page.Resources.Font).values()]
        return {str(font.BaseFont).partition("+")[2].strip(",-") for font in fonts}


def _elements(parent: pikepdf.Object) -> Iterator[pikepdf.Object]:
    children = parent.get("/K", pikepdf.Array())
    for child in children.as_list() if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _elements(child)


def _runs(page: pikepdf.Page) -> Iterator[str]:
    maps = {name: _characters(font) for name, font in dict(page.Resources.Font).items()}
    letters: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "Tf":
            letters = maps[str(operands[0])]
        elif operator in ("TJ", "Tj"):
            parts = (
                operands[0].as_list() if isinstance(operands[0], pikepdf.Array) else [operands[0]]
            )
            yield "".join(
                _decoded(bytes(part), letters) for part in parts if isinstance(part, pikepdf.String)
            )


def _decoded(codes: bytes, letters: dict[int, str]) -> str:
    return "".join(letters[int.from_bytes(codes[at : at + 2])] for at in range(0, len(codes), 2))


def _characters(font: pikepdf.Object) -> dict[int, str]:
    pairs = re.findall(
        rb"<([0-9a-f]{4})> <([0-9a-f]*)>", font.ToUnicode.read_bytes().partition(b"beginbfchar")[2]
    )
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
