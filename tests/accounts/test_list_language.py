"""Lists are the same files in every language."""

from django.utils import translation

from accounts.domain.division import Division
from accounts.list_cells import Choice, YesNo


def test_a_file_reads_and_writes_alike_whatever_language_its_reader_chose() -> None:
    with translation.override("en"):
        assert Choice(Division).parse("日間部") == Division.DAY
        assert Choice(Division).render(Division.EVENING) == "進修部"
        assert YesNo().parse("是")
        assert YesNo().render(value=False) == "否"
