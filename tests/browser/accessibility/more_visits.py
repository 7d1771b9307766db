"""Pages that the permission matrix does not lead to: at another time, half-way through something, refusals."""

from tests.browser.accessibility.school import Visit

MORE: list[Visit] = []
