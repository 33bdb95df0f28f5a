from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.details import AccountError
from portal.accounts.models import RoleName, User
from portal.accounts.service import create_user, invite
from portal.context import Portal
from portal.patients.models import Patient
from tests.account_pages.mailbox import last_link, mails_to
from tests.account_pages.records import actions_of
from tests.support.client import PASSWORD, PortalClient, words_of
from tests.support.people import Person
from tests.support.portals import Clock

DORA = "dora@example.test"


def test_an_invited_patient_chooses_a_password_and_is_signed_in(
    client: PortalClient, portal: Portal
) -> None:
    ref = invite(portal, DORA, RoleName.PATIENT, "Dora Dean", currency="EUR")
    link = last_link(portal, DORA)
    page = client.get(link)
    assert "Set up your account" in words_of(page)
    answer = client.submit(page, new_password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Euros (EUR)" in words_of(client.get("/account"))
    assert actions_of(portal, ref) == ["user.created", "user.invitation_accepted", "user.signed_in"]
    assert client.get(link).status_code == 404


def test_an_invited_clinician_is_no_patient(portal: Portal) -> None:
    invite(portal, DORA, RoleName.CLINICIAN, "Dora Dean")
    with portal.db.read() as session:
        assert session.scalars(select(User.role)).one() == "clinician"
        assert session.scalar(select(Patient.id)) is None
    assert "what you owe" not in mails_to(portal, DORA)[0].text


def test_an_invitation_can_be_sent_again_until_it_is_accepted(
    client: PortalClient, portal: Portal
) -> None:
    first = invite(portal, DORA, RoleName.PATIENT, "Dora Dean")
    assert invite(portal, DORA, RoleName.PATIENT, "Dora Dean") == first
    assert len(mails_to(portal, DORA)) == 2
    client.submit(last_link(portal, DORA), new_password=PASSWORD)
    with pytest.raises(AccountError, match="already has an account"):
        invite(portal, DORA, RoleName.PATIENT, "Dora Dean")


def test_an_invitation_expires_and_a_forgotten_password_link_makes_up_for_it(
    client: PortalClient, portal: Portal, clock: Clock
) -> None:
    invite(portal, DORA, RoleName.PATIENT, "Dora Dean")
    clock.advance(timedelta(days=7, minutes=1))
    assert client.get(last_link(portal, DORA)).status_code == 404
    client.submit("/forgotten-password", email=DORA)
    assert client.submit(last_link(portal, DORA), new_password=PASSWORD).status_code == 303
    assert client.sign_in(DORA).status_code == 303


def test_an_invitation_opened_in_somebody_elses_browser_signs_them_out(
    client: PortalClient, portal: Portal, bob: Person
) -> None:
    client.sign_in(bob.email)
    invite(portal, DORA, RoleName.PATIENT, "Dora Dean")
    client.submit(client.get(last_link(portal, DORA)), new_password=PASSWORD)
    words = words_of(client.get("/account"))
    assert "Dora Dean" in words
    assert "Bob Baker" not in words
    assert actions_of(portal, bob.user_ref)[-1] == "user.signed_out"


def test_a_weak_password_is_refused_and_the_invitation_stands(
    client: PortalClient, portal: Portal
) -> None:
    invite(portal, DORA, RoleName.PATIENT, "Dora Dean")
    answer = client.submit(last_link(portal, DORA), new_password="password")
    assert answer.status_code == 422
    assert "10 characters or more" in words_of(answer)
    assert DORA in answer.text


@pytest.mark.parametrize(
    ("path", "way_on"),
    [
        ("/invite/x", "/forgotten-password"),
        ("/invite/a.b.c", "/forgotten-password"),
        ("/forgotten-password/x.y.z", "/forgotten-password"),
        ("/account/email/%00", "/account/email"),
    ],
)
def test_a_link_we_never_made_is_not_found_and_leads_to_where_a_new_one_is_had(
    client: PortalClient, path: str, way_on: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "This link does not work any more" in words_of(answer)
    assert f'href="{way_on}" class="button"' in answer.text


def test_a_user_who_cannot_be_made_is_explained_in_one_line(portal: Portal, alice: Person) -> None:
    for changes, reason in (
        ({"email": "dora"}, "correct format"),
        ({"email": alice.email}, "already has an account"),
        ({"name": "x" * 201}, "1 to 200 characters"),
        ({"password": "password"}, "10 characters or more"),
        ({"currency": "XXX"}, "not one of EUR, GBP, JPY, USD"),
    ):
        wanted = {
            "email": DORA,
            "name": "Dora Dean",
            "password": PASSWORD,
            "currency": "GBP",
        } | changes
        with pytest.raises(AccountError, match=reason) as caught:
            create_user(portal, role=RoleName.PATIENT, **wanted)
        assert "\n" not in str(caught.value)
    with portal.db.read() as session:
        assert list(session.scalars(select(User.email))) == [alice.email]


def test_a_user_made_with_a_password_gets_no_mail_and_a_name_from_the_address(
    portal: Portal,
) -> None:
    create_user(portal, email=DORA.upper(), role=RoleName.PATIENT, password=PASSWORD)
    assert mails_to(portal, DORA) == []
    with portal.db.read() as session:
        assert session.scalars(select(Patient.name)).one() == "dora"
