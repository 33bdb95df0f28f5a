"""`python -m fake_stripe.build`: write the data files anew."""

from fake_stripe.build import FILES
from fake_stripe.data import FOLDER

for name, text in FILES.items():
    (FOLDER / name).write_text(text(), encoding="utf-8")
