"""What was received and when, as a text that its student can keep and anybody can check."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import School
from portfolio.models import CourseOutcome, DiversePerformance


def receipt_text(item: CourseOutcome | DiversePerformance, now: datetime) -> str:
    """The receipt of `item` (`with_details`) with earlier versions of its files; lines end as on Windows."""
    files = sorted(item.attachments.all(), key=lambda file: (file.uploaded_at, file.pk))
    context = {
        "school": School.objects.first(),
        "student": item.student,
        "item": item,
        "about": [(label, _one_line(value)) for label, value in _about(item)],
        "description": _one_line(item.description),
        "proxy_reason": _one_line(item.proxy_reason),
        "files": [
            (
                file,
                _one_line(file.original_name),
                _exact(file.uploaded_at),
                _exact(file.replaced_at) if file.replaced_at else "",
            )
            for file in files
        ],
        "uploaded_at": _exact(item.uploaded_at),
        "revised_at": _revised_at(item),
        "started_at": _exact(item.started_at) if item.started_at else "",
        "withdrawn_at": _exact(item.withdrawn_at) if item.withdrawn_at else "",
        "made_at": _exact(now),
    }
    lines = render_to_string("portfolio/receipt.txt", context).splitlines()
    return "".join(f"{line}\r\n" for line in lines)


def _revised_at(item: CourseOutcome | DiversePerformance) -> str:
    last = item.revisions.last() if isinstance(item, CourseOutcome) else None
    return _exact(last.revised_at) if last else ""


def _about(item: CourseOutcome | DiversePerformance) -> list[tuple[str, str]]:
    if isinstance(item, CourseOutcome):
        section = item.enrolment.section
        return [
            (_("類型"), _("課程學習成果")),
            (_("課程"), f"{section.term} {section.course}"),
            (_("任課教師"), str(section.teacher)),
        ]
    return [
        (_("類型"), _("多元表現（%(category)s）") % {"category": item.get_category_display()}),
        (_("學年度"), str(item.school_year)),
        (_("名稱"), item.title),
    ]


def _one_line(text: str) -> str:
    """What somebody typed, so that it cannot pass for a line of ours."""
    return " ".join(text.split())


def _exact(moment: datetime) -> str:
    """To the second, with the distance to UTC: a receipt is read anywhere."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S %z")
