"""What payers read of each code of Stripe's: enough to go on, and no more than the bank says."""

import re

import pytest

from portal.patient.decline_texts import (
    DECLINED,
    FAILED,
    NOT_CHARGED,
    TEXTS,
    UNAVAILABLE,
    Problem,
)
from portal.patient.problems import problem
from portal.texts import ACCENTED, in_language
from tests.patient.stripe_codes import (
    DECLINE_CODES,
    SAYS_NOTHING,
    error_codes,
    is_of_a_card_payment,
)
from tests.support.untranslated import untranslated_text

CODES = [code for _, codes in TEXTS for code in codes]
PROBLEMS = [text for text, _ in TEXTS] + [UNAVAILABLE]
SAID = [(str(told.heading), str(told.next_step)) for told in PROBLEMS]
NEXT_STEP = re.compile(r"\b(Ask|Check|Please try|Try|Use|Wait) ")
TELLS_TOO_MUCH = re.compile(
    r"lost|stol|steal|fraud|risk|suspic|secur(?!ity code)|black|block|list|report|restrict|stop ",
    re.IGNORECASE,
)
# Stripe's words, accountants' words and Americans'.
HARD = re.compile(
    r"authenti|issuer|transaction|insufficient|fund|CVC|CVV|ZIP|verif|invalid|error|honou?r",
    re.IGNORECASE,
)


def test_every_decline_code_has_a_text_of_its_own_or_is_general_on_purpose() -> None:
    assert sorted(DECLINE_CODES - set(CODES)) == []


def test_every_error_code_that_a_payer_can_meet_has_a_text() -> None:
    """An SDK that knows new codes fails here until somebody has decided about each."""
    met = {code for code in error_codes() if is_of_a_card_payment(code)}
    assert len(error_codes()) > 200
    assert sorted(met - set(CODES)) == []


def test_no_code_of_another_kind_of_payment_has_a_text() -> None:
    assert [code for code in CODES if not is_of_a_card_payment(code)] == []


def test_no_code_stands_twice_and_no_text_is_left_over() -> None:
    assert len(CODES) == len(set(CODES))
    assert all(codes for _, codes in TEXTS)
    assert len(SAID) == len(set(SAID))


def test_what_the_bank_keeps_to_itself_reads_like_any_decline() -> None:
    general = {code for text, codes in TEXTS if text is DECLINED for code in codes}
    assert general == SAYS_NOTHING
    assert all(problem(code) is DECLINED for code in SAYS_NOTHING)


@pytest.mark.parametrize("code", ["unknown", "", "a_code_of_next_year", "resource_missing"])
def test_a_code_that_nobody_has_decided_about_still_says_what_to_do(code: str) -> None:
    assert problem(code) is FAILED


@pytest.mark.parametrize("told", PROBLEMS, ids=lambda told: str(told.heading))
def test_each_text_says_what_happened_that_nothing_was_taken_and_what_to_do(told: Problem) -> None:
    assert re.fullmatch(r"[A-Z][^.!?]*", str(told.heading))
    assert told.text.startswith(f"{NOT_CHARGED} ")
    assert told.text.count("charged") == 1
    assert NEXT_STEP.search(str(told.next_step))
    assert told.text.endswith(".")


@pytest.mark.parametrize("told", PROBLEMS, ids=lambda told: str(told.heading))
def test_each_text_is_plain_and_tells_no_more_than_the_bank(told: Problem) -> None:
    said = f"{told.heading}. {told.text}"
    assert not TELLS_TOO_MUCH.search(said)
    assert not HARD.search(said)
    sentences = [sentence.split() for sentence in re.split(r"[.,]", said) if sentence]
    assert max(len(words) for words in sentences) <= 14
    assert _reading_age(said) <= 11


@pytest.mark.parametrize("told", PROBLEMS, ids=lambda told: str(told.heading))
def test_each_text_is_read_in_the_language_of_whoever_reads_it(told: Problem) -> None:
    english = f"{told.heading}. {told.text}"
    with in_language(ACCENTED):
        assert untranslated_text(f"{told.heading}. {told.text}", ACCENTED, []) == []
    assert f"{told.heading}. {told.text}" == english


def _reading_age(text: str) -> float:
    """Flesch-Kincaid grade and five years; vowels that stand together are one syllable."""
    sentences = len(re.findall(r"[.!?]", text))
    words = re.findall(r"[a-z']+", text.lower())
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 + 5


def _syllables(word: str) -> int:
    silent = word.removesuffix("e") if not word.endswith(("le", "ee")) else word
    return max(1, len(re.findall(r"[aeiouy]+", silent)))


def test_the_measure_of_reading_age_knows_hard_from_easy() -> None:
    assert _reading_age("The cat sat on the mat. It was glad.") < 8
    hard = "Authentication of the transaction was unsuccessful owing to issuer unavailability."
    assert _reading_age(hard) > 16
