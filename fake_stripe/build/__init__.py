"""Makes `fake_stripe/data/` from the installed SDK and Stripe's OpenAPI document.

A developer runs it when Stripe's version changes. The offline Stripe itself needs neither of the
two: what they say of the API lies in the data.
"""

from fake_stripe.build import endpoints, expandable, parameters

# What is in each file.
FILES = {
    "endpoints.txt": endpoints.text,
    "expandable.txt": expandable.text,
    "parameters.json": parameters.text,
}
