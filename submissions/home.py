"""What submissions and receipts add to the home page and the menu."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import panels
from accounts.panels import NavItem, Panel, PanelLine, PanelLink, Visitor
from submissions.next_steps import BatchProgress, progress_of
from submissions.queries import batches_for, is_concerned, with_progress
from submissions.receipt_cards import PeriodCard, ReceiptCard, period_cards
from submissions.receipt_queries import own_confirmations, periods_of

LINES_SHOWN, BATCHES_LOOKED_AT = 5, 24


@panels.adds_nav(50)
def _menu(visitor: Visitor) -> Iterator[NavItem]:
    if visitor.student:
        yield NavItem(reverse("submissions:receipts"), pgettext("選單", "收訖確認"), "clipboard-check")
    elif is_concerned(visitor):
        yield NavItem(reverse("submissions:batches"), _("提交作業"), "send")
        yield NavItem(reverse("submissions:periods"), _("收訖管理"), "clipboard-check")


@panels.adds_panels(5)
def _to_confirm(visitor: Visitor) -> Iterator[Panel]:
    """Receipts that wait for the student's answer; silence would count as one."""
    if not visitor.student:
        return
    unanswered = own_confirmations(visitor.student).filter(answer=None).not_over(visitor.now)
    cards = [ReceiptCard(confirmation, visitor.now) for confirmation in unanswered.reverse()]
    if cards:
        lines = [PanelLine(_receipt_line(card), window=card.window) for card in cards]
        link = PanelLink(reverse("submissions:receipts"), _("核對收訖明細"), primary=True)
        yield Panel(_("收訖明細確認"), "clipboard-check", lines, [link])


def _receipt_line(card: ReceiptCard) -> str:
    words = _("請確認 %(title)s；逾期視同正確") if card.must_answer else _("%(title)s，即將開放確認")
    return words % {"title": card.title}


@panels.adds_panels(50)
def _submissions(visitor: Visitor) -> Iterator[Panel]:
    """What the person's batches wait for, and how the open periods stand."""
    if not is_concerned(visitor):
        return
    batches = with_progress(batches_for(visitor))[:BATCHES_LOOKED_AT]
    mine = [line for line in progress_of(batches, visitor.now) if line.is_turn_of(visitor)]
    yield Panel(_("提交作業"), "send", _batch_lines(mine), [_link("submissions:batches", _("查看各批次"))])
    running = periods_of(batches_for(visitor)).not_over(visitor.now)[:LINES_SHOWN]
    if cards := period_cards(running, visitor.now):
        lines = [PanelLine(_period_line(card), window=card.window) for card in cards]
        yield Panel(
            _("收訖管理"), "clipboard-check", lines, [_link("submissions:periods", _("查看確認情形"))]
        )


def _batch_lines(mine: list[BatchProgress]) -> list[PanelLine]:
    if not mine:
        return [PanelLine(_("目前沒有等您辦理的批次。"))]
    lines = [PanelLine(f"{line.batch}：{line.next_step}") for line in mine[:LINES_SHOWN]]
    more = len(mine) - LINES_SHOWN
    return lines + ([PanelLine(_("另有 %(count)d 個批次等您辦理。") % {"count": more})] if more > 0 else [])


def _period_line(card: PeriodCard) -> str:
    numbers = card.numbers
    words = _("%(title)s：%(students)d 人，已確認 %(confirmed)d，疑義 %(disputed)d，未回覆 %(waiting)d")
    return words % {
        "title": card.title,
        "students": numbers.students,
        "confirmed": numbers.confirmed,
        "disputed": numbers.disputed,
        "waiting": numbers.waiting,
    }


def _link(name: str, label: str) -> PanelLink:
    return PanelLink(reverse(name), label)
