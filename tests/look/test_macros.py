"""What the macros write, read as a browser reads it."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask

from tests.look.workbench import CONTEXT, Line, OrderForm, Received, create_workbench


@pytest.fixture
def workbench() -> Iterator[Flask]:
    app = create_workbench(Received())
    with app.test_request_context("/"):
        yield app


@pytest.fixture
def wrong_form(workbench: Flask) -> OrderForm:
    form = OrderForm(formdata=None, country="GB", meta={"csrf": False})
    form.validate()
    return form


def written(app: Flask, file: str, call: str, **values: object) -> Element:
    """The element that a macro's call writes, inside a <body>."""
    name = call.split("(", maxsplit=1)[0]
    text = app.jinja_env.from_string(
        f'{{% from "ui/{file}.html" import {name} %}}{{{{ {call} }}}}'
    ).render(**values)
    body = html5lib.parse(text, namespaceHTMLElements=False).find("body")
    assert body is not None
    return body


def words(element: Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def test_a_field_with_a_mistake_points_to_its_hint_and_its_message(
    workbench: Flask, wrong_form: OrderForm
) -> None:
    body = written(
        workbench, "forms", "field(email, hint='For the receipt')", email=wrong_form.email
    )
    control = body.find(".//input")
    assert control is not None
    assert control.get("aria-invalid") == "true"
    ids = str(control.get("aria-describedby")).split()
    told = [words(body.find(f".//*[@id='{one}']")) for one in ids]
    assert told == ["For the receipt", "Error: Enter your email address"]


def test_a_field_without_a_mistake_points_to_nothing(workbench: Flask) -> None:
    control = written(workbench, "forms", "field(email)", email=OrderForm().email).find(".//input")
    assert control is not None
    assert control.get("aria-describedby") is None
    assert control.get("aria-invalid") is None


def test_what_a_person_typed_is_escaped_and_kept(workbench: Flask) -> None:
    form = OrderForm(data={"note": '<script>"&'})
    body = written(workbench, "forms", "field(note)", note=form.note)
    assert words(body.find(".//textarea")) == '<script>"&'
    assert body.find(".//script") is None


def test_the_error_summary_leads_to_each_field(workbench: Flask, wrong_form: OrderForm) -> None:
    body = written(workbench, "forms", "error_summary(form)", form=wrong_form)
    links = {words(link): link.get("href") for link in body.iter("a")}
    assert links == {
        "Enter your email address": "#email",
        "Enter your password": "#password",
        "Choose": "#speed-0",
    }


def test_there_is_no_error_summary_without_an_error(workbench: Flask) -> None:
    assert words(written(workbench, "forms", "error_summary(form)", form=OrderForm())) == ""


def test_the_total_is_the_last_row_and_its_tax_is_told_in_one_line(workbench: Flask) -> None:
    body = written(
        workbench, "price_table", "price_table(lines, taxes, 6750, 'GBP', subtotal=6000)", **CONTEXT
    )
    rows = [[words(cell) for cell in row] for row in body.iter("tr")]
    assert rows == [
        ["Item", "Amount"],
        ["Video consultation 30 minutes", "£92.50"],
        ["Returning patient Discount", "\N{MINUS SIGN}£25.00"],
        ["You pay", "£67.50"],
    ]
    assert words(body.find(".//summary")) == "Includes £7.50 VAT"
    assert [[words(cell) for cell in row] for row in body.findall(".//dl/div")] == [
        ["Before VAT", "£60.00"],
        ["VAT at 20% on £37.50", "£7.50"],
        ["No VAT on £22.50", "£0.00"],
    ]


def test_a_currency_without_minor_units_shows_none(workbench: Flask) -> None:
    body = written(
        workbench, "price_table", "price_table([line], [], 8500, 'JPY')", line=Line("Letter", 8500)
    )
    assert words(body.find(".//tfoot//td")) == "JP¥8,500"


@pytest.mark.parametrize(
    ("state", "text"),
    [("paid", "Paid"), ("on_its_way", "On its way"), ("never_heard_of", "Never heard of")],
)
def test_a_state_is_told_in_words_with_a_sign(workbench: Flask, state: str, text: str) -> None:
    body = written(workbench, "badge", f"badge('{state}')")
    assert words(body) == text
    assert body.find(".//{*}path") is not None


def test_a_summary_list_leaves_out_what_is_not_known(workbench: Flask) -> None:
    body = written(
        workbench,
        "listing",
        "summary_list([('Amount', '£5'), ('Fee', none), {'label': 'Who', 'value': ''}])",
    )
    assert [words(row) for row in body.iter("dt")] == ["Amount"]


def test_the_way_out_is_a_form_with_its_token(workbench: Flask) -> None:
    body = written(
        workbench, "nav", "site_header(links, signed_in=true)", links=CONTEXT["navigation"]
    )
    form = body.find(".//form")
    assert form is not None
    assert (form.get("method"), form.get("action")) == ("post", "/sign-out")
    assert form.find(".//input[@name='csrf_token']") is not None
    assert [words(link) for link in body.findall(".//a[@aria-current='page']")] == ["Payments"]
