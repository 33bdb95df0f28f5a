"""Metadata: at most 50 keys of 40 characters with values of 500, unset by an empty value."""

from fake_stripe.documents import Params
from fake_stripe.errors import ApiError

MAX_KEYS, MAX_KEY, MAX_VALUE = 50, 40, 500


def merged(current: dict[str, str], params: Params) -> dict[str, str]:
    """`current` with `params["metadata"]` laid over it.

    Raises ApiError 400 beyond Stripe's limits.
    """
    given = params.get("metadata")
    if given is None:
        return current
    if given == "":
        return {}
    for key, value in given.items():
        if len(key) > MAX_KEY:
            raise ApiError(
                f"Metadata keys cannot be longer than {MAX_KEY} characters. Invalid key: {key}",
                param="metadata",
            )
        if len(value) > MAX_VALUE:
            raise ApiError(
                f"Metadata values can have up to {MAX_VALUE} characters, but you passed in a value "
                f"that is {len(value)} characters. Invalid value: {value}",
                param=f"metadata[{key}]",
            )
    result = {key: value for key, value in {**current, **given}.items() if value != ""}
    if len(result) > MAX_KEYS:
        raise ApiError(f"You can only have up to {MAX_KEYS} metadata keys.", param="metadata")
    return result
