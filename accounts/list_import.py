"""Lists that people fill in and import: Chinese headings, natural keys, all of a file or nothing of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import InvalidRow, Result, RowResult
from tablib import Dataset

from accounts.domain.joining import joined
from accounts.list_cells import Cell, Key, text_of

logger = logging.getLogger(__name__)

LINE = "#"  # an added column: where in the file a row stands
MOST_ROWS = 3000

Row = Mapping[str, Any]


def column(attribute: str, heading: Any, cell: Cell | None = None, *, readonly: bool = False) -> Field:
    """A column of a list. A `readonly` one is part of a name that another column looks up."""
    return Field(attribute=attribute, column_name=str(heading), widget=cell or Cell(), readonly=readonly)


class ListResult(Result):  # type: ignore[misc]  # (the library has no types)
    """Numbers rows as the file does, headings included, and keeps what changes in words."""

    def append_invalid_row(self, number: int, row: Row, validation_error: ValidationError) -> None:
        self.invalid_rows.append(InvalidRow(row[LINE], validation_error, values=()))

    @property
    def changed_rows(self) -> list[RowResult]:
        return [row for row in self.rows if row.import_type in ("new", "update")]


class ByKey(BaseInstanceLoader):  # type: ignore[misc]
    """Finds the record of a row by the list's key columns; records are read once a file."""

    def __init__(self, resource: ListResource, dataset: Dataset) -> None:
        super().__init__(resource, dataset)
        self._known = {resource.key_of(record): record for record in resource.records(dataset)}

    def get_instance(self, row: Row) -> Model | None:
        key = self.resource.key_in(row)
        return self._known.get(key) if key else None


class ListResource(ModelResource):  # type: ignore[misc]
    """A list of `Meta.model`, a record found again by the columns in `Meta.import_id_fields`.

    Headings are part of the file format, the same in every language.
    """

    # Field → lookup: narrows what is read to the records that the file speaks of. Text columns only.
    scopes: Mapping[str, str] = {}
    # Columns that a file may leave out.
    optional: tuple[str, ...] = ()
    # Attributes that a model's own checks complain about → the field that a person filled in.
    blamed: Mapping[str, str] = {}

    # Relations that the columns show.
    related: tuple[str, ...] = ()

    class Meta:
        instance_loader_class = ByKey
        clean_model_instances = True
        skip_unchanged = True
        skip_html_diff = True
        store_instance = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._lines: dict[Key, int] = {}

    @classmethod
    def get_result_class(cls) -> type[ListResult]:
        return ListResult

    def headings(self) -> list[str]:
        return [field.column_name for field in self.get_import_fields()]

    def records(self, dataset: Dataset) -> QuerySet:
        """The records that the file may be about."""
        records = self.filter_export(self.get_queryset())
        for name, lookup in self.scopes.items():
            heading = self.fields[name].column_name
            if heading in (dataset.headers or ()):
                records = records.filter(**{f"{lookup}__in": {text_of(cell) for cell in dataset[heading]}})
        return records

    def filter_export(self, queryset: QuerySet, **kwargs: Any) -> QuerySet:
        return queryset.select_related(*self.related) if self.related else queryset

    def key_of(self, record: Model) -> Key:
        return tuple(self.fields[name].export(record) for name in self.get_import_id_fields())

    def key_in(self, row: Row) -> Key | None:
        """The row's key as `key_of` writes it; None while a part of it cannot be read."""
        fields = [self.fields[name] for name in self.get_import_id_fields()]
        try:
            return tuple(field.widget.render(field.clean(row)) for field in fields)
        except ValueError:
            return None

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """Refuse a file whose columns do not fit; number its rows and leave out the empty ones."""
        if problem := self._problem_with(dataset):
            dataset.wipe()
            raise ValueError(problem)
        lines = [
            [*row, line] for line, row in enumerate(dataset, start=2) if any(text_of(cell) for cell in row)
        ]
        headings = [*dataset.headers, LINE]
        dataset.wipe()
        dataset.headers = headings
        dataset.extend(lines)

    def _problem_with(self, dataset: Dataset) -> str:
        """What is wrong with the file as a whole, empty if nothing."""
        given, known = dataset.headers or [], self.headings()
        needed = [field.column_name for name, field in self.fields.items() if name not in self.optional]
        parts = {
            "all": joined(known),
            "missing": joined(heading for heading in needed if heading not in given),
            "wrong": joined(heading for heading in given if heading not in known or given.count(heading) > 1),
            "most": MOST_ROWS,
        }
        if parts["missing"]:
            return _("第 1 列（標題列）缺少欄位：%(missing)s。完整的欄位是：%(all)s。") % parts
        if parts["wrong"]:
            return _("第 1 列（標題列）有不認得或重複的欄位：%(wrong)s。可用的欄位是：%(all)s。") % parts
        if len(dataset) > MOST_ROWS:
            return _("一次最多匯入 %(most)d 列，請分成幾個檔案。") % parts
        return ""

    def import_row(self, row: Row, instance_loader: ByKey, **kwargs: Any) -> RowResult:
        result = super().import_row(row, instance_loader, **kwargs)
        if result.errors:
            logger.error("a row could not be imported", exc_info=result.errors[0].error)
            result.errors, result.import_type = [], RowResult.IMPORT_TYPE_INVALID
            result.validation_error = ValidationError(_("存不進資料庫，請檢查是否與現有資料衝突。"))
        if result.validation_error:
            result.validation_error = self._by_heading(result.validation_error)
        return result

    def before_import_row(self, row: Row, **kwargs: Any) -> None:
        key = self.key_in(row)
        if key is None:
            return
        if key in self._lines:
            names = joined(self.fields[name].column_name for name in self.get_import_id_fields())
            message = _("與第 %(line)d 列重複（%(names)s相同），請刪除其中一列。")
            raise ValidationError(message % {"line": self._lines[key], "names": names})
        self._lines[key] = row[LINE]

    def after_import_row(self, row: Row, row_result: RowResult, **kwargs: Any) -> None:
        """Keep what the row changes as (heading, before, after)."""
        before = row_result.original
        fields = [field for field in self.get_import_fields() if not field.readonly]
        row_result.line = row[LINE]
        row_result.changes = before and [
            (field.column_name, field.export(before), field.export(row_result.instance))
            for field in fields
            if field.get_value(before) != field.get_value(row_result.instance)
        ]

    def _by_heading(self, error: ValidationError) -> ValidationError:
        """The error's parts under the headings of the file instead of the model's names."""
        headings = {field.attribute: field.column_name for field in self.fields.values()}
        headings |= {name: self.fields[field].column_name for name, field in self.blamed.items()}
        parts = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        by_heading: dict[str, list[str]] = {}
        for name, messages in parts.items():
            by_heading.setdefault(headings.get(name, NON_FIELD_ERRORS), []).extend(messages)
        return ValidationError(by_heading)
