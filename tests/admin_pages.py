"""Filling in a page of the admin as a browser would: everything it shows, with some values changed."""

import re
from html import unescape
from typing import Any

from django.forms import BaseForm
from django.test import Client

_NOT_SAID = re.compile(r"<script.*?</script>|<svg.*?</svg>|<[^>]+>", re.DOTALL)


def filled(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What the page at `address` would send, with `changes` (field names, inline ones with their prefix)."""
    context = client.get(address).context
    data = _values(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        data |= _values(inline.formset.management_form)
        for form in inline.formset.forms:
            data |= _values(form)
    return data | changes


def save(client: Client, address: str, **changes: Any) -> Any:
    """Send the page at `address`, with `changes`."""
    return client.post(address, filled(client, address, **changes))


def said(client: Client, response: Any) -> str:
    """What the page says that `response` is or leads to, without its mark-up."""
    if response.status_code == 302:
        response = client.get(response["Location"])
    return " ".join(unescape(_NOT_SAID.sub(" ", response.content.decode())).split())


def _values(form: BaseForm) -> dict[str, Any]:
    values = {bound.html_name: bound.value() for bound in form}
    return {name: "" if value is None else value for name, value in values.items()}
