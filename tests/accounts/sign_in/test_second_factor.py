"""A second factor at sign-in, for those who have one; required of staff where the school says so (D7)."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts import clock, personal_data
from accounts.acts import AccountAct
from accounts.models import AuditEntry, Guardianship, SecurityPolicy, User
from accounts.services.passwords import set_password
from accounts.sign_in.acts import SignInAct
from accounts.sign_in.middleware import OPEN
from tests.accounts.sign_in.codes import code_now, recovery_codes, with_app
from tests.factories import PASSWORD, AdminFactory, StudentFactory, UserFactory
from tests.moments import at, day

pytestmark = pytest.mark.django_db
SETUP = "/accounts/2fa/"
ANSWER = "/accounts/2fa/authenticate/"
ACTIVATE = "/accounts/2fa/totp/activate/"
REMOVE = "/accounts/2fa/totp/deactivate/"
ONCE_MORE = "/accounts/reauthenticate/"


@pytest.fixture
def staff_need_it():
    SecurityPolicy.objects.update(staff_need_second_factor=True)


@pytest.fixture
def user():
    return UserFactory.create()


def give_password(client, user, **data):
    return client.post(reverse("accounts:login"), {"username": user.username, "password": PASSWORD, **data})


def is_signed_in(client):
    return client.get(reverse("home")).status_code == 200


def set_up(client):
    """Through the pages, as its owner would; the app's secret."""
    secret = client.get(ACTIVATE).context["form"].secret
    client.post(ACTIVATE, {"code": code_now(secret)})
    return secret


def acts_of(user):
    return list(AuditEntry.objects.filter(actor=user).order_by("pk").values_list("act", flat=True))


# ------------------------------------------------------------ signing in with one


def test_the_password_alone_signs_nobody_in_who_has_a_second_factor(client, user):
    with_app(user)
    assert give_password(client, user).url == ANSWER
    assert not is_signed_in(client)


def test_with_the_code_they_come_to_the_page_they_asked_for(client, user):
    secret = with_app(user)
    give_password(client, user, next="/accounts/notices/")
    assert client.post(ANSWER, {"code": code_now(secret)}).url == "/accounts/notices/"
    assert is_signed_in(client)
    entry = AuditEntry.objects.get(act=AccountAct.SIGN_IN)
    assert entry.changes == {"way": ["密碼", "驗證應用程式"]}


def test_a_code_that_was_used_is_not_taken_again(client, user):
    secret = with_app(user)
    give_password(client, user)
    code = code_now(secret, lasting=10)
    client.post(ANSWER, {"code": code})
    onlooker = Client()
    give_password(onlooker, user)
    onlooker.post(ANSWER, {"code": code})
    assert not is_signed_in(onlooker)


def test_a_recovery_code_works_once_and_is_on_the_trail(client, user):
    with_app(user)
    code = recovery_codes(user)[0]
    give_password(client, user)
    client.post(ANSWER, {"code": code})
    assert is_signed_in(client)
    assert SignInAct.USE_RECOVERY_CODE in acts_of(user)
    again = Client()
    give_password(again, user)
    assert "驗證碼不正確" in again.post(ANSWER, {"code": code}).content.decode()
    assert not is_signed_in(again)


def test_wrong_codes_are_on_the_trail_and_after_five_even_the_right_one_is_refused(client, user):
    secret = with_app(user)
    give_password(client, user)
    for _ in range(5):
        client.post(ANSWER, {"code": "000000"})
    assert acts_of(user).count(SignInAct.WRONG_FACTOR) == 5
    assert "15 分鐘後再試" in client.post(ANSWER, {"code": code_now(secret)}).content.decode()
    assert not is_signed_in(client)


