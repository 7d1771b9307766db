"""Signing in through the school's OpenID Connect provider, a real one, by the whole round trip."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from accounts.acts import AccountAct
from accounts.models import AuditEntry, User
from accounts.sign_in.acts import SignInAct
from config.openid_connect import openid_connect, provider_id
from tests.accounts.sign_in import provider as provider_process
from tests.accounts.sign_in.conftest import told_of
from tests.factories import AdminFactory, StudentFactory, UserFactory
from tests.moments import at

pytestmark = pytest.mark.django_db


def signed_in_as(client):
    response = client.get(reverse("home"))
    return response.wsgi_request.user if response.status_code == 200 else None


def refused_with(response, client, words):
    assert response.status_code == 403
    assert words in response.content.decode()
    assert signed_in_as(client) is None
    entry = AuditEntry.objects.get(act=SignInAct.REFUSE_PROVIDER)
    assert words in entry.reason
    return entry


def test_a_verified_address_leads_to_the_account_that_has_it(provider, come_as, client):
    teacher = UserFactory.create(email="Ya.Wang@example.edu.tw")
    response = come_as(provider.has("t-1", email="ya.wang@example.edu.tw", email_verified=True))
    assert (response.status_code, response.url) == (302, reverse("home"))
    assert signed_in_as(client) == teacher
    linked, came = AuditEntry.objects.order_by("pk")
    assert (linked.act, linked.actor) == (SignInAct.LINK_PROVIDER, teacher)
    assert (came.act, came.changes) == (AccountAct.SIGN_IN, {"way": ["校園帳號"]})


def test_the_page_that_was_asked_for_is_reached(provider, come_as, client):
    user = UserFactory.create()
    sub = provider.has("t-next", email=user.email, email_verified=True)
    assert come_as(sub, next="/accounts/notices/").url == "/accounts/notices/"


def test_a_student_is_found_by_the_claim_that_holds_the_student_number(provider, come_as, client, settings):
    settings.OIDC_STUDENT_NUMBER_CLAIM = "school_number"
    student = StudentFactory.create()
    come_as(provider.has("s-1", school_number=student.student_number))
    assert signed_in_as(client) == student.user


def test_the_claim_says_nothing_where_the_school_did_not_name_it(provider, come_as, client):
    student = StudentFactory.create()
    response = come_as(provider.has("s-2", school_number=student.student_number))
    refused_with(response, client, "本平臺沒有登記這個帳號的人員")


@pytest.mark.parametrize("verified", [False, "false", None])
def test_an_address_that_is_not_verified_is_nobodys(provider, come_as, client, verified):
    user = UserFactory.create()
    response = come_as(provider.has("t-2", email=user.email, email_verified=verified))
    refused_with(response, client, "還沒有確認您的電子郵件")
    assert not SocialAccount.objects.exists()


def test_strangers_are_refused_and_get_no_account(provider, come_as, client):
    UserFactory.create()
    before = User.objects.count()
    response = come_as(provider.has("x-1", email="stranger@example.edu.tw", email_verified=True))
    entry = refused_with(response, client, "本平臺沒有登記這個帳號的人員")
    assert entry.actor is None
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_what_the_provider_claims_makes_nobody_staff(provider, come_as, client):
    user = UserFactory.create()
    claims = {"is_staff": True, "is_superuser": True, "groups": ["admin"], "name": "另一個名字"}
    come_as(provider.has("t-3", email=user.email, email_verified=True, **claims))
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert user.name != "另一個名字"


def test_an_address_that_two_accounts_have_is_ambiguous(provider, come_as, client):
    for _ in range(2):
        UserFactory.create(email="shared@example.edu.tw")
    response = come_as(provider.has("x-2", email="shared@example.edu.tw", email_verified=True))
    refused_with(response, client, "有兩個以上的帳號")


def test_a_number_and_an_address_of_two_people_are_ambiguous(provider, come_as, client, settings):
    settings.OIDC_STUDENT_NUMBER_CLAIM = "school_number"
    student, other = StudentFactory.create(), UserFactory.create()
    claims = {"school_number": student.student_number, "email": other.email, "email_verified": True}
    refused_with(come_as(provider.has("x-3", **claims)), client, "屬於不同的帳號")


def test_addresses_outside_the_schools_domains_are_refused(provider, come_as, client, settings):
    settings.OIDC_TRUSTED_DOMAINS = ["school.example.edu.tw"]
    user = UserFactory.create(email="private@mail.example.com")
    response = come_as(provider.has("x-4", email=user.email, email_verified=True))
    refused_with(response, client, "不屬於學校的網域")


@pytest.fixture
def of_one_school(settings):
    """A county's provider, where this school is one of many."""
    settings.OIDC_REQUIRED_CLAIM, settings.OIDC_REQUIRED_VALUES = "school", ["193302", "193302-N"]


