"""Evidence: texts and files, kept or sent, within the limits that Stripe documents."""

from typing import Any

import pytest
import stripe

from fake_stripe.core import OfflineStripe
from fake_stripe.rules.evidence import FILES, MOST_TEXT
from tests.fake_stripe.control.conftest import Hand
from tests.fake_stripe.http.test_files import PDF, upload
from tests.fake_stripe.payments import paid_charge


@pytest.fixture
def dispute(client: stripe.StripeClient, offline: OfflineStripe) -> stripe.Dispute:
    """A chargeback that waits for our answer."""
    paid_charge(client, "pm_card_createDispute")
    offline.run_due()
    return client.v1.disputes.list().data[0]


@pytest.fixture
def appealable(
    client: stripe.StripeClient, offline: OfflineStripe, dispute: stripe.Dispute
) -> stripe.Dispute:
    """A lost dispute that may be appealed."""
    client.v1.disputes.close(dispute.id)
    Hand(offline)("disputes/appeal", dispute=dispute.id)
    return client.v1.disputes.retrieve(dispute.id)


def _update(
    client: stripe.StripeClient, dispute: stripe.Dispute, evidence: dict[str, Any], **more: Any
) -> stripe.Dispute:
    params: Any = {"evidence": evidence, **more}
    return client.v1.disputes.update(dispute.id, params)


@pytest.mark.parametrize("field", FILES)
def test_a_file_is_named_by_its_id_and_shown_when_asked_for(
    field: str, client: stripe.StripeClient, dispute: stripe.Dispute
) -> None:
    file = upload(client)

    kept = _update(client, dispute, {field: file.id}, submit=False).to_dict()

    shown = client.v1.disputes.retrieve(dispute.id, {"expand": [f"evidence.{field}"]}).to_dict()
    assert kept["evidence"][field] == file.id
    assert shown["evidence"][field] == file.to_dict()
    assert kept["evidence_details"]["has_evidence"] is True


@pytest.mark.parametrize("field", FILES)
def test_a_file_that_is_not_ours_is_refused_where_it_is_named(
    field: str,
    client: stripe.StripeClient,
    outsider: stripe.StripeClient,
    dispute: stripe.Dispute,
) -> None:
    for identifier in ("file_none", dispute.id, upload(outsider).id):
        with pytest.raises(stripe.InvalidRequestError, match="No such file upload") as caught:
            _update(client, dispute, {field: identifier})
        assert (caught.value.http_status, caught.value.param) == (400, f"evidence[{field}]")

    assert client.v1.disputes.retrieve(dispute.id).to_dict() == dispute.to_dict()


def test_any_update_sends_what_was_kept_unless_it_says_otherwise(
    client: stripe.StripeClient, dispute: stripe.Dispute
) -> None:
    _update(client, dispute, {"uncategorized_text": "notes"}, submit=False)
    waiting = client.v1.disputes.update(
        dispute.id, {"metadata": {"portal": "demo"}, "submit": False}
    )
    sent = client.v1.disputes.update(dispute.id, {"metadata": {"portal": "test"}})
    again = client.v1.disputes.update(dispute.id, {"metadata": {"portal": "clinic"}})

    def state(found: stripe.Dispute) -> tuple[str, int, str]:
        details = found.evidence_details
        return found.status, details.submission_count, details.submission_method

    assert state(waiting) == ("needs_response", 0, "not_submitted")
    assert state(sent) == state(again) == ("under_review", 1, "manual")
    assert again.metadata.to_dict() == {"portal": "clinic"}


def test_an_empty_text_takes_evidence_away(
    client: stripe.StripeClient, dispute: stripe.Dispute
) -> None:
    _update(client, dispute, {"customer_name": "Alice", "receipt": upload(client).id}, submit=False)

    emptied = _update(client, dispute, {"customer_name": "", "receipt": ""}, submit=False)

    assert (emptied.evidence.customer_name, emptied.evidence.receipt) == (None, None)
    assert emptied.evidence_details.has_evidence is False


def test_a_text_and_all_texts_together_have_an_end(
    client: stripe.StripeClient, dispute: stripe.Dispute
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="at most 20000") as caught:
        _update(client, dispute, {"uncategorized_text": "x" * 20_001})
    assert caught.value.param == "evidence[uncategorized_text]"

    long = ["access_activity_log", "cancellation_rebuttal", "product_description"]
    long += ["cancellation_policy_disclosure", "refund_policy_disclosure"]
    long += ["refund_refusal_explanation", "uncategorized_text"]
    _update(client, dispute, dict.fromkeys(long, "x" * 20_000), submit=False)
    left = MOST_TEXT - 7 * 20_000
    with pytest.raises(stripe.InvalidRequestError, match=f"at most {MOST_TEXT}") as caught:
        _update(client, dispute, {"duplicate_charge_explanation": "x" * (left + 1)})

    assert caught.value.param == "evidence"
    last = _update(client, dispute, {"duplicate_charge_explanation": "x" * left})
    assert last.status == "under_review"


def test_all_files_together_have_an_end(
    client: stripe.StripeClient, dispute: stripe.Dispute
) -> None:
    first, second = upload(client, PDF + bytes(2_500_000)), upload(client, PDF + bytes(2_100_000))
    _update(client, dispute, {"receipt": first.id}, submit=False)

    with pytest.raises(stripe.InvalidRequestError, match="at most 4500000 bytes"):
        _update(client, dispute, {"refund_policy": second.id})

    assert client.v1.disputes.retrieve(dispute.id).status == "needs_response"


def test_what_stripe_asks_for_in_some_cases_is_refused_by_name(
    client: stripe.StripeClient, dispute: stripe.Dispute
) -> None:
    evidence = {"enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}

    with pytest.raises(stripe.InvalidRequestError, match="is not supported") as caught:
        _update(client, dispute, evidence)

    assert caught.value.param == "evidence[enhanced_evidence]"


@pytest.mark.parametrize(
    ("words", "end"), [("winning_evidence", "won"), ("losing_evidence", "lost")]
)
def test_an_appeal_is_filed_with_its_reason_and_files(
    words: str,
    end: str,
    client: stripe.StripeClient,
    offline: OfflineStripe,
    appealable: stripe.Dispute,
) -> None:
    file = upload(client)
    card = {"reason_for_filing": words, "supporting_files": [file.id]}

    filed = _update(client, appealable, {"appeal": {"card": card}})
    offline.advance(60)

    assert filed.status == "appeal_under_review"
    assert filed.to_dict()["evidence"]["appeal"] == {"card": card}
    assert client.v1.disputes.retrieve(filed.id).status == end


def test_an_appeal_without_its_reason_is_not_sent(
    client: stripe.StripeClient, appealable: stripe.Dispute
) -> None:
    kept = _update(client, appealable, {"uncategorized_text": "notes"}, submit=True)

    assert (kept.status, kept.evidence_details.submission_count) == ("appeal_needs_response", 0)


def test_only_a_lost_dispute_that_may_be_is_appealed(
    client: stripe.StripeClient, dispute: stripe.Dispute
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="cannot be appealed") as caught:
        _update(client, dispute, {"appeal": {"card": {"reason_for_filing": "unfair"}}})

    assert caught.value.param == "evidence[appeal]"


def test_the_file_of_an_appeal_has_to_be_ours(
    client: stripe.StripeClient, appealable: stripe.Dispute
) -> None:
    card = {"reason_for_filing": "unfair", "supporting_files": ["file_none"]}

    with pytest.raises(stripe.InvalidRequestError, match="No such file upload"):
        _update(client, appealable, {"appeal": {"card": card}})
