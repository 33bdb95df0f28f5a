"""What happens in one schedule, all of it decided by its seed. Pure."""

import random
from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    """What a payer, the office or Stripe does with one bill."""

    ASK = "ask"
    PAY = "pay"
    DECLINED = "declined"
    # The bank asks the payer to confirm.
    BANK_ASKS = "bank_asks"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    # Stripe takes its time with the charge, and ends it later.
    PAY_HELD = "pay_held"
    RELEASE = "release"
    RELEASE_FAILED = "release_failed"
    # The amount is changed at Stripe, behind the portal's back.
    ALTER = "alter"
    WITHDRAW = "withdraw"


class Trouble(StrEnum):
    """What happens to events and answers on their way, until the end of the schedule or once."""

    DUPLICATE = "duplicate"
    DELAY = "delay"
    HOLD = "hold"
    # Stripe answers the next deed with 500, the work done or not; or its answer is lost.
    FAIL = "fail"
    FAIL_DONE = "fail_done"
    LOSE_ANSWER = "lose_answer"


class Moment(StrEnum):
    """What is due is done: events arrive, and the worker's jobs run, but for its polling."""

    WORK = "work"


@dataclass(frozen=True)
class Step:
    """`deed` happens to the bill of that place; troubles and moments have no bill."""

    deed: Deed | Trouble | Moment
    bill: int = 0


@dataclass(frozen=True)
class Schedule:
    """The steps in their order; `shuffle` decides in which order held events arrive."""

    seed: int
    bills: int
    steps: tuple[Step, ...]
    shuffle: int


STORIES: tuple[tuple[Deed, ...], ...] = (
    (Deed.ASK, Deed.PAY),
    (Deed.ASK, Deed.DECLINED, Deed.PAY),
    (Deed.ASK, Deed.DECLINED, Deed.DECLINED),
    (Deed.ASK, Deed.BANK_ASKS, Deed.CONFIRM),
    (Deed.ASK, Deed.BANK_ASKS, Deed.REFUSE, Deed.PAY),
    (Deed.ASK, Deed.BANK_ASKS),
    (Deed.ASK, Deed.PAY_HELD, Deed.RELEASE),
    (Deed.ASK, Deed.PAY_HELD, Deed.RELEASE_FAILED),
    (Deed.ASK, Deed.PAY_HELD, Deed.RELEASE_FAILED, Deed.PAY),
    (Deed.ASK, Deed.PAY_HELD),
    (Deed.ASK, Deed.ALTER, Deed.PAY),
    (Deed.ASK, Deed.DECLINED, Deed.WITHDRAW),
    (Deed.ASK, Deed.WITHDRAW),
    (Deed.ASK, Deed.PAY, Deed.WITHDRAW),
)


def everything() -> Schedule:
    """Every story once, one after the other, with nothing going wrong."""
    steps = [Step(deed, place) for place, story in enumerate(STORIES) for deed in story]
    return Schedule(0, len(STORIES), tuple(steps), 0)


def draw(seed: int) -> Schedule:
    """The schedule of that seed: stories of one to three bills, mixed, with trouble in between."""
    chance = random.Random(seed)  # noqa: S311 - it must be repeatable, not secret
    bills = chance.randint(1, 3)
    left = [list(chance.choice(STORIES)) for _ in range(bills)]
    steps: list[Step] = []
    while any(left):
        if chance.random() < 0.3:
            steps.append(Step(chance.choice(tuple(Trouble))))
        if chance.random() < 0.4:
            steps.append(Step(Moment.WORK))
        place = chance.choice([place for place in range(bills) if left[place]])
        steps.append(Step(left[place].pop(0), place))
    return Schedule(seed, bills, tuple(steps), chance.randrange(10**6))