@pytest.mark.parametrize("said", ["193302", 193302, "193302-n", ["193302"], ["064308", "193302-N"]])
def test_of_a_countys_provider_this_schools_people_come_in(provider, come_as, client, of_one_school, said):
    user = UserFactory.create()
    come_as(provider.has("c-1", email=user.email, email_verified=True, school=said))
    assert signed_in_as(client) == user


@pytest.mark.parametrize("said", ["064308", "", None, ["064308"], [], "1933020", {"193302": True}, True])
def test_other_schools_people_are_refused_though_an_account_would_fit(
    provider, come_as, client, of_one_school, said
):
    user = UserFactory.create()
    response = come_as(provider.has("c-2", email=user.email, email_verified=True, school=said))
    refused_with(response, client, "不是本校的人員")
    assert not SocialAccount.objects.exists()


def test_a_student_number_of_another_school_is_nobodys_here(
    provider, come_as, client, of_one_school, settings
):
    settings.OIDC_STUDENT_NUMBER_CLAIM = "school_number"
    student = StudentFactory.create()
    response = come_as(provider.has("c-3", school_number=student.student_number, school="064308"))
    refused_with(response, client, "不是本校的人員")


def test_who_has_left_for_another_school_is_refused_though_linked(provider, come_as, of_one_school):
    user = UserFactory.create()
    come_as(provider.has("c-4", email=user.email, email_verified=True, school="193302"))
    browser = Client()
    response = come_as(
        provider.has("c-4", email=user.email, email_verified=True, school="064308"), browser=browser
    )
    assert refused_with(response, browser, "不是本校的人員").actor == user


def test_the_provider_is_asked_for_the_scopes_that_the_school_names(provider, client, settings):
    told = openid_connect(provider.url, "校園帳號", "platform", "s", more_scopes=["school"], in_clear=True)
    settings.SOCIALACCOUNT_PROVIDERS = told
    there = client.post(f"/accounts/oidc/{provider_id(provider.url)}/login/")
    (asked,) = parse_qs(urlsplit(there["Location"]).query)["scope"]
    assert set(asked.split()) == {"openid", "profile", "email", "school"}


@pytest.mark.parametrize("dead", [{"is_active": False}, {"expires_at": at("2024-01-01")}])
def test_an_account_that_may_not_be_used_is_refused_and_not_linked(provider, come_as, client, dead):
    user = UserFactory.create(**dead)
    response = come_as(provider.has("x-5", email=user.email, email_verified=True))
    entry = refused_with(response, client, "這個帳號已停用或到期")
    assert entry.actor == user
    assert not SocialAccount.objects.exists()


def test_an_account_that_rests_unused_is_refused_this_way_too(provider, come_as, client):
    user = UserFactory.create(date_joined=at("2020-08-01"))
    response = come_as(provider.has("x-7", email=user.email, email_verified=True))
    refused_with(response, client, "久未登入")


def test_an_account_disabled_after_it_was_linked_is_refused(provider, come_as, client):
    user = UserFactory.create()
    sub = provider.has("t-4", email=user.email, email_verified=True)
    come_as(sub)
    User.objects.filter(pk=user.pk).update(is_active=False)
    refused_with(come_as(sub), client, "這個帳號已停用或到期")


