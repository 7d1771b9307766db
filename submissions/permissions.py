"""Who may do what with batches and receipts (article 6): offices by duty, students for themselves."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts import acts
from accounts.authority import Authority, resolves
from accounts.duty_roster import roster_at
from accounts.models import User
from accounts.models.duties import DutyCode
from portfolio.permissions import the_student_or_a_proxy
from submissions.domain.rosters import ROSTERS
from submissions.models import Batch, ReceiptConfirmation

SUBMITTING_DUTIES = tuple(dict.fromkeys(DutyCode(spec.submitting_duty) for spec in ROSTERS.values()))
CONFIRMING_DUTIES = (DutyCode.RECEIPT_CONFIRMATION, DutyCode.DISPUTE_HANDLING)


@acts.register
class SubmissionAct(TextChoices):
    CREATE_BATCH = "create_batch", _("建立提交批次")
    FREEZE_BATCH = "freeze_batch", _("凍結提交批次")
    EXPORT_BATCH = "export_batch", _("產生名冊與附件")
    DOWNLOAD_EXPORT = "download_export", _("下載名冊或附件")
    MARK_SUBMITTED = "mark_submitted", _("登錄已提交")
    IMPORT_RECEIPTS = "import_receipts", _("匯入收訖明細")
    OPEN_PERIOD = "open_receipt_period", _("開放收訖確認")
    CLOSE_PERIOD = "close_receipt_period", _("收訖確認結案")
    CONFIRM_RECEIPT = "confirm_receipt", _("確認收訖無誤")
    DISPUTE_RECEIPT = "dispute_receipt", _("回報收訖疑義")


@resolves(SubmissionAct.CREATE_BATCH)
@resolves(SubmissionAct.FREEZE_BATCH)
@resolves(SubmissionAct.EXPORT_BATCH)
@resolves(SubmissionAct.DOWNLOAD_EXPORT)
@resolves(SubmissionAct.MARK_SUBMITTED)
@resolves(SubmissionAct.IMPORT_RECEIPTS)
def _submitting_office(user: User, batch: Batch, at: datetime) -> Authority:
    """Each roster has one submitting office per division, which also imports its receipts (S2, S3)."""
    return roster_at(at).authority(user, batch.spec.submitting_duty, batch.division)


@resolves(SubmissionAct.OPEN_PERIOD)
def _confirming_office(user: User, batch: Batch, at: datetime) -> Authority:
    """Registry, or the evening division's academic affairs, runs the confirmation (S3)."""
    return roster_at(at).authority(user, DutyCode.RECEIPT_CONFIRMATION, batch.division)


# A teacher who has left may still be a parent here.
@resolves(SubmissionAct.CONFIRM_RECEIPT, after_leaving=True)
@resolves(SubmissionAct.DISPUTE_RECEIPT, after_leaving=True)
def _the_student_or_a_proxy(user: User, confirmation: ReceiptConfirmation, at: datetime) -> Authority:
    return the_student_or_a_proxy(user, confirmation.student, at)
