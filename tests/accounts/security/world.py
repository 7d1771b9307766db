"""One of everybody, and every event that the baseline names done once (security A1, B2)."""

from collections.abc import Callable
from io import StringIO
from tempfile import NamedTemporaryFile
from typing import Any
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.domain.retention import Span
from accounts.models import Guardianship, Post, SchoolClass, SecurityPolicy, Student, User
from accounts.models.duties import DutyCode
from accounts.services import audit
from accounts.services.absences import end_absence, record_absence
from accounts.services.national_ids import look_at_national_id
from accounts.services.trail import purge_trail
from portfolio.domain.filetypes import Slot
from portfolio.services.certification import certify, return_to_student
from portfolio.services.outcomes import revise_course_outcome, withdraw_course_outcome
from portfolio.services.selection import select_items
from schedules.domain.activities import Activity
from schedules.models import Holiday, Window
from schedules.services.extensions import grant_extension, withdraw_extension
from schedules.services.overrides import override_window
from submissions.services.confirmation import confirm_receipt, report_error
from submissions.services.exports import build_waiting, request_exports
from tests.accounts import lists
from tests.admin_pages import save
from tests.factories import (
    PASSWORD,
    AdminFactory,
    EnrolmentFactory,
    OutcomeFactory,
    PerformanceFactory,
    SchoolClassFactory,
    StudentFactory,
    UserFactory,
    attach_pdf,
    holder_of,
    place,
    uploaded_pdf,
)
from tests.moments import at, day
from tests.portfolio.pieces import perform, upload
from tests.submissions.scene import Scene, own, practice_file

NOW = at("2024-10-01 09:00")
IN_PERIOD = at("2024-10-10 12:00")
SELECTING = at("2024-09-10 10:00")
NEW_PASSWORD = "Another-invented-9"
WHY = "測試的理由"


