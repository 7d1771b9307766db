"""The annex's offices, posts and duties with their delegates (附件, rules P2), to begin with."""

from django.db import transaction

from accounts.domain.division import Division
from accounts.models import Duty, DutyDelegate, Office, Post, School
from accounts.models.duties import DutyCode

DAY, EVENING = Division.DAY, Division.EVENING

OFFICES = {
    "principal": (DAY, "校長室"),
    "academic": (DAY, "教務處"),
    "registry": (DAY, "教務處註冊組"),
    "instruction": (DAY, "教務處教學組"),
    "student-affairs": (DAY, "學務處"),
    "discipline": (DAY, "學務處訓育組"),
    "activities": (DAY, "學務處社團活動組"),
    "counselling": (DAY, "輔導室"),
    "practical": (DAY, "實習處"),
    "library": (DAY, "圖書館"),
    "evening": (EVENING, "進修部"),
    "evening-academic": (EVENING, "進修部教務組"),
    "evening-affairs": (EVENING, "進修部學務組"),
}

# Post → office and name: every post of the working group and of the annex.
POSTS = {
    "principal": ("principal", "校長"),
    "secretary": ("principal", "秘書"),
    "academic-director": ("academic", "教務主任"),
    "student-affairs-director": ("student-affairs", "學務主任"),
    "counselling-director": ("counselling", "輔導主任"),
    "practical-director": ("practical", "實習主任"),
    "library-director": ("library", "圖書館主任"),
    "evening-director": ("evening", "進修部主任"),
    "instruction-head": ("instruction", "教學組長"),
    "registry-head": ("registry", "註冊組長"),
    "registry-clerk": ("registry", "註冊組幹事"),
    "discipline-head": ("discipline", "訓育組長"),
    "activities-head": ("activities", "社團活動組長"),
    "evening-academic-head": ("evening-academic", "進修部教務組長"),
    "evening-academic-clerk": ("evening-academic", "進修部教務組管理員"),
    "evening-affairs-head": ("evening-affairs", "進修部學務組長"),
    "counsellor-convener": ("academic", "課程諮詢教師召集人"),
    "counsellor": ("academic", "指定課程諮詢教師"),
}

# Duty, division, owner, delegates in order.
DUTIES = (
    (DutyCode.CENTRAL_DATABASE, DAY, "secretary", ("academic-director",)),
    (DutyCode.BASIC_DATA, DAY, "registry-clerk", ("registry-head",)),
    (DutyCode.COURSE_RECORDS, DAY, "registry-clerk", ("registry-head",)),
    (DutyCode.COURSE_OUTCOMES, DAY, "registry-head", ("registry-clerk",)),
    (DutyCode.DIVERSE_PERFORMANCE, DAY, "discipline-head", ("activities-head",)),
    (DutyCode.CADRE_SUBMISSION, DAY, "discipline-head", ("activities-head",)),
    (DutyCode.CADRE_RECORDS, DAY, "activities-head", ("discipline-head",)),
    (DutyCode.COURSE_PLATFORM, DAY, "instruction-head", ("academic-director",)),
    (DutyCode.RECEIPT_CONFIRMATION, DAY, "registry-head", ("registry-clerk",)),
    (DutyCode.DISPUTE_HANDLING, DAY, "registry-head", ("registry-clerk",)),
    (DutyCode.CENTRAL_DATABASE, EVENING, "evening-director", ("evening-academic-head",)),
    (DutyCode.BASIC_DATA, EVENING, "evening-academic-head", ("evening-academic-clerk",)),
    (DutyCode.COURSE_RECORDS, EVENING, "evening-academic-head", ("evening-academic-clerk",)),
    (DutyCode.COURSE_OUTCOMES, EVENING, "evening-academic-head", ("evening-academic-clerk",)),
    (DutyCode.DIVERSE_PERFORMANCE, EVENING, "evening-affairs-head", ("evening-academic-head",)),
    (DutyCode.CADRE_SUBMISSION, EVENING, "evening-affairs-head", ("evening-academic-head",)),
    (DutyCode.COURSE_PLATFORM, EVENING, "evening-academic-head", ("evening-director",)),
    (DutyCode.RECEIPT_CONFIRMATION, EVENING, "evening-academic-head", ("evening-academic-clerk",)),
    (DutyCode.DISPUTE_HANDLING, EVENING, "evening-academic-head", ("evening-academic-clerk",)),
    # Stands among the evening rows of the annex; it has no division of its own.
    (DutyCode.CONSULTATION_RECORDS, EVENING, "counsellor-convener", ("counsellor",)),
)


@transaction.atomic
def load_annex() -> dict[str, Post]:
    """Create what is missing of the annex; what a school has changed since stays. Posts by code.

    The director of academic affairs becomes the working group's executive secretary (article 2), unless the
    school has named another post.
    """
    offices = {
        code: Office.objects.get_or_create(code=code, defaults={"division": division, "name": name})[0]
        for code, (division, name) in OFFICES.items()
    }
    posts = {
        code: Post.objects.get_or_create(code=code, defaults={"office": offices[office], "name": name})[0]
        for code, (office, name) in POSTS.items()
    }
    for code, division, owner, delegates in DUTIES:
        duty, is_new = Duty.objects.get_or_create(
            code=code, division=division, defaults={"owner": posts[owner]}
        )
        if is_new:
            rows = enumerate(delegates, start=1)
            DutyDelegate.objects.bulk_create(
                DutyDelegate(duty=duty, post=posts[delegate], order=order) for order, delegate in rows
            )
    School.objects.filter(executive_secretary=None).update(executive_secretary=posts["academic-director"])
    return posts
