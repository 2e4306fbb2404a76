import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from members import clock
from members.actions.invitations import invite_person, withdraw_invitation
from members.actions.sending import send_letters
from members.models import Affiliation, Invitation, Letter, User
from members.refusals import NotAllowed, Refused
from tests import cases

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a quite long sentence 9"


@pytest.fixture
def secretary():
    return cases.person(secretariat=True)


def invite(secretary, email="new@example.org", **changes):
    values = {
        "user": secretary,
        "email": email,
        "name": "新人",
        "language": "zh-hant",
        "organisation": cases.member_org(),
        "role": Affiliation.Role.REPRESENTATIVE,
    }
    return invite_person(**values | changes)


def answer(client, invitation, **changes):
    data = {"name": "新人", "language": "en", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    return client.post(invitation.get_absolute_url(), data | changes)


def test_invitation_by_anybody_else_is_refused():
    with pytest.raises(NotAllowed):
        invite(cases.person(represents=cases.member_org()))


def test_invitation_of_a_liaison_into_a_firm_is_refused(secretary):
    with pytest.raises(Refused):
        invite(secretary, role=Affiliation.Role.LIAISON)


def test_withdrawn_invitation_opens_nothing_and_may_be_sent_anew(secretary, client):
    invitation = invite(secretary)
    withdraw_invitation(user=secretary, invitation=invitation)
    assert Letter.objects.get().state == Letter.State.CANCELLED
    assert answer(client, invitation).status_code == 410
    assert not User.objects.filter(email=invitation.email).exists()
    with pytest.raises(Refused):
        withdraw_invitation(user=secretary, invitation=invitation)
    assert answer(client, invite(secretary)).status_code == 302


def test_invitation_that_was_accepted_or_of_another_desk_is_not_withdrawn(secretary, client):
    invitation = invite(secretary)
    with pytest.raises(NotAllowed):
        withdraw_invitation(user=cases.person(represents=cases.member_org()), invitation=invitation)
    answer(client, invitation)
    with pytest.raises(Refused):
        withdraw_invitation(user=secretary, invitation=invitation)
    assert User.objects.get(email=invitation.email).has_role("representative")


def test_secretariat_withdraws_in_the_list_and_an_auditor_does_not(secretary):
    invitation, auditor = invite(secretary), cases.person("auditor@example.org")
    role = {"organisation": cases.secretariat_org(), "role": Affiliation.Role.AUDITOR}
    Affiliation.objects.create(user=auditor, starts_on=cases.SINCE, **role)
    chosen = {"action": "withdraw", "_selected_action": [invitation.pk]}
    for person, is_open in ((auditor, True), (secretary, False)):
        cases.signed_in(person).post("/admin/members/invitation/", chosen)
        assert Invitation.objects.open().exists() is is_open


def test_invitation_twice_is_refused(secretary):
    invite(secretary)
    with pytest.raises(Refused):
        invite(secretary)


@pytest.mark.django_db(transaction=True)
def test_invitation_arrives_with_its_link(secretary, smtp):
    invitation = invite(secretary)
    send_letters()
    (letter,) = smtp.wait(1, to="new@example.org")
    assert re.search(r"https?://\S+/invitation/" + invitation.token, letter.message.get_content())


def test_accept_opens_a_verified_account_with_the_role(client, secretary):
    invitation = invite(secretary)
    assert client.get(invitation.get_absolute_url()).status_code == 200
    response = answer(client, invitation)
    user = User.objects.get(email="new@example.org")
    assert response.status_code == 302
    assert response.url == reverse("members:consent")
    assert user.language == "en"
    assert EmailAddress.objects.get(user=user).verified
    assert user.organisations_as(Affiliation.Role.REPRESENTATIVE) == [cases.member_org()]


def test_new_account_is_welcomed_in_one_sentence(client, secretary):
    page = client.get(answer(client, invite(secretary))["Location"])
    assert len(page.context["messages"]) == 1


def test_accept_twice_is_over(client, secretary):
    invitation = invite(secretary)
    answer(client, invitation)
    client.logout()
    assert answer(client, invitation).status_code == 410
    assert User.objects.filter(email="new@example.org").count() == 1


def test_accept_after_its_time_is_over(client, secretary):
    invitation = invite(secretary)
    Invitation.objects.update(expires_at=clock.now())
    assert client.get(invitation.get_absolute_url()).status_code == 410


@pytest.mark.parametrize(
    "changes",
    [{"again": "something else entirely"}, {"password": "short", "again": "short"}, {"name": ""}],
)
def test_accept_with_a_mistake_says_so_and_opens_nothing(client, secretary, changes):
    response = answer(client, invite(secretary), **changes)
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


def test_unknown_token_is_not_found(client):
    assert client.get(reverse("members:invitation", args=["nonsense"])).status_code == 404


def test_role_is_added_to_an_account_by_its_owner_only(client, secretary):
    owner = cases.person("new@example.org")
    invitation = invite(secretary)
    client.force_login(cases.person())
    client.post(invitation.get_absolute_url())
    assert not owner.affiliations.exists()
    client.force_login(owner)
    client.post(invitation.get_absolute_url())
    assert owner.affiliations.get().organisation == cases.member_org()


def test_signup_without_invitation_is_closed(client):
    response = client.get(reverse("account_signup"))
    assert response.status_code == 200
    assert (
        "<form"
        not in re.sub(r"<nav.*?</nav>", "", response.content.decode(), flags=re.S).partition("<main")[2]
    )


def test_staff_without_second_factor_is_sent_to_set_it_up(client, settings):
    settings.MFA_REQUIRED = True
    client.force_login(cases.person(secretariat=True))
    response = client.get(reverse("home"))
    assert response.status_code == 302
    assert response.url == reverse("mfa_activate_totp")
    client.force_login(cases.person(represents=cases.member_org()))
    assert client.get(reverse("proposals:my")).status_code != 302
