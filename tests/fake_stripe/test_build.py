"""The data files are in step with the installed SDK and Stripe's OpenAPI document."""

import pytest

from fake_stripe import data
from fake_stripe.build import FILES


@pytest.mark.parametrize("name", FILES)
def test_a_data_file_is_as_it_would_be_made_now(name: str) -> None:
    assert data.read(name) == FILES[name](), "run make stripe-data"


def test_every_data_file_is_made() -> None:
    kept = {file.name for file in data.FOLDER.iterdir() if file.suffix not in (".py", "")}

    assert kept == set(FILES)
