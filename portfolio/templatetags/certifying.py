"""Addresses within the certifier's queue."""

from django import template

from portfolio.certifying.filters import QueueFilter

register = template.Library()


@register.simple_tag
def part(wanted: QueueFilter, section: int = 0, school_class: int = 0) -> str:
    """What the queue's address ends with for a section and a class, in the state that is looked at."""
    return wanted.of(section=section, school_class=school_class).query
