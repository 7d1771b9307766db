"""What the portfolio itself has about a student, for the archive."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from accounts.domain.joining import noted
from accounts.domain.roc_calendar import roc_date, roc_datetime
from accounts.models import Student
from portfolio.archives.contents import ArchivedFile, Entry, Section, adds_to_archive, file_path
from portfolio.domain.category_display import readable
from portfolio.drafts import drafts_of, readable_fields
from portfolio.history import Event, outcome_history, performance_history
from portfolio.models import Attachment, CourseOutcome, DiversePerformance, Grade
from portfolio.queries import valid_codes

_GRADE_LABELS = ("credits", "score", "passed", "resit_score", "resit_passed", "year_score", "remark")


@adds_to_archive(10)
def student_section(student: Student) -> Iterator[Section]:
    facts = [
        (_("姓名"), student.user.name),
        (_("學號"), student.student_number),
        (_("出生日期"), roc_date(student.birth_date)),
        (_("學籍狀態"), student.get_status_display()),
    ]
    changes = [
        f"{roc_date(change.effective_on)} {change.get_kind_display()} {change.other_school}".strip()
        for change in student.enrolment_changes.order_by("effective_on", "pk")
    ]
    yield Section("student", _("基本資料"), [Entry(student.user.name, facts, history=changes)])


@adds_to_archive(20)
def outcome_section(student: Student) -> Iterator[Section]:
    outcomes = (
        CourseOutcome.objects.of(student)
        .with_details()
        .select_related("selection")
        .prefetch_related("revisions")
    )
    entries = [_outcome(one) for one in outcomes]
    yield Section("course_outcomes", _("課程學習成果"), entries)


@adds_to_archive(30)
def performance_section(student: Student) -> Iterator[Section]:
    performances = DiversePerformance.objects.filter(student=student).with_details()
    codes = valid_codes()
    entries = [
        Entry(
            one.title,
            [
                (_("類別"), str(one.spec.label)),
                (_("學年度"), str(one.school_year)),
                *readable(one.spec, one.details, codes),
                *_item_facts(one),
            ],
            [(_("簡述"), one.description)],
            _files("performances", one.attachments.all()),
            _told(performance_history(one)),
        )
        for one in performances.select_related("selection")
    ]
    yield Section("diverse_performances", _("多元表現"), entries)


@adds_to_archive(35)
def draft_section(student: Student) -> Iterator[Section]:
    entries = [
        Entry(
            str(draft.enrolment.section.course) if draft.enrolment else draft.get_category_display(),
            [(_("儲存時間"), roc_datetime(draft.saved_at)), *readable_fields(draft)],
            [
                (str(label), draft.fields[key])
                for key, label in (("description", _("簡述")), ("external_link", _("外部影音連結")))
                if draft.fields.get(key)
            ],
        )
        for draft in drafts_of(student)
    ]
    yield Section("drafts", _("草稿（沒有送出）"), entries)


@adds_to_archive(40)
def grade_section(student: Student) -> Iterator[Section]:
    grades = student.grades.filter(gone_at=None).select_related("term").order_by("term", "course_code")
    entries = [
        Entry(noted(f"{grade.term} {grade.subject}", grade.get_kind_display()), _grade_facts(grade))
        for grade in grades
    ]
    yield Section("grades", _("修課紀錄"), entries)


@adds_to_archive(50)
def cadre_section(student: Student) -> Iterator[Section]:
    levels = valid_codes().get("幹部等級", {})
    entries = [
        Entry(
            f"{record.unit} {record.title}",
            [
                (_("幹部等級"), str(levels.get(record.level, record.level))),
                (_("期間"), f"{roc_date(record.starts_on)}–{roc_date(record.ends_on)}"),
            ],
        )
        for record in student.cadre_records.filter(withdrawn_at=None)
    ]
    yield Section("cadre_records", _("幹部經歷"), entries)


@adds_to_archive(60)
def consultation_section(student: Student) -> Iterator[Section]:
    entries = [
        Entry(
            f"{roc_date(record.held_on)} {record.get_form_display()}",
            [(_("地點"), record.place), (_("諮詢教師"), record.counsellor.name)],
            [(_("諮詢內容"), record.content), (_("建議"), record.advice)],
        )
        for record in student.consultations.filter(withdrawn_at=None).select_related("counsellor")
    ]
    yield Section("consultations", _("課程諮詢紀錄"), entries)


def _outcome(outcome: CourseOutcome) -> Entry:
    section = outcome.enrolment.section
    facts = [
        (_("學期"), str(section.term)),
        (_("課程代碼"), section.course.code),
        (_("修課類別"), outcome.enrolment.get_kind_display()),
        (_("任課教師"), section.teacher.name),
        (_("狀態"), outcome.get_state_display()),
        *_item_facts(outcome),
    ]
    files = _files("outcomes", outcome.attachments.all())
    texts = [(_("簡述"), outcome.description)]
    return Entry(section.course.name, facts, texts, files, _told(outcome_history(outcome)))


def _item_facts(item: CourseOutcome | DiversePerformance) -> list[tuple[str, str]]:
    facts = [(_("上傳時間"), roc_datetime(item.uploaded_at))]
    if item.proxy_reason:
        facts.append((_("代為上傳原因"), item.proxy_reason))
    if hasattr(item, "selection"):
        facts.append((_("勾選"), _("已勾選提交")))
    if isinstance(item, DiversePerformance) and item.external_link:
        facts.append((_("外部影音連結"), item.external_link))
    return facts


def _files(folder: str, attachments: Iterable[Attachment]) -> list[ArchivedFile]:
    """All versions of an item's files, the ones in force first."""
    ordered = sorted(attachments, key=lambda file: (file.replaced_at is not None, file.slot, file.pk))
    return [
        ArchivedFile(file_path(folder, file.pk, file.original_name), _label(file), file.sha256, file.size)
        for file in ordered
    ]


def _label(file: Attachment) -> str:
    if file.replaced_at:
        return _("%(name)s（已於 %(when)s 更換）") % {
            "name": file.original_name,
            "when": roc_datetime(file.replaced_at),
        }
    return file.original_name


def _told(events: Iterable[Event]) -> list[str]:
    return [" ".join(filter(None, (roc_datetime(e.at), e.title, e.by, e.text))) for e in events]


def _grade_facts(grade: Grade) -> list[tuple[str, str]]:
    facts = [(_("課程代碼"), grade.course_code)]
    for name in _GRADE_LABELS:
        value = getattr(grade, name)
        if value not in (None, ""):
            label = str(getattr(Grade._meta.get_field(name), "verbose_name", name))
            shown = (_("是") if value else _("否")) if isinstance(value, bool) else str(value)
            facts.append((label, shown))
    return facts