def test_an_account_disabled_between_the_two_steps_gets_no_further(client, user):
    secret = with_app(user)
    give_password(client, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    client.post(ANSWER, {"code": code_now(secret)})
    assert not is_signed_in(client)


def test_a_password_changed_between_the_two_steps_ends_it(client, user):
    secret = with_app(user)
    give_password(client, user)
    set_password(user, "Another-invented-9", by=user, at=clock.now())
    answer = client.post(ANSWER, {"code": code_now(secret)}, follow=True)
    assert answer.redirect_chain == [(reverse("accounts:login"), 302)]
    assert "登入到一半時密碼已更改，請用新密碼重新登入。" in answer.content.decode()
    assert not is_signed_in(client)
    assert AccountAct.SIGN_IN not in acts_of(user)
    assert client.get(ANSWER).status_code == 302, "there is nothing left to go on with"


@pytest.mark.parametrize("ended", [{"is_active": False}, {"expires_at": at("2024-01-01")}])
def test_an_account_that_ended_between_the_two_steps_leaves_no_sign_in_behind(client, user, ended):
    secret = with_app(user)
    give_password(client, user)
    User.objects.filter(pk=user.pk).update(**ended)
    answer = client.post(ANSWER, {"code": code_now(secret)}, follow=True)
    assert "這個帳號已停用或到期" in answer.content.decode()
    assert AccountAct.SIGN_IN not in acts_of(user)
    user.refresh_from_db()
    assert user.last_login is None


def test_a_code_for_the_account_of_today_still_works_after_a_change_of_name(client, user):
    secret = with_app(user)
    give_password(client, user)
    User.objects.filter(pk=user.pk).update(name="改名")
    client.post(ANSWER, {"code": code_now(secret)})
    assert is_signed_in(client)


def test_the_admin_has_no_sign_in_that_leads_past_it(client):
    admin = AdminFactory.create()
    with_app(admin)
    assert client.get("/admin/login/").url.startswith(reverse("accounts:login"))
    client.post("/admin/login/", {"username": admin.username, "password": PASSWORD})
    assert client.get("/admin/").status_code == 302


def test_secrets_are_encrypted_at_rest(user):
    secret = with_app(user)
    codes = recovery_codes(user)
    app, recovery = Authenticator.objects.order_by("pk")
    assert secret not in str(app.data) and personal_data.decrypt(app.data["secret"]) == secret
    assert not any(code in str(recovery.data) for code in codes)
    assert personal_data.decrypt(recovery.data["seed"])


# ------------------------------------------------------------ one's own settings


def test_who_has_only_just_signed_in_sets_one_up_at_once(client, user, django_capture_on_commit_callbacks):
    give_password(client, user)
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    assert acts_of(user) == [AccountAct.SIGN_IN, SignInAct.ADD_FACTOR]
    assert client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]


def test_later_the_password_is_asked_for_again(client_of, user):
    client = client_of(user)
    assert client.get(ACTIVATE).url == f"{ONCE_MORE}?next={ACTIVATE.replace('/', '%2F')}"
    answer = client.post(ONCE_MORE, {"password": PASSWORD, "next": ACTIVATE})
    assert answer.url == ACTIVATE
    assert client.get(ACTIVATE).status_code == 200


def test_a_wrong_password_does_not_open_the_settings(client_of, user):
    client = client_of(user)
    answer = client.post(ONCE_MORE, {"password": "wrong", "next": ACTIVATE})
    assert "密碼不正確" in answer.content.decode()
    assert client.get(ACTIVATE).status_code == 302


def test_removing_it_is_on_the_trail(client, user):
    give_password(client, user)
    set_up(client)
    client.post(REMOVE)
    assert not Authenticator.objects.exists()
    assert acts_of(user)[-1] == SignInAct.REMOVE_FACTOR


# ------------------------------------------------------------ required of staff


def test_staff_without_one_can_do_nothing_but_set_it_up(client, user, staff_need_it):
    give_password(client, user)
    for page in ("/", "/accounts/notices/", "/people/absences/"):
        assert client.get(page).url == SETUP
    assert client.post("/accounts/notices/read/").url == SETUP
    assert "學校規定教職員使用兩步驟驗證" in client.get(SETUP).content.decode()
    set_up(client)
    assert is_signed_in(client)


def test_the_admin_is_closed_to_them_too(client, staff_need_it):
    give_password(client, AdminFactory.create())
    assert client.get("/admin/").url == SETUP


@pytest.mark.parametrize("power", ["is_superuser", "is_staff"])
def test_whoever_has_the_admins_powers_owes_it_even_as_a_parent_or_student(client, staff_need_it, power):
    parent, student = UserFactory.create(**{power: True}), StudentFactory.create()
    Guardianship.objects.create(
        guardian=parent, student=student, relation="parent", starts_on=day("2024-08-01")
    )
    User.objects.filter(pk=student.user.pk).update(**{power: True})
    for person in (parent, student.user):
        give_password(client, person)
        assert client.get("/").url == SETUP
        client.logout()


