"""Playing a schedule on a real portal and an offline Stripe, both in this process."""

from contextlib import suppress
from urllib.parse import urlencode

from fake_stripe.core import Request
from fake_stripe.faults import Fault
from portal.actions import pay
from portal.actions.jobs import PAYMENT, REFUND
from portal.actions.withdraw import NotWithdrawable, withdraw
from portal.catalogue.seed import seed_catalogue
from portal.context import Portal
from portal.demo import test_cards
from portal.effects.jobs import KIND as DOCUMENT
from portal.payments.models import Payment
from portal.payments.service import NotPayable, latest_payment_id
from portal.stripe_api.errors import StripeRefused, StripeUnavailable
from portal.stripe_sync.reconcile.passes import PASSES, Pass
from portal.stripe_sync.reconcile.service import reconcile
from portal.worker import KINDS, drain
from tests.chaos.schedule import Deed, Moment, Schedule, Step, Trouble
from tests.support.bills import Owed, ask_for
from tests.support.offline_stripe import SECRET_KEY, StripeHere
from tests.support.people import add_person

# Not the worker's polling: webhooks, or else reconcile, are to find everything. Nor drawing, which
# takes longer than all the rest.
JOBS = tuple(kind for kind in KINDS if kind not in (PAYMENT, REFUND, DOCUMENT))
AUTHENTICATE = "/_frames/three_d_secure"
RETURN_URL = "http://localhost/return"
SERVICES = ("video-consultation", "document-review", "clinical-letter", "ad-hoc-advice")
CARDS = {
    Deed.PAY: "pm_card_visa",
    Deed.DECLINED: "pm_card_chargeDeclinedInsufficientFunds",
    Deed.BANK_ASKS: "pm_card_authenticationRequired",
    Deed.PAY_HELD: "pm_card_mastercard",
}
# What a payer's own calls meet with: what else is asked of Stripe differs between the two runs. The
# SDK tries three times before it gives up.
ASKED = "POST /v1/payment_intents*"
FAULTS: dict[Trouble, tuple[str, int, bool]] = {
    Trouble.FAIL: ("500", 1, False),
    Trouble.FAIL_DONE: ("500", 1, True),
    Trouble.LOSE_ANSWER: ("unreachable", 3, True),
}
# Longer than whatever is delayed, and than Stripe takes for a fee.
LATER = 120


class Player:
    """One run of a schedule: `told` by webhooks, or else with all of them dropped."""

    def __init__(self, portal: Portal, stripe: StripeHere, told: bool) -> None:
        self._portal = portal
        self._stripe = stripe
        self._told = told
        self._bills: dict[int, Owed] = {}
        with portal.db.write() as session:
            seed_catalogue(session)
        self._alice = add_person(portal, "Alice Archer", "alice@example.test", "patient")
        if not told:
            self._tell("POST", "deliveries/rules", action="drop")

    def play(self, schedule: Schedule) -> None:
        """Play it to its end, until Stripe has nothing left to say; then reconcile, if not told."""
        for step in schedule.steps:
            self._take(step)
        self._stripe.server.faults.clear()
        if self._told:
            self._tell("DELETE", "deliveries/rules")
            order = {"order": "shuffled", "seed": schedule.shuffle}
            self._tell("POST", "deliveries/release", **order)
        for _ in range(3):
            self._tell("POST", "clock/advance", seconds=LATER)
            self._work()
        if not self._told:
            reconcile(self._portal, passes=_passes(schedule.seed))
            self._work()

    def _take(self, step: Step) -> None:
        if isinstance(step.deed, Moment):
            self._work()
        elif isinstance(step.deed, Trouble):
            self._trouble(step.deed)
        else:
            # Stripe's trouble, or too late: the payer is told so, and may try again.
            with suppress(StripeUnavailable, StripeRefused, NotPayable, NotWithdrawable):
                self._do(step.deed, step.bill)
            self._stripe.server.faults.clear()

    def _work(self) -> None:
        self._stripe.server.faults.clear()
        self._stripe.deliver()
        drain(self._portal, kinds=JOBS)

    def _trouble(self, trouble: Trouble) -> None:
        if trouble in FAULTS:
            kind, count, executed = FAULTS[trouble]
            self._stripe.server.faults.add(Fault(kind, ASKED, count, executed=executed))
        elif self._told:
            self._tell("POST", "deliveries/rules", action=str(trouble), count=3, seconds=LATER)

    def _do(self, deed: Deed, place: int) -> None:
        if deed is Deed.ASK:
            slug = SERVICES[place % len(SERVICES)]
            # What people mean to pay at once is not asked for by mail within the run.
            asked = ask_for(self._portal, self._alice.patient_id, slug, pays_now=True)
            self._bills[place] = asked
            return
        bill = self._bills[place]
        if deed is Deed.WITHDRAW:
            withdraw(self._portal, bill.id)
        elif deed in CARDS:
            if deed is Deed.PAY_HELD:
                self._tell("POST", "processing/hold", count=1)
            self._confirm(bill, CARDS[deed])
        else:
            self._later(deed, bill)

    def _confirm(self, bill: Owed, card: str) -> None:
        pay.start(self._portal, bill.id)
        stripe_id = self._intent_of(bill)
        test_cards.confirm(self._portal.stripe, stripe_id, card, RETURN_URL)

    def _later(self, deed: Deed, bill: Owed) -> None:
        """What happens to a payment that was begun."""
        if deed is Deed.ALTER:
            pay.start(self._portal, bill.id)
            stripe_id = self._intent_of(bill)
            test_cards.change_amount(self._portal.stripe, stripe_id, bill.total + 100)
            return
        stripe_id = self._intent_of(bill)
        if deed in (Deed.CONFIRM, Deed.REFUSE):
            self._answer_bank(stripe_id, deed)
            return
        outcome = "succeed" if deed is Deed.RELEASE else "fail"
        seen = self._portal.stripe.payment_intents.fetch(stripe_id)
        if seen.status == "processing":
            named = {"payment_intent": stripe_id, "outcome": outcome}
            self._tell("POST", "processing/release", **named)

    def _answer_bank(self, stripe_id: str, deed: Deed) -> None:
        """What the page of 3-D Secure sends."""
        seen = self._portal.stripe.payment_intents.fetch(stripe_id)
        if seen.status != "requires_action":
            return
        outcome = "complete" if deed is Deed.CONFIRM else "fail"
        body = urlencode(
            {
                "key": SECRET_KEY.replace("sk_", "pk_"),
                "payment_intent": stripe_id,
                "client_secret": seen.client_secret,
                "outcome": outcome,
            }
        )
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = self._stripe.server.handle(
            Request("POST", AUTHENTICATE, headers=headers, body=body.encode())
        )
        assert answer.status == 200, answer.body

    def _intent_of(self, bill: Owed) -> str:
        with self._portal.db.read() as session:
            payment_id = latest_payment_id(session, bill.id)
            stripe_id = payment_id and session.get_one(Payment, payment_id).stripe_id
        if not stripe_id:
            # The answer to its making was lost: nobody has a form to fill in.
            raise StripeUnavailable("no form")
        return str(stripe_id)

    def _tell(self, method: str, path: str, **values: object) -> None:
        self._stripe.control(method, path, values)


def _passes(seed: int) -> tuple[Pass, ...]:
    """Every other schedule goes without the events that Stripe keeps: the rest has to suffice."""
    return tuple(one for one in PASSES if seed % 2 or one.name != "events")