class World:
    """A school with its people; `client_of` signs one of them in at a browser of their own."""

    def __init__(self, client_of: Callable[[User], Client]) -> None:
        self.client_of = client_of
        self.scene = Scene()
        self.admin: User = AdminFactory.create()
        self.registrar = holder_of(DutyCode.BASIC_DATA)
        self.school_class: SchoolClass = SchoolClassFactory.create()
        self.student: Student = StudentFactory.create(school_class=self.school_class)
        self.enrolment = EnrolmentFactory.create(student=self.student)
        self.teacher: User = self.enrolment.section.teacher

    # -------------------------------------------------- signing in

    def sign_in(self, password: str = PASSWORD) -> None:
        data = {"username": self.teacher.username, "password": password}
        Client().post(reverse("accounts:login"), data)

    def sign_in_wrongly(self) -> None:
        self.sign_in("wrong")

    def sign_in_wrongly_often(self) -> None:
        for __ in range(SecurityPolicy.objects.get().failures_before_lock):
            self.sign_in("wrong")

    def sign_out(self) -> None:
        self.client_of(self.teacher).post(reverse("accounts:logout"))

    def change_password(self) -> None:
        new = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
        self.client_of(self.teacher).post(reverse("accounts:password_change"), new)

    def set_password_for_another(self) -> None:
        address = reverse("admin:auth_user_password_change", args=[self.teacher.pk])
        passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        self.client_of(self.admin).post(
            address, {**passwords, "usable_password": "true", "set-password": "1"}
        )

    def set_password_on_the_server(self) -> None:
        with mock.patch("getpass.getpass", return_value=NEW_PASSWORD):
            call_command("changepassword", self.teacher.username, stdout=StringIO())

    # -------------------------------------------------- accounts and permissions

    def _account(self, **changes: object) -> None:
        address = reverse("admin:accounts_user_change", args=[self.teacher.pk])
        save(self.client_of(self.admin), address, trail_reason=WHY, **changes)

    def add_account(self) -> None:
        new = {"username": "new", "name": "新老師", "usable_password": "false", "trail_reason": WHY}
        save(self.client_of(self.admin), reverse("admin:accounts_user_add"), **new)

    def correct_account(self) -> None:
        self._account(name="改名")

    def disable_account(self) -> None:
        self._account(is_active="")

    def enable_account(self) -> None:
        User.objects.filter(pk=self.teacher.pk).update(is_active=False)
        self._account(is_active="on")

    def disable_account_by_list(self) -> None:
        row = [self.teacher.username, self.teacher.name, self.teacher.email, "否"]
        content = lists.xlsx([["帳號", "姓名", "電子郵件", "啟用"], row])
        client = self.client_of(self.admin)
        file = SimpleUploadedFile("people.xlsx", content)
        page = client.post(reverse("admin:accounts_user_import"), {"import_file": file, "format": ""})
        client.post(reverse("admin:accounts_user_process_import"), page.context["confirm_form"].initial)

    def grant_administration(self) -> None:
        self._account(is_staff="on", is_superuser="on")

    def make_administrator_on_the_server(self) -> None:
        options = {"username": "chief", "name": "主任", "email": "chief@example.edu.tw"}
        call_command("createsuperuser", interactive=False, verbosity=0, **options)

    def give_a_post(self) -> None:
        post = Post.objects.create(code="new", name="新職務", office=Post.objects.earliest("pk").office)
        held = {"post": post.pk, "user": self.teacher.pk, "starts_on": "2024-10-01"}
        save(self.client_of(self.admin), reverse("admin:accounts_postholding_add"), **held)

    def change_settings(self) -> None:
        address = reverse("admin:accounts_securitypolicy_change", args=[1])
        save(self.client_of(self.admin), address, lock_minutes=30)

    def delete_something(self) -> None:
        row = Holiday.objects.create(day=day("2024-10-11"), name="多填的假日")
        address = reverse("admin:schedules_holiday_delete", args=[row.pk])
        self.client_of(self.admin).post(address, {"post": "yes"})

    def purge_the_trail(self) -> None:
        audit.record("test_act", by=None, at=at("2010-01-01"))
        purge_trail(Span.parse("5y"), at=NOW)

    # -------------------------------------------------- other people's data

    def look_at_a_student(self) -> None:
        self.client_of(self.registrar).get(reverse("people:student", args=[self.student.pk]))

    def look_at_an_account_in_the_admin(self) -> None:
        self.client_of(self.admin).get(reverse("admin:accounts_user_change", args=[self.teacher.pk]))

    def look_at_a_piece_in_the_admin(self) -> None:
        piece = PerformanceFactory.create(student=self.student)
        self.client_of(self.admin).get(reverse("admin:portfolio_diverseperformance_change", args=[piece.pk]))

    def look_at_a_national_id(self) -> None:
        look_at_national_id(self.student, reason=WHY, by=self.registrar, at=NOW)

    def look_at_a_file(self) -> None:
        outcome = OutcomeFactory.create(enrolment=self.enrolment)
        self.client_of(self.teacher).get(reverse("portfolio:file", args=[attach_pdf(outcome).pk]))

    def look_as_a_parent(self) -> None:
        self.client_of(self.parent).get(reverse("proxy:student", args=[self.student.pk]))

    def look_at_what_was_frozen(self) -> None:
        self.scene.students_with_outcomes(1)
        address = reverse("submissions:rows", args=[self.scene.frozen().pk])
        self.client_of(self.scene.office).get(address)

    def look_at_who_confirmed(self) -> None:
        self.scene.students_with_outcomes(1)
        address = reverse("submissions:period", args=[self.scene.period().pk])
        self.client_of(self.scene.registry).get(address)

    def export_a_list(self) -> None:
        address = reverse("admin:accounts_student_export")
        self.client_of(self.admin).post(address, {"resource": "0", "format": "0"})

    def export_the_trail(self) -> None:
        self.client_of(self.admin).post(reverse("admin:accounts_auditentry_export"), {"format": "csv"})

    def export_the_accounts(self) -> None:
        self.client_of(self.admin).post(reverse("admin:accounts_review_export_accounts"))

    def sign_off_a_review(self) -> None:
        self.export_the_accounts()
        self.client_of(self.admin).post(reverse("admin:accounts_review_accounts"), {"remark": WHY})

    # -------------------------------------------------- pieces

    def upload(self) -> None:
        upload(self.enrolment)

    def upload_performance(self) -> None:
        perform(self.student)

    def revise(self) -> None:
        outcome = upload(self.enrolment)
        files = {Slot.DOCUMENT: uploaded_pdf("另一份")}
        revise_course_outcome(outcome, description="改寫", files=files, by=self.student.user, at=NOW)

    def withdraw(self) -> None:
        withdraw_course_outcome(upload(self.enrolment), by=self.student.user, at=NOW)

    def certify(self) -> None:
        certify(upload(self.enrolment), by=self.teacher, at=NOW)

    def return_it(self) -> None:
        return_to_student(upload(self.enrolment), reason=WHY, by=self.teacher, at=NOW)

    @property
    def parent(self) -> User:
        parent: User = UserFactory.create()
        facts = {"student": self.student, "relation": "parent", "starts_on": day("2024-01-01")}
        Guardianship.objects.create(guardian=parent, **facts)
        return parent

    def select(self, by: User | None = None) -> None:
        place(self.student, SchoolClassFactory.create(school_year=112, grade=1))
        outcome = self.scene.outcome(self.student)
        outcome.selection.delete()
        person, why = (by, WHY) if by else (self.student.user, "")
        given: dict[str, Any] = {"outcomes": [outcome.pk], "performances": [], "proxy_reason": why}
        select_items(self.student, 112, **given, by=person, at=SELECTING)

    def select_for_another(self) -> None:
        self.select(by=self.parent)

    # -------------------------------------------------- the year's course

    def submit(self) -> None:
        self.scene.students_with_outcomes(1)
        self.scene.submitted()

    def take_out_the_roster(self) -> None:
        self.scene.students_with_outcomes(1)
        batch = self.scene.frozen()
        request_exports(batch, by=self.scene.office, at=clock.now())
        build_waiting(clock.now())
        for job in batch.exports.all():
            self.client_of(self.scene.office).get(reverse("submissions:download", args=[job.pk]))

    def import_receipts(self) -> None:
        self.scene.students_with_outcomes(1)
        batch = self.scene.submitted()
        self.scene.imported(batch, practice_file(batch))

    def answer(self) -> None:
        (student,) = self.scene.students_with_outcomes(1)
        confirm_receipt(own(student, self.scene.period()), by=student.user, at=IN_PERIOD)

    def dispute(self) -> None:
        (student,) = self.scene.students_with_outcomes(1)
        given = {"reason": "wrong_file", "explanation": "檔案是別堂課的。"}
        report_error(own(student, self.scene.period()), **given, by=student.user, at=IN_PERIOD)

    def import_a_list(self) -> None:
        with NamedTemporaryFile(suffix=".xlsx") as file:
            file.write(lists.xlsx([["學年度", "部別", "年級", "班級"], [113, "日間部", 1, "資訊一甲"]]))
            file.flush()
            call_command("import_classes", file.name, stdout=StringIO())

    def override(self) -> None:
        opens_on, closes_on = day("2024-09-01"), day("2025-03-01")
        override_window(
            self.window, opens_on=opens_on, closes_on=closes_on, reason=WHY, by=self.admin, at=NOW
        )

    def extend(self) -> None:
        grant_extension(
            self.window, self.student, closes_on=day("2025-02-20"), reason=WHY, by=self.scene.office, at=NOW
        )

    def take_the_extension_back(self) -> None:
        self.extend()
        withdraw_extension(self.window.extensions.get(), by=self.scene.office, at=NOW)

    @property
    def window(self) -> Window:
        return Window.objects.get(activity=Activity.OUTCOME_UPLOAD, division="day", term__school_year=113)

    def delegate(self) -> None:
        days = {"starts_on": day("2024-10-01"), "ends_on": day("2024-10-02")}
        record_absence(self.registrar, **days, reason=WHY, by=self.registrar, at=NOW)

    def end_the_delegation(self) -> None:
        self.delegate()
        end_absence(self.registrar.absences.get(), by=self.registrar, at=NOW)
