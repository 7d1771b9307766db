"""A school on 2024-10-10 with somebody in every role and something of the owner's behind every address."""

from datetime import time
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.utils.http import int_to_base36

from accounts.demo_people import invented_national_id
from accounts.domain.division import Division
from accounts.models import (
    Absence,
    Announcement,
    Departure,
    Guardianship,
    ListHeading,
    ListUpload,
    Notice,
    Review,
    SignInFailures,
    Student,
    User,
)
from accounts.models.guardians import Relation
from portfolio.models import (
    CadreRecord,
    ClassCounsellor,
    ConsultationRecord,
    CourseOutcome,
    CourseSection,
    Grade,
    OutcomeLook,
    PendingDecision,
    RecordReport,
    ReturnTemplate,
    UploadDraft,
)
from portfolio.models.certifications import Decision
from portfolio.services import archives
from portfolio.services.certification import certify
from portfolio.services.list_uploads import hand_in
from schedules.domain.activities import Activity
from schedules.feed import feed_of
from schedules.models import Holiday, SelfCheck, Term, Window
from schedules.services.extensions import grant_extension
from schedules.services.overrides import override_window
from schedules.services.self_checks import bring_up_to_date
from submissions.models import Batch, ExportJob
from submissions.services import exports
from tests import factories
from tests.accounts import lists
from tests.accounts.annex_staff import Staff, annex_staff
from tests.moments import at, day
from tests.permissions.access import Role
from tests.permissions.passkey import register_passkey
from tests.submissions import scene as year_112

NOW = at("2024-10-10 10:00")
UNTIL = day("2024-10-31")
POSTS = {
    Role.COUNSELLOR: "counsellor",
    Role.REGISTRY_HEAD: "registry-head",
    Role.REGISTRY_CLERK: "registry-clerk",
    Role.INSTRUCTION_HEAD: "instruction-head",
    Role.DISCIPLINE_HEAD: "discipline-head",
    Role.ACTIVITIES_HEAD: "activities-head",
    Role.EVENING_ACADEMIC: "evening-academic-head",
    Role.EVENING_AFFAIRS: "evening-affairs-head",
    Role.EVENING_DIRECTOR: "evening-director",
    Role.EXECUTIVE_SECRETARY: "academic-director",
    Role.SECRETARY: "secretary",
    Role.PRINCIPAL: "principal",
}


