"""What Alice asks for and pays in two years, up to this minute."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Test tokens: https://docs.stripe.com/testing
VISA, MASTERCARD, AMEX = "pm_card_visa", "pm_card_mastercard", "pm_card_amex"
DEBIT, BRITISH, GERMAN = "pm_card_mastercard_debit", "pm_card_gb", "pm_card_de"
JCB = "pm_card_jcb"
REFUSED = "pm_card_chargeDeclined"
EXPIRED = "pm_card_chargeDeclinedExpiredCard"
NO_FUNDS = "pm_card_chargeDeclinedInsufficientFunds"
WRONG_CODE = "pm_card_chargeDeclinedIncorrectCvc"
ASKS_BANK = "pm_card_authenticationRequired"

CONSULTATION, REVIEW = "video-consultation", "document-review"
LETTER, ADVICE = "clinical-letter", "ad-hoc-advice"
EVENING, POSTED, URGENT = ("evening",), ("posted-copy",), ("urgent",)

# Between two deeds of a story on the same day.
A_WHILE = timedelta(minutes=2)


@dataclass(frozen=True)
class Pays:
    """A card is tried, `days` after the request.

    `held`: Stripe takes its time. `altered` minor units are added at Stripe, behind the portal's
    back, before the card is charged: an administrator has to look at such a payment.
    """

    card: str
    days: int = 0
    held: bool = False
    altered: int = 0


@dataclass(frozen=True)
class Leaves:
    """The card form is opened and left alone, `days` after the request."""

    days: int = 0


@dataclass(frozen=True)
class Withdraws:
    days: int = 0


Deed = Pays | Leaves | Withdraws


@dataclass(frozen=True)
class Story:
    """One request and what becomes of it; `key` makes it happen once.

    It begins `days_ago` at the local time `at`, for 0 days this minute. The cards of one story are
    tried within seven days: an unfinished payment is canceled then.
    """

    key: str
    days_ago: int
    at: time
    slug: str
    deeds: tuple[Deed, ...] = ()
    quantity: int = 1
    options: tuple[str, ...] = ()
    currency: str = "GBP"


@dataclass(frozen=True)
class Happening:
    """A request (no `deed`) or a deed, at its moment. `tries`: cards of the story up to it."""

    moment: datetime
    story: Story
    deed: Deed | None = None
    tries: int = 0


STORIES = (
    # 2024 and 2025
    Story("demo-consultation-first", 729, time(10, 5), CONSULTATION, (Pays(VISA),)),
    Story("demo-letter-for-work", 701, time(19, 40), LETTER, (Pays(VISA),), options=POSTED),
    Story("demo-advice-travel", 678, time(8, 15), ADVICE, (Pays(MASTERCARD),)),
    Story("demo-review-results", 652, time(12, 30), REVIEW, (Pays(VISA),), 2),
    Story(
        "demo-consultation-evening",
        627,
        time(21, 10),
        CONSULTATION,
        (Pays(NO_FUNDS), Pays(VISA, days=1)),
        options=EVENING,
    ),
    Story("demo-advice-euros", 604, time(16, 20), ADVICE, (Pays(GERMAN),), 2, currency="EUR"),
    Story("demo-letter-not-needed", 588, time(9, 55), LETTER, (Withdraws(days=2),), options=URGENT),
    Story("demo-consultation-second", 560, time(11, 45), CONSULTATION, (Pays(VISA, days=6),)),
    Story("demo-review-dollars", 531, time(14, 0), REVIEW, (Pays(AMEX),), 3, currency="USD"),
    Story("demo-advice-work", 509, time(17, 35), ADVICE, (Pays(BRITISH),)),
    Story("demo-letter-urgent", 483, time(13, 25), LETTER, (Pays(DEBIT),), options=URGENT),
    Story("demo-consultation-yen", 455, time(7, 50), CONSULTATION, (Pays(JCB),), currency="JPY"),
    Story("demo-review-forgotten", 440, time(20, 15), REVIEW, (Leaves(), Withdraws(days=12)), 4),
    Story("demo-advice-again", 421, time(18, 5), ADVICE, (Pays(WRONG_CODE), Pays(VISA)), 3),
    Story("demo-consultation-third", 396, time(10, 30), CONSULTATION, (Pays(VISA, days=9),)),
    # Above 250 pounds: the invoice names Alice's address.
    Story("demo-review-many", 370, time(15, 45), REVIEW, (Pays(VISA),), 10),
    # The last twelve months
    Story("demo-letter-posted", 344, time(9, 10), LETTER, (Pays(MASTERCARD),), options=POSTED),
    Story("demo-advice-one", 327, time(22, 20), ADVICE, (Pays(BRITISH),)),
    Story("demo-consultation-late", 301, time(12, 0), CONSULTATION, (Pays(VISA, days=17),)),
    Story("demo-review-euros", 279, time(16, 55), REVIEW, (Pays(GERMAN),), 2, currency="EUR"),
    Story("demo-advice-dollars", 258, time(8, 40), ADVICE, (Pays(AMEX),), 4, currency="USD"),
    Story(
        "demo-letter-both",
        240,
        time(11, 20),
        LETTER,
        (Pays(EXPIRED), Pays(MASTERCARD)),
        options=(*POSTED, *URGENT),
    ),
    Story("demo-consultation-fourth", 213, time(14, 35), CONSULTATION, (Pays(BRITISH),)),
    Story("demo-review-three", 190, time(19, 5), REVIEW, (Pays(VISA, days=3),), 3),
    Story("demo-letter-cancelled", 171, time(10, 50), LETTER, (Withdraws(),)),
    Story("demo-advice-yen", 155, time(7, 25), ADVICE, (Pays(JCB),), 2, currency="JPY"),
    Story(
        "demo-consultation-weekend",
        132,
        time(13, 15),
        CONSULTATION,
        (Pays(BRITISH),),
        options=EVENING,
    ),
    Story("demo-advice-summer", 110, time(18, 30), ADVICE, (Pays(DEBIT),), 5),
    Story("demo-letter-plain", 88, time(9, 35), LETTER, (Pays(REFUSED), Pays(DEBIT, days=2))),
    Story("demo-review-one", 67, time(12, 55), REVIEW, (Pays(BRITISH),)),
    Story("demo-consultation-fifth", 49, time(15, 20), CONSULTATION, (Pays(MASTERCARD),)),
    Story("demo-advice-autumn", 33, time(20, 45), ADVICE, (Pays(VISA),), 2),
    # What is still to be paid, or looked at
    Story("demo-review-overdue", 20, time(11, 5), REVIEW),
    Story("demo-consultation-due-soon", 11, time(16, 10), CONSULTATION, options=EVENING),
    Story("demo-letter-recent", 6, time(10, 15), LETTER, (Pays(BRITISH),), options=POSTED),
    Story("demo-advice-declined", 3, time(17, 50), ADVICE, (Pays(NO_FUNDS),), 2),
    Story("demo-review-in-action", 2, time(9, 25), REVIEW, (Pays(ASKS_BANK),), 2),
    Story("demo-letter-in-review", 1, time(14, 45), LETTER, (Pays(MASTERCARD, altered=-500),)),
    Story("demo-advice-on-its-way", 0, time(0), ADVICE, (Pays(VISA, held=True),)),
)


def timeline(present: datetime, zone: str) -> list[Happening]:
    """Everything in the stories in its order, the last at `present`.

    Their days and times are those of the time zone `zone` (an IANA name).
    """
    return sorted(
        (one for story in STORIES for one in _happenings(story, present, zone)),
        key=lambda one: one.moment,
    )


def _happenings(story: Story, present: datetime, zone: str) -> list[Happening]:
    begins = present
    if story.days_ago:
        day = present.astimezone(ZoneInfo(zone)).date() - timedelta(days=story.days_ago)
        begins = datetime.combine(day, story.at, ZoneInfo(zone)).astimezone(UTC)
    happenings = [Happening(begins, story)]
    tries = 0
    for place, deed in enumerate(story.deeds, 1):
        tries += isinstance(deed, Pays)
        moment = begins + timedelta(days=deed.days) + place * A_WHILE
        happenings.append(Happening(min(moment, present), story, deed, tries))
    return happenings
