"""What the browser half serves, asked without a server."""

import re

import pytest

from fake_stripe.browser.pages import is_ours, respond

FRAMES = ("payment", "address", "controller", "three_d_secure")


def body_of(path: str) -> str:
    answer = respond(path)
    assert answer is not None
    return answer[2].decode()


def headers_of(path: str) -> dict[str, str]:
    answer = respond(path)
    assert answer is not None
    return dict(answer[1])


def test_stripe_js_is_one_classic_script() -> None:
    script = body_of("/endive/stripe.js")
    assert headers_of("/endive/stripe.js")["Content-Type"] == "text/javascript; charset=utf-8"
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)


@pytest.mark.parametrize(
    "path", ["/endive/", "/endive/stripe.jsx", "/frames/unknown", "/js/../pages.py", "/js/", "/v1/"]
)
def test_an_unknown_path_has_no_answer(path: str) -> None:
    assert respond(path) is None


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("/v3", True), ("/v3/", True), ("/v3/stripe.js", True), ("/basil/stripe.js", True),
        ("/endive/stripe.js", True), ("/v1/stripe.js", True), ("/v1/", False),
        ("/v1/charges", False), ("/v3/charges", False), ("/stripe.js", False),
    ],
)  # fmt: skip
def test_a_script_for_another_version_is_known(path: str, ours: bool) -> None:
    assert is_ours(path) is ours
    assert not ours or headers_of(path)["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize("frame", FRAMES)
def test_every_frame_has_a_strict_policy(frame: str) -> None:
    policy = headers_of(f"/frames/{frame}")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("frame", FRAMES)
def test_no_frame_holds_a_style_attribute_or_an_inline_script(frame: str) -> None:
    page = body_of(f"/frames/{frame}")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)", page)


@pytest.mark.parametrize("frame", FRAMES)
def test_everything_a_frame_loads_is_served(frame: str) -> None:
    wanted = set(re.findall(r'(?:src|href)="([^"]+)"', body_of(f"/frames/{frame}")))
    while wanted:
        path = wanted.pop()
        wanted |= {
            f"/js/{name}"
            for name in re.findall(r'^import .* from "\./([^"]+)"', body_of(path), re.MULTILINE)
        }


def test_every_language_says_everything() -> None:
    blocks = dict(
        re.findall(
            r"^const ([A-Z]+) = \{(.*?)^\};", body_of("/js/messages.js"), re.MULTILINE | re.DOTALL
        )
    )
    said = {
        name: set(re.findall(r"^  (\w+):", block, re.MULTILINE)) for name, block in blocks.items()
    }
    assert said["ARABIC"] == said["HEBREW"] == said["ENGLISH"]
    assert said["BRITISH"] < said["ENGLISH"]
    assert all("{business}" in blocks[name] for name in ("ENGLISH", "ARABIC", "HEBREW"))


@pytest.mark.parametrize("frame", ["payment", "address"])
def test_every_field_has_a_label_an_autocomplete_and_a_place_for_its_message(frame: str) -> None:
    page = body_of(f"/frames/{frame}")
    fields = re.findall(r'<(?:input|select) class="Input[^>]*>', page)
    assert fields
    for field in fields:
        (identity,) = re.findall(r'\sid="([^"]+)"', field)
        (name,) = re.findall(r'\sname="([^"]+)"', field)
        assert f'<label class="Label" for="{identity}"' in page
        assert "autocomplete=" in field
        assert f'id="Field-{name}Error" role="alert"' in page