class PermissionScene:
    """What the matrix names in its rows are attributes here."""

    school_year, draft_year, term_number = 113, 114, 1
    import_number, category, class_list_act = 1, "work", "import_classes"
    grade_kind, cadre_kind = "grade", "cadre"
    provider, wrong_key = "school", "wrong-key"
    app, nowhere = "accounts", "nowhere/"

    def __init__(self) -> None:
        self.staff: Staff = annex_staff()
        self.term, self.draft = _terms()
        self._people()
        self._last_year()
        self._other_batches()
        self._this_year()
        self._time()
        self._around()

    def value(self, name: str) -> Any:
        """What fills an address for `name`; `admin:app/model` is the first row there is of a model."""
        if name.startswith("admin:"):
            row = apps.get_model(name.removeprefix("admin:").replace("/", "."))._default_manager.first()
            assert row is not None, f"the scene has no row for {name}"
            return row.pk
        found = getattr(self, name)
        return getattr(found, "pk", found)

    def _people(self) -> None:
        self.users = {role: self.staff[post] for role, post in POSTS.items()}
        for role in Role:
            if role not in self.users and role != Role.SIGNED_OUT:
                self.users[role] = factories.UserFactory.create(name=f"{role}甲")
        User.objects.filter(pk=self.users[Role.ADMIN].pk).update(is_staff=True, is_superuser=True)
        self.users[Role.ADMIN].refresh_from_db()
        self.owner = self._student(Role.OWNER, student_number="1179999")
        self.classmate = self._student(Role.CLASSMATE)
        self.evening_student = self._student(Role.EVENING_STUDENT)
        self.student, self.student_user = self.owner, self.owner.user
        self.other_teacher, self.departed = self.users[Role.OTHER_TEACHER], self.users[Role.DEPARTED]

    def _student(self, role: Role, **kwargs: Any) -> Student:
        number = invented_national_id(9000 + list(Role).index(role))
        student: Student = factories.StudentFactory.create(
            user=self.users[role], national_id=number, **kwargs
        )
        return student

    def _last_year(self) -> None:
        """Roster 26 of 112: sent, received, and to be confirmed now by the owner and the classmate."""
        scene = year_112.Scene()
        scene.school_class.homeroom_teacher = self.users[Role.HOMEROOM]
        scene.school_class.save()
        for student in (self.owner, self.classmate):
            factories.place(student, scene.school_class)
        self.class_112 = scene.school_class
        self.certified = scene.outcome(self.owner, title="獨有檔名去年", description="獨有簡述去年成果")
        self.classmates_certified = scene.outcome(self.classmate)
        self.period = scene.period()
        self.batch = self.period.batch
        self.confirmation = year_112.own(self.owner, self.period)
        self.unselected = factories.PerformanceFactory.create(
            student=self.owner, school_year=112, description="獨有簡述去年表現"
        )

    def _other_batches(self) -> None:
        """A batch at every step of the way, each of an earlier year."""
        self.received_batch = self._batch(111, "received")
        self.submitted_batch = self._batch(110, "submitted")
        self.frozen_batch = self._batch(109, "frozen")
        self.created_batch = self._batch(108, "created")
        office = self.users[Role.REGISTRY_HEAD]
        self.export = exports.request_exports(self.frozen_batch, by=office, at=NOW)[0]
        for job in ExportJob.objects.all():
            assert exports.build(job.pk, at=NOW)

    def _batch(self, year: int, step: str) -> Batch:
        scene = year_112.Scene(year=year)
        scene.outcome(scene.student())
        batch: Batch = getattr(scene, step)()
        return batch

    def _this_year(self) -> None:
        bystander = self.bystander = factories.StudentFactory.create()
        seats = (
            ((self.owner, self.classmate), Role.HOMEROOM, Division.DAY),
            ((bystander,), Role.OTHER_HOMEROOM, Division.DAY),
            ((self.evening_student,), Role.DISABLED, Division.EVENING),
        )
        for students, homeroom, division in seats:
            school_class = factories.SchoolClassFactory.create(
                homeroom_teacher=self.users[homeroom], division=division
            )
            for student in students:
                factories.place(student, school_class)
        self.school_class = self.owner.placements.get(school_year=113).school_class
        self.outcome = self._outcome(self.owner, Role.TEACHER, "獨有簡述今年成果")
        self.unused_enrolment = factories.EnrolmentFactory.create(
            student=bystander, section=self.outcome.enrolment.section
        )
        self.classmates_outcome = self._outcome(self.classmate, Role.DISABLED, "同學的簡述")
        decided = self._outcome(bystander, Role.OTHER_TEACHER, "旁人的簡述")
        certify(decided, by=self.other_teacher, at=NOW)
        self.decided_outcome = decided
        self.prepared_outcome = self._outcome(bystander, Role.OTHER_TEACHER, "旁人的簡述")
        self._certifying()
        self.retained_outcome = self._outcome(bystander, Role.DEPARTED, "旁人的簡述")
        self.outcome_file = factories.attach_pdf(self.outcome, "獨有檔名成果")
        self.unsent = UploadDraft.objects.create(
            student=self.owner,
            enrolment=self.outcome.enrolment,
            fields={"description": "獨有草稿"},
            saved_at=NOW,
        )
        self.performance = factories.PerformanceFactory.create(
            student=self.owner, description="獨有簡述今年表現"
        )
        self.performance_file = factories.attach_pdf(self.performance, "獨有檔名表現")
        for role, child in ((Role.GUARDIAN, self.owner), (Role.OTHER_GUARDIAN, bystander)):
            Guardianship.objects.create(
                guardian=self.users[role],
                student=child,
                relation=Relation.PARENT,
                starts_on=day("2024-08-01"),
            )
        self._departure()

    def _outcome(self, student: Student, teacher: Role, description: str) -> CourseOutcome:
        section = factories.SectionFactory.create(term=self.term, teacher=self.users[teacher])
        enrolment = factories.EnrolmentFactory.create(student=student, section=section)
        outcome: CourseOutcome = factories.OutcomeFactory.create(enrolment=enrolment, description=description)
        return outcome

    def _certifying(self) -> None:
        """The teacher has opened the owner's outcome and keeps a reason; the other one keeps a decision."""
        teacher = self.users[Role.TEACHER]
        OutcomeLook.objects.create(outcome=self.outcome, by=teacher, at=NOW)
        self.return_template = ReturnTemplate.objects.create(owner=teacher, text="缺少第二頁。", order=1)
        PendingDecision.objects.create(
            outcome=self.prepared_outcome,
            decision=Decision.CERTIFIED,
            decided_by=self.other_teacher,
            decided_at=NOW,
        )

    def _departure(self) -> None:
        """Left in September, and funded to certify until the window closes."""
        Departure.objects.create(
            user=self.departed,
            leaves_on=day("2024-09-30"),
            reason="退休",
            recorded_by=self.users[Role.INSTRUCTION_HEAD],
            recorded_at=NOW,
        )
        User.objects.filter(pk=self.departed.pk).update(expires_at=at("2025-02-11"))
        CourseSection.objects.filter(teacher=self.departed).update(retained_until=day("2025-02-10"))

    def _time(self) -> None:
        selection = Window.objects.get(
            activity=Activity.SELECTION, subject_year=112, division=Division.DAY, audience="general"
        )
        registry, admin = self.users[Role.REGISTRY_HEAD], self.users[Role.ADMIN]
        self.extension = grant_extension(
            selection, self.class_112, closes_on=UNTIL, reason="系統維護", by=registry, at=NOW
        )
        self.window = self._upload(Division.DAY)
        override_window(
            self._upload(Division.EVENING),
            opens_on=day("2024-08-30"),
            closes_on=day("2025-02-07"),
            reason="配合作息",
            by=admin,
            at=NOW,
        )
        bring_up_to_date(self.term)
        self.self_check = SelfCheck.objects.get(window=self.window)

    def _upload(self, division: Division) -> Window:
        return Window.objects.get(
            activity=Activity.OUTCOME_UPLOAD, term=self.term, division=division, audience="general"
        )

    def _around(self) -> None:
        self.feed = feed_of(self.owner.user, NOW).token
        self.content_type = ContentType.objects.get_for_model(CourseOutcome)
        self.absence = Absence.objects.create(
            user=self.users[Role.DISCIPLINE_HEAD],
            starts_on=day("2024-12-02"),
            ends_on=day("2024-12-06"),
            reason="研習",
            recorded_by=self.users[Role.DISCIPLINE_HEAD],
        )
        self._records()
        self._accounts()
        Holiday.objects.get_or_create(day=day("2024-10-10"), defaults={"name": "國慶日"})
        for user in self.users.values():
            Notice.objects.create(user=user, key="welcome", subject="歡迎", created_at=NOW)

    def _records(self) -> None:
        self.grade = Grade.objects.create(
            student=self.owner,
            term=self.term,
            division=Division.DAY,
            course_code="113999999V2130521100001",
            subject="獨有科目",
            course_grade=2,
            credits=3,
            score="52.35",
            passed=False,
            imported_at=NOW,
        )
        self.cadre = CadreRecord.objects.create(
            student=self.owner,
            term=self.term,
            unit="獨有社團",
            title="社長",
            level="1",
            starts_on=day("2024-09-02"),
            ends_on=day("2025-01-20"),
            recorded_by=self.users[Role.ACTIVITIES_HEAD],
            recorded_at=NOW,
        )
        self.grade_report = self._report(grade=self.grade)
        self.cadre_report = self._report(cadre=self.cadre)
        self._guidance()
        self.upload, self.confirmed_upload, self.dropped_upload = (self._upload_list() for __ in range(3))

    def _report(self, **record: Any) -> RecordReport:
        return RecordReport.objects.create(
            student=self.owner,
            division=Division.DAY,
            explanation="獨有回報",
            reported_at=at("2024-10-09 10:00"),
            **record,
        )

    def _guidance(self) -> None:
        counsellor, registry = self.users[Role.COUNSELLOR], self.users[Role.REGISTRY_HEAD]
        ClassCounsellor.objects.create(school_class=self.school_class, counsellor=counsellor)
        self.consultation = ConsultationRecord.objects.create(
            counsellor=counsellor,
            term=self.term,
            form="individual",
            held_on=day("2024-10-01"),
            starts_at=time(12, 20),
            ends_at=time(12, 50),
            place="諮商室",
            content="獨有諮詢",
            advice="獨有建議",
            recorded_by=counsellor,
            recorded_at=NOW,
        )
        self.consultation.students.add(self.owner)
        self.announcement = Announcement.objects.create(
            office=registry.holdings.get().post.office,
            audience="students",
            division="day",
            subject="期中公告",
            published_by=registry,
            published_at=NOW,
            shown_until=UNTIL,
        )
        self.archive = archives.request_archive(self.owner, by=self.owner.user, at=NOW)
        assert archives.build_archive(self.archive.pk, at=NOW)

    def _upload_list(self) -> ListUpload:
        rows: list[list[Any]] = [["學年度", "部別", "年級", "班級"], [113, "日間部", 2, "資訊二丁"]]
        upload = hand_in(
            self.class_list_act,
            None,
            lists.xlsx(rows),
            "班級.xlsx",
            by=self.users[Role.REGISTRY_CLERK],
            at=NOW,
        )
        upload.refresh_from_db()
        return upload

    def _accounts(self) -> None:
        self.passkey = register_passkey(self.owner.user)
        self.owner_in_reset_link = int_to_base36(self.owner.user.pk)
        admin = self.users[Role.ADMIN]
        ListHeading.objects.create(
            act=self.class_list_act, heading="班名", column="name", set_by=admin, set_at=NOW
        )
        Review.objects.create(
            kind="accounts", reviewed_at=NOW, reviewed_by=admin, remark="相符", rows=1, sha256="0" * 64
        )
        SignInFailures.objects.create(subject="account", key_hash="0" * 64, failures=1, last_at=NOW)


def _terms() -> tuple[Term, Term]:
    """113-1 and its draft successor; of the earlier years what their selection windows hang on."""
    for year in (112, 111, 110, 109):
        factories.term_with_dates(
            year,
            1,
            opening=f"{year + 1911}-08-30",
            exam_end=f"{year + 1912}-01-17",
            closing=f"{year + 1912}-01-20",
        )
    draft = factories.term_with_dates(
        114, 1, opening="2025-08-29", exam_end="2026-01-16", closing="2026-01-20"
    )
    Term.objects.filter(pk=draft.pk).update(published_at=None)
    draft.refresh_from_db()
    return factories.term_113_1(), draft
