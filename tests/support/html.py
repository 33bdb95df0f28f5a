"""Reading a page as a browser does: its elements, its forms and what they would send."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

import html5lib

BUTTON_TYPES = frozenset({"submit", "button", "reset", "image"})


# A page is checked when it comes and read right afterwards.
@lru_cache(maxsize=4)
def parse(markup: str, *, whole: bool = True) -> tuple[Element, list[str]]:
    """The tree of a page (or of a fragment) and html5lib's complaints about its syntax; neither is
    to be changed.
    """
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(markup) if whole else parser.parseFragment(markup)
    complaints = [f"{code} {data} at {position}" for position, code, data in parser.errors]
    return tree, complaints


def elements(tree: Element, *tags: str) -> list[Element]:
    """The HTML elements with one of these tags, in document order; every element without tags."""
    return [
        found
        for found in tree.iter()
        if isinstance(found.tag, str) and (not tags or found.tag in tags)
    ]


def text_of(element: Element) -> str:
    """Its text with white space squeezed, as a person reads it."""
    return " ".join("".join(element.itertext()).split())


@dataclass(frozen=True)
class Form:
    """A form as it stands on the page. `fields` is what sending it untouched would post."""

    action: str
    method: str
    fields: dict[str, list[str]]
    names: frozenset[str]

    def filled(self, changes: Mapping[str, object]) -> dict[str, list[str]]:
        """What is sent after somebody filled in `changes`; a name that the form lacks is a mistake
        of the test.

        None leaves a field out, as an unticked box is.
        """
        unknown = set(changes) - self.names
        if unknown:
            raise AssertionError(
                f"the form has no field {sorted(unknown)}; it has {sorted(self.names)}"
            )
        data = dict(self.fields)
        for name, value in changes.items():
            values = [] if value is None else value if isinstance(value, list) else [value]
            data[name] = [str(one) for one in values]
        return data


def forms(tree: Element, address: str) -> list[Form]:
    """The forms of a page; one without an action posts to `address`."""
    return [_form(element, address) for element in elements(tree, "form")]


def _form(form: Element, address: str) -> Form:
    fields: dict[str, list[str]] = {}
    names: set[str] = set()
    for control in elements(form, "input", "select", "textarea", "button"):
        name = control.get("name")
        if not name:
            continue
        names.add(name)
        for value in _values(control):
            fields.setdefault(name, []).append(value)
    return Form(
        action=form.get("action") or address,
        method=(form.get("method") or "get").upper(),
        fields=fields,
        names=frozenset(names),
    )


def _values(control: Element) -> Iterator[str]:
    if control.get("disabled") is not None or control.tag == "button":
        return
    if control.tag == "textarea":
        yield "".join(control.itertext())
    elif control.tag == "select":
        options = elements(control, "option")
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        yield from (option.get("value", text_of(option)) for option in chosen)
    elif control.get("type") in ("checkbox", "radio"):
        if control.get("checked") is not None:
            yield control.get("value", "on")
    elif control.get("type") not in BUTTON_TYPES:
        yield control.get("value", "")
