"""Import and export in the admin: what the library does, in words people here can act on."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm, ImportForm

from accounts import acts, clock
from accounts.admin_base import AuditedAdmin, filters_of
from accounts.domain.list_workbook import ListFileInvalid
from accounts.list_files import FORMATS, SealedUpload
from accounts.list_import import MOST_ROWS, ListResult

LARGEST_FILE = 5 * 1024 * 1024


@acts.register
class ListAct(TextChoices):
    IMPORT = "import_list", gettext_lazy("管理介面：匯入清單")
    EXPORT = "export_list", gettext_lazy("管理介面：匯出清單")


class ListImportForm(ImportForm):  # type: ignore[misc]  # (the library has no types)
    """Asks for the file alone: which format it is, its name says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file, kind = self.fields["import_file"], self.fields["format"]
        file.label = _("檔案")
        file.help_text = _("Excel（.xlsx）或 CSV，第 1 列為標題，最多 %(rows)d 列。") % {"rows": MOST_ROWS}
        file.widget.attrs = {"accept": ",".join(f".{each.extension}" for each in FORMATS)}
        kind.required, kind.widget = False, forms.HiddenInput()

    @property
    def media(self) -> forms.Media:
        return forms.Media()

    def clean_import_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["import_file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("檔案超過 5 MB，請分成幾個檔案。"))
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if file := cleaned.get("import_file"):
            extension = PurePath(file.name).suffix.lower().removeprefix(".")
            known = [each.extension for each in FORMATS]
            if extension not in known:
                self.add_error("import_file", _("請選擇 Excel（.xlsx）或 CSV 檔。"))
            else:
                cleaned["format"] = str(known.index(extension))
        return cleaned


class ListExportForm(ExportForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].label = _("格式")
        self.fields["format"].choices = [(number, kind().get_title()) for number, kind in enumerate(FORMATS)]


class ListAdmin(ImportExportMixin, AuditedAdmin):  # type: ignore[misc]
    """An admin page whose list is imported as a whole or not at all; imports and exports are on the trail."""

    formats = FORMATS
    import_form_class = ListImportForm
    export_form_class = ListExportForm
    tmp_storage_class = SealedUpload
    skip_admin_log = True

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def add_data_read_fail_error_to_form(self, form: forms.Form, error: Exception) -> None:
        message = _("讀不出這個檔案：請確認它打得開，CSV 請存成 UTF-8 編碼。")
        form.add_error("import_file", error.message if isinstance(error, ListFileInvalid) else message)

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                response: HttpResponse = super().process_import(request, **kwargs)
        except FileNotFoundError:
            messages.error(request, _("這次上傳已經匯入過或已過期，請重新選擇檔案。"))
            return HttpResponseRedirect("../import/")
        return response

    def process_result(self, result: ListResult, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():
            # Something has changed since the preview; nothing was written.
            return self._report(request, result)
        response: HttpResponse = super().process_result(result, request)
        return response

    def _report(self, request: HttpRequest, result: ListResult) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "form": self.create_import_form(request),
            "opts": self.opts,
            "result": result,
        }
        return TemplateResponse(request, [self.import_template_name], context)

    def add_success_message(self, result: ListResult, request: HttpRequest) -> None:
        counts = {
            "new": result.totals["new"],
            "changed": result.totals["update"],
            "same": result.totals["skip"],
        }
        self.record(request, ListAct.IMPORT, changes={"list": self.opts.verbose_name, **counts})
        words = _("匯入完成：新增 %(new)d 筆、修改 %(changed)d 筆、未變動 %(same)d 筆。")
        messages.success(request, words % counts)

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Any) -> str:
        today: date = clock.today()
        return f"{self.opts.model_name}-{today.isoformat()}.{file_format.get_extension()}"

    def _do_file_export(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> Any:
        response = super()._do_file_export(file_format, request, queryset, **kwargs)
        changes = {"list": self.opts.verbose_name, "rows": queryset.count(), "filters": filters_of(request)}
        self.record(request, ListAct.EXPORT, changes=changes)
        return response