def test_they_can_still_sign_out(client, user, staff_need_it):
    give_password(client, user)
    assert client.post(reverse("accounts:logout")).url == reverse("accounts:login")


def test_of_students_it_is_not_required(client, staff_need_it):
    give_password(client, StudentFactory.create().user)
    assert is_signed_in(client)


def test_nor_of_somebody_who_is_merely_a_guardian(client, user, staff_need_it):
    Guardianship.objects.create(
        guardian=user, student=StudentFactory.create(), relation="parent", starts_on=day("2024-08-01")
    )
    give_password(client, user)
    assert is_signed_in(client)


def test_nor_of_anybody_where_the_school_does_not_say_so(client, user):
    give_password(client, user)
    assert is_signed_in(client)


def test_students_may_have_one_all_the_same(client):
    student = StudentFactory.create().user
    give_password(client, student)
    secret = set_up(client)
    client.post(reverse("accounts:logout"))
    assert give_password(client, student).url == ANSWER
    client.post(ANSWER, {"code": code_now(secret)})
    assert is_signed_in(client)


@pytest.mark.parametrize("counts", [True, False])
def test_the_provider_may_count_for_it(come_as, provider, client, user, staff_need_it, settings, counts):
    settings.OIDC_COUNTS_AS_SECOND_FACTOR = counts
    come_as(provider.has("staff", email=user.email, email_verified=True))
    assert is_signed_in(client) == counts


def test_only_pages_without_anything_of_the_schools_stay_open():
    assert all(name.startswith(("mfa_", "account_", "accounts:")) for name in OPEN)
    assert not OPEN & {"accounts:notices", "mfa_deactivate_totp"}


# ------------------------------------------------------------ taken off by an administrator


def reset(admin_client, user, action, reason):
    return admin_client.post(
        "/admin/accounts/user/",
        {"action": action, "_selected_action": [user.pk], "reason": reason},
        follow=True,
    )


def test_an_administrator_resets_it_with_a_reason(client_of, user):
    with_app(user)
    recovery_codes(user)
    admin = AdminFactory.create()
    reset(client_of(admin), user, "reset_factors", "手機遺失，已當面確認")
    assert not Authenticator.objects.exists()
    entry = AuditEntry.objects.get(act=SignInAct.RESET_FACTORS)
    assert (entry.actor, entry.object_id, entry.reason) == (admin, str(user.pk), "手機遺失，已當面確認")


def test_without_a_reason_nothing_happens(client_of, user):
    with_app(user)
    page = reset(client_of(AdminFactory.create()), user, "reset_factors", " ")
    assert "請填寫理由" in page.content.decode()
    assert Authenticator.objects.exists()


def test_ones_own_is_not_reset_that_way(client_of):
    admin = AdminFactory.create()
    with_app(admin)
    page = reset(client_of(admin), admin, "reset_factors", "圖方便")
    assert "自己的登入方式" in page.content.decode()
    assert Authenticator.objects.exists()


def test_after_a_link_was_undone_the_next_subject_is_linked(come_as, provider, client_of, user):
    come_as(provider.has("old", email=user.email, email_verified=True))
    reset(client_of(AdminFactory.create()), user, "unlink", "換了校園帳號")
    assert AuditEntry.objects.filter(act=SignInAct.UNLINK_PROVIDER).exists()
    browser = Client()
    come_as(provider.has("new", email=user.email, email_verified=True), browser=browser)
    assert is_signed_in(browser)


def test_what_allauth_keeps_is_not_changed_by_hand(client_of):
    client = client_of(AdminFactory.create())
    for page in (
        "mfa/authenticator",
        "socialaccount/socialaccount",
        "socialaccount/socialapp",
        "account/emailaddress",
    ):
        assert client.get(f"/admin/{page}/").status_code == 404


def test_an_expired_account_is_not_let_in_by_its_second_factor(client):
    user = UserFactory.create(expires_at=at("2024-01-01"))
    with_app(user)
    assert give_password(client, user).status_code == 200
