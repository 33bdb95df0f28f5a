"""What every page that a test fetches must keep to; the test client asks for it each time."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

from tests.support.html import BUTTON_TYPES, elements, parse, text_of

UNNAMED_TYPES = BUTTON_TYPES | {"hidden"}
CHECKED_HEADERS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "X-Frame-Options",
)


def broken_rules(markup: str, headers: dict[str, str], *, whole: bool) -> list[str]:
    """The rules a page (`whole`) or a partial breaks, in words; empty when all is well."""
    tree, complaints = parse(markup, whole=whole)
    rules = [_ids, _labels, _forms, _strict_policy, _images, _links]
    found = [f"invalid HTML: {complaint}" for complaint in complaints]
    for rule in rules:
        found += rule(tree)
    if whole:
        found += _frame(tree)
        found += _headers(headers)
        found += _nonces(tree, headers.get("Content-Security-Policy", ""))
    return found


def _frame(tree: Element) -> Iterator[str]:
    if not tree.get("lang"):
        yield "the page has no language"
    titles = [text_of(title) for title in elements(tree, "title")]
    # What stands after the dash is the clinic's name, the same on every page.
    if not titles or not titles[0].partition("\N{EN DASH}")[0]:
        yield "the page has no title"
    headings = elements(tree, "h1")
    if len(headings) != 1 or not text_of(headings[0]):
        yield f"the page has {len(headings)} h1 headings; it needs one, with words"
    if len(elements(tree, "main")) != 1:
        yield "the page needs one main landmark"
    levels = [int(heading.tag[1]) for heading in elements(tree, "h1", "h2", "h3", "h4", "h5", "h6")]
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading jumps from h{before} to h{after}"


def _headers(headers: dict[str, str]) -> Iterator[str]:
    for name in CHECKED_HEADERS:
        if name not in headers:
            yield f"the header {name} is missing"
    if "no-store" not in headers.get("Cache-Control", ""):
        yield "the page may be stored by shared computers (no no-store)"
    if "unsafe-" in headers.get("Content-Security-Policy", ""):
        yield "the content security policy allows something unsafe"


def _ids(tree: Element) -> Iterator[str]:
    counted = Counter(element.get("id") for element in elements(tree) if element.get("id"))
    for name, times in counted.items():
        if times > 1:
            yield f"the id {name!r} stands {times} times"
    for element in elements(tree):
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            for target in (element.get(attribute) or "").split():
                if target not in counted:
                    yield f"{attribute} of <{element.tag}> points to {target!r}, which is not there"


def _labels(tree: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in elements(tree, "label") if text_of(label)}
    inside = {
        id(control)
        for label in elements(tree, "label")
        if text_of(label)
        for control in label.iter()
    }
    for control in elements(tree, "input", "select", "textarea"):
        if control.get("type") in UNNAMED_TYPES:
            continue
        named = control.get("id") in labelled or id(control) in inside
        if not named and not control.get("aria-label") and not control.get("aria-labelledby"):
            yield f"the field {control.get('name')!r} has no label"
    for button in elements(tree, "button"):
        if not text_of(button) and not button.get("aria-label"):
            yield "a button has no words"


def _forms(tree: Element) -> Iterator[str]:
    for form in elements(tree, "form"):
        if form.get("action") is None:
            yield "a form has no action"
        names = {control.get("name") for control in elements(form, "input")}
        posts = (form.get("method") or "get").lower() == "post"
        if posts and "csrf_token" not in names:
            yield f"the form to {form.get('action')!r} has no CSRF token"
        if not posts and "csrf_token" in names:
            yield f"the form to {form.get('action')!r} would put its CSRF token into the address"


def _strict_policy(tree: Element) -> Iterator[str]:
    if elements(tree, "style"):
        yield "a <style> element: the content security policy forbids it"
    for element in elements(tree):
        for attribute in element.keys():  # noqa: SIM118 - an Element iterates over its children
            if attribute == "style" or attribute.startswith("on"):
                yield f"<{element.tag} {attribute}=…>: the content security policy forbids it"
        if (element.get("href") or "").lower().startswith("javascript:"):
            yield "a javascript: link"


def _nonces(tree: Element, policy: str) -> Iterator[str]:
    for script in elements(tree, "script"):
        nonce = script.get("nonce")
        if not nonce or f"'nonce-{nonce}'" not in policy:
            yield f"the script {script.get('src')!r} lacks this response's nonce"


def _images(tree: Element) -> Iterator[str]:
    for image in elements(tree, "img"):
        if image.get("alt") is None:
            yield f"the image {image.get('src')!r} has no alternative text"


def _links(tree: Element) -> Iterator[str]:
    for link in elements(tree, "a"):
        if not text_of(link) and not link.get("aria-label"):
            yield f"the link to {link.get('href')!r} has no words"