def test_once_linked_the_subject_counts_whatever_address_it_has_now(provider, come_as):
    user, other = UserFactory.create(), UserFactory.create()
    come_as(provider.has("t-5", email=user.email, email_verified=True))
    browser = Client()
    come_as(provider.has("t-5", email=other.email, email_verified=True), browser=browser)
    assert signed_in_as(browser) == user
    assert AuditEntry.objects.filter(act=SignInAct.LINK_PROVIDER).count() == 1


def test_whoever_takes_an_address_over_at_the_provider_does_not_get_the_account(provider, come_as):
    user = UserFactory.create()
    come_as(provider.has("t-6", email=user.email, email_verified=True))
    browser = Client()
    response = come_as(provider.has("thief", email=user.email, email_verified=True), browser=browser)
    refused_with(response, browser, "已連結登入服務的另一個使用者")
    assert SocialAccount.objects.get().uid == "t-6"


def test_nobody_links_an_account_of_their_choice(provider, come_as, client_of):
    browser = client_of(UserFactory.create())
    sub = provider.has("x-6", email="elsewhere@example.edu.tw", email_verified=True)
    response = come_as(sub, browser=browser, process="connect")
    assert response.status_code == 403
    assert not SocialAccount.objects.exists()


def test_of_what_the_provider_says_nothing_is_kept(provider, come_as):
    user = UserFactory.create()
    sub = provider.has("t-7", email=user.email, email_verified=True, picture="https://example.com/face.png")
    for _ in range(2):
        come_as(sub)
        assert SocialAccount.objects.get().extra_data == {}


def test_a_second_factor_is_asked_for_all_the_same(provider, come_as, client):
    user = UserFactory.create()
    TOTP.activate(user, generate_totp_secret())
    sub = provider.has("t-8", email=user.email, email_verified=True)
    assert come_as(sub).url == reverse("mfa_authenticate")
    assert signed_in_as(client) is None


def test_unless_the_school_takes_the_provider_for_both(provider, come_as, client, settings):
    settings.OIDC_COUNTS_AS_SECOND_FACTOR = True
    user = AdminFactory.create()
    TOTP.activate(user, generate_totp_secret())
    come_as(provider.has("t-9", email=user.email, email_verified=True))
    assert signed_in_as(client) == user


def test_calling_it_off_at_the_provider_leads_to_a_page_that_says_so(provider, client):
    start = f"/accounts/oidc/{provider_id(provider.url)}/login/"
    client.post(start)
    state = client.session["socialaccount_states"]
    response = client.get(
        f"{start}callback/", {"error": "access_denied", "state": next(iter(state))}, follow=True
    )
    assert "您在登入服務那邊取消了" in response.content.decode()


def test_an_answer_that_nobody_asked_for_signs_nobody_in(provider, client):
    start = f"/accounts/oidc/{provider_id(provider.url)}/login/"
    response = client.get(f"{start}callback/", {"code": "made-up", "state": "made-up"})
    assert response.status_code == 401
    assert "登入服務沒有完成驗證" in response.content.decode()
    assert AuditEntry.objects.get().act == SignInAct.REFUSE_PROVIDER


def test_a_provider_that_does_not_answer_is_said_so(client, settings):
    gone = provider_process.start()
    gone.stop()
    settings.SOCIALACCOUNT_PROVIDERS = told_of(gone.url)
    response = client.post(f"/accounts/oidc/{provider_id(gone.url)}/login/")
    assert response.status_code == 502
    assert "登入服務目前沒有回應" in response.content.decode()


def test_a_provider_in_clear_text_is_not_believed():
    with pytest.raises(ImproperlyConfigured, match="https"):
        openid_connect("http://sso.example.edu.tw", "校園帳號", "platform", "s3cret")


def test_a_first_password_does_not_stand_in_the_way_of_those_who_never_use_it(provider, come_as, client):
    user = UserFactory.create(must_change_password=True)
    come_as(provider.has("t-10", email=user.email, email_verified=True))
    assert signed_in_as(client) == user


def test_the_sign_in_page_offers_the_provider_only_where_there_is_one(client, provider, settings):
    assert "使用 校園帳號 帳號" in client.get(reverse("accounts:login")).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "校園帳號" not in client.get(reverse("accounts:login")).content.decode()
    assert client.post("/accounts/oidc/anything/login/").status_code == 404
