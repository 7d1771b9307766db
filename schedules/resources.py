"""The table of days off as a list."""

from accounts.list_cells import Day, YesNo
from accounts.list_import import ListResource, column
from schedules.models import Holiday


class HolidayResource(ListResource):
    day = column("day", "日期", Day())
    name = column("name", "名稱")
    is_workday = column("is_workday", "補行上班", YesNo(optional=True))

    optional = ("is_workday",)

    class Meta:
        model = Holiday
        fields = ("day", "name", "is_workday")
        import_id_fields = ("day",)
