"""What a student looks for among their pieces, as the address says it."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from portfolio.domain.piece_filter import PieceFilter

ALL_YEARS = "all"
LONGEST_SEARCH = 100
_LOOKED_FOR = ("q", "kind", "state")
Choices = Sequence[tuple[str, str]]


class PieceFilterForm(forms.Form):
    """Offers only what there is something of."""

    def __init__(self, query: QueryDict, *, years: Sequence[int], kinds: Choices, states: Choices) -> None:
        super().__init__(initial={"year": ALL_YEARS, **query.dict()})
        self.fields["q"] = forms.CharField(
            label=_("關鍵字"),
            required=False,
            max_length=LONGEST_SEARCH,
            help_text=_("課程、名稱、簡述、檔名"),
        )
        self.fields["kind"] = _choice(_("種類"), [("", _("全部種類")), *kinds])
        self.fields["state"] = _choice(_("狀態"), [("", _("全部狀態")), *states])
        named = [(str(year), _("%(year)d 學年度") % {"year": year}) for year in years]
        self.fields["year"] = _choice(_("學年度"), [(ALL_YEARS, _("全部學年度")), *named])
        for field in self.fields.values():
            field.widget.is_required = False


def wanted(query: QueryDict) -> PieceFilter:
    """What the address looks for; a kind or state that does not exist finds nothing."""
    words, kind, state = (query.get(name, "").strip()[:LONGEST_SEARCH] for name in _LOOKED_FOR)
    return PieceFilter(words, kind, state)


def _choice(label: str, choices: Choices) -> forms.Field:
    return forms.ChoiceField(label=label, choices=choices, required=False)
