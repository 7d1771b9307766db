"""What has a window, whom it is for, and what its days are counted from (articles 5, 6 and 11)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Activity(TextChoices):
    BASIC_DATA = "basic_data", _("學生基本資料登錄")
    CADRE_RECORDS = "cadre_records", _("幹部經歷登錄")
    ELECTIVE_NAMES = "elective_names", _("選修課程名稱登錄")
    CONSULTATION = "consultation", _("課程諮詢紀錄登錄")
    GRADES = "grades", _("修課成績登錄")
    OUTCOME_UPLOAD = "outcome_upload", _("課程學習成果上傳")
    CERTIFICATION = "certification", _("課程學習成果認證")
    PERFORMANCE_UPLOAD = "performance_upload", _("多元表現上傳")
    SELECTION = "selection", _("勾選")
    PRE_CHECK = "pre_check", _("開課預檢")
    SUBMISSION = "submission", _("提交中央資料庫")
    RECEIPT_FIRST = "receipt_first", _("收訖明細確認（第一次）")
    RECEIPT_LATER = "receipt_later", _("收訖明細確認（之後各次）")
    RECEIPT_OFFICE_CHECK = "receipt_office_check", _("學校配合確認收訖明細")


STUDENT_ACTIVITIES = (Activity.OUTCOME_UPLOAD, Activity.PERFORMANCE_UPLOAD, Activity.SELECTION)
RECEIPT_ACTIVITIES = (Activity.RECEIPT_FIRST, Activity.RECEIPT_LATER)
# What a class or a student can be given more time in (rules D16).
EXTENDABLE = (*STUDENT_ACTIVITIES, Activity.CERTIFICATION, *RECEIPT_ACTIVITIES)
LETTER_ACTIVITIES = (Activity.SUBMISSION, Activity.PRE_CHECK, Activity.RECEIPT_OFFICE_CHECK)


class Anchor(TextChoices):
    TERM_OPENING = "term_opening", _("開學日")
    FINAL_EXAM_END = "final_exam_end", _("期末考結束日")
    CLOSING_CEREMONY = "closing_ceremony", _("休業式日")
    YEAR_START = "year_start", _("學年度開始")
    YEAR_END = "year_end", _("學年度結束")
    LETTER_DUE = "letter_due", _("來文提交日")
    OUTCOME_UPLOAD_CLOSE = "outcome_upload_close", _("課程學習成果上傳截止日")
    CONSULTATION_END = "consultation_end", _("課程諮詢結束日")
    OWN_OPENING = "own_opening", _("開始日")


class Audience(TextChoices):
    """Who keeps to a window: everybody, or grade 3 in its second term by batch of the letter (D13)."""

    GENERAL = "general", _("一般")
    GRADE3_FIRST = "grade3_first", _("三年級下學期（第一梯次）")
    GRADE3_SECOND = "grade3_second", _("三年級下學期（第二梯次）")

    @property
    def short(self) -> str:
        """As it reads within brackets: 「高三下學期第一梯次」."""
        return str(_SHORT[self])


_SHORT = {
    Audience.GENERAL: _("一般"),
    Audience.GRADE3_FIRST: _("高三下學期第一梯次"),
    Audience.GRADE3_SECOND: _("高三下學期第二梯次"),
}

GRADE3_AUDIENCES = {1: Audience.GRADE3_FIRST, 2: Audience.GRADE3_SECOND}


class Subject(TextChoices):
    """What the work of a window belongs to; selection comes after its school year has ended (D9)."""

    THIS_TERM = "this_term", _("本學期")
    THIS_YEAR = "this_year", _("本學年")
    LAST_TERM = "last_term", _("上學期")
    LAST_YEAR = "last_year", _("上學年")


def audience_of(grade: int, term_number: int, letter_batch: int) -> Audience:
    """Whose windows a class of `grade` keeps to for a term's work."""
    return GRADE3_AUDIENCES[letter_batch] if grade == 3 and term_number == 2 else Audience.GENERAL
