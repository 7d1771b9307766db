"""What of a student's receipts waits for an answer, to those who may help them."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.panels import Panel, PanelLine, PanelLink
from portfolio.proxies import Aid
from portfolio.proxy_panels import adds_proxy_panels
from submissions.receipt_cards import ReceiptCard
from submissions.receipt_queries import open_confirmations


@adds_proxy_panels
def _receipts(aid: Aid) -> Iterator[Panel]:
    cards = [ReceiptCard(one, aid.now) for one in open_confirmations(aid.student, aid.now)]
    if not cards:
        return
    lines = [
        PanelLine(
            _("%(title)s（%(state)s）") % {"title": card.title, "state": card.state.label}, window=card.window
        )
        for card in cards
    ]
    links = [_link(aid, card) for card in cards if card.may_report]
    yield Panel(_("收訖明細確認"), "clipboard-check", lines, links)


def _link(aid: Aid, card: ReceiptCard) -> PanelLink:
    address = reverse("submissions:proxy_receipt", args=[aid.student.pk, card.confirmation.pk])
    return PanelLink(address, _("核對 %(title)s") % {"title": card.title}, primary=card.must_answer)
