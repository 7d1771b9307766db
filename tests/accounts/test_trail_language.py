"""The trail is in the school's language whoever acts; what people are told is in their own."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.db.models import TextChoices
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import acts
from accounts.acts import AccountAct
from accounts.authority import Authority, require, resolves
from accounts.errors import NotAllowed
from accounts.models import AuditEntry, Duty, MailPreference, Notice, User
from accounts.models.duties import DutyCode
from accounts.models.reminders import MailChoice
from accounts.services import audit
from accounts.services.absences import record_absence
from accounts.services.notices import mail_waiting, tell
from tests.accounts.annex_staff import annex_staff
from tests.factories import AdminFactory, UserFactory, holder_of, school
from tests.moments import at, day

pytestmark = pytest.mark.django_db
NOW = at("2024-10-01 09:00")


@acts.register
class OddAct(TextChoices):
    MAY, MAY_NOT = ("test_may", "可以"), ("test_may_not", "不可以")


@resolves(OddAct.MAY)
@resolves(OddAct.MAY_NOT)
def _odd(user: User, subject: object, moment: object) -> Authority:
    return Authority(subject == OddAct.MAY, _("系統管理者"))


def english(user: User) -> User:
    User.objects.filter(pk=user.pk).update(language="en")
    user.refresh_from_db()
    return user


def test_in_which_standing_somebody_acts_is_in_the_schools_language() -> None:
    by = UserFactory.create()
    with translation.override("en"):
        authority = require(by, OddAct.MAY, OddAct.MAY, NOW)
        audit.record("test_act", by=by, at=NOW, authority=authority, reason=gettext_lazy("匯入清單"))
        with pytest.raises(NotAllowed, match="[Aa]dministrator"):
            require(by, OddAct.MAY_NOT, OddAct.MAY_NOT, NOW)
    entry = AuditEntry.objects.get()
    assert (entry.standing, entry.reason) == ("系統管理者", "匯入清單")


def test_words_within_what_changed_are_put_into_the_schools_language() -> None:
    with translation.override("en"):
        changes = {"list": gettext_lazy("略過"), "more": [{"before": gettext_lazy("略過"), "after": 1}]}
        audit.record("test_act", by=None, at=NOW, changes=changes)
    assert AuditEntry.objects.get().changes == {"list": "略過", "more": [{"before": "略過", "after": 1}]}


def test_what_something_is_called_is_in_the_schools_language() -> None:
    holder_of(DutyCode.BASIC_DATA)
    with translation.override("en"):
        audit.record("test_act", by=None, at=NOW, subject=Duty.objects.get())
    assert AuditEntry.objects.get().object_label == f"日間部 {DutyCode.BASIC_DATA.label}"


def test_an_administrator_who_reads_english_leaves_a_trail_in_chinese(client_of: Callable) -> None:
    client: Client = client_of(english(AdminFactory.create()))
    client.cookies["language"] = "en"
    assert 'lang="en"' in client.get("/").content.decode()
    answer = client.get("/admin/accounts/user/?is_active__exact=1")
    assert answer.headers["Content-Language"] == "en"
    entry = AuditEntry.objects.get(act=AccountAct.VIEW_LIST)
    assert entry.object_label == "帳號"


# ---------------------------------------------------------------- what people are told


def test_each_is_told_in_their_own_language_whoever_tells_them() -> None:
    chinese, other = UserFactory.create(), english(UserFactory.create())
    for language in ("en", "zh-hant"):
        with translation.override(language):
            tell(
                [chinese, other],
                key=f"by-{language}",
                subject=lambda: _("首頁"),
                act_by=day("2024-10-09"),
                at=NOW,
            )
    subjects = Notice.objects.order_by("pk").values_list("user", "subject")
    by_person = {
        pk: {subject for person, subject in subjects if person == pk} for pk in (chinese.pk, other.pk)
    }
    assert by_person[chinese.pk] == {"[請於 113/10/09（三） 前處理] 首頁"}
    (said,) = by_person[other.pk]
    assert "Home" in said
    assert "請於" not in said


def test_a_delegate_reads_of_it_in_their_language_also_when_the_owner_records_it() -> None:
    staff = annex_staff()
    owner = staff["registry-head"]
    for person in staff.people.values():
        if person != owner:
            english(person)
    record_absence(
        owner, starts_on=day("2024-10-01"), ends_on=day("2024-10-02"), reason="公假", by=owner, at=NOW
    )
    told = Notice.objects.exclude(user=owner).filter(key__startswith="delegation-away")
    assert told.exists()
    assert all("您開始代理" not in notice.subject for notice in told)
    assert Notice.objects.filter(user=owner, subject__startswith="您的職掌目前").exists()


def test_the_daily_letter_is_headed_in_the_language_of_who_gets_it(mailoutbox: list[EmailMessage]) -> None:
    school()
    person = english(UserFactory.create())
    MailPreference.objects.create(user=person, choice=MailChoice.DAILY)
    for key in ("one", "two"):
        tell([person], key=key, subject=key, at=at("2024-10-01 06:00"))
    assert mail_waiting(at("2024-10-01 07:00")) == 1
    assert "通知彙整" not in mailoutbox[0].subject
