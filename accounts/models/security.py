from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class SecurityPolicy(models.Model):
    """How strictly accounts are kept: the numbers of the baseline (附表十資通系統防護基準), one row.

    A school may be stricter; what the baseline fixes cannot be set any laxer.
    """

    failures_before_lock = models.PositiveSmallIntegerField(
        _("登入失敗幾次後鎖定"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("防護基準：身分驗證失敗達五次後至少十五分鐘內不允許繼續嘗試。"),
    )
    lock_minutes = models.PositiveSmallIntegerField(
        _("鎖定幾分鐘"), default=15, validators=[MinValueValidator(15), MaxValueValidator(1440)]
    )
    names_per_address = models.PositiveSmallIntegerField(
        _("同一來源位址一小時內有幾個不同帳號登入失敗後鎖定"),
        default=100,
        validators=[MinValueValidator(50)],
        help_text=_("用同一組密碼試許多帳號的跡象；鎖定時，曾登入過的裝置不受影響。不宜低於一個班級的人數。"),
    )
    own_networks = models.TextField(
        _("校內共用的對外位址或網段"),
        blank=True,
        help_text=_("每行一個；全校從這些位址連線，只通報、不鎖定，以免一人害全校無法登入。"),
    )
    failures_an_hour = models.PositiveSmallIntegerField(
        _("一小時內登入失敗幾次時通報"),
        default=200,
        validators=[MinValueValidator(10)],
        help_text=_("不論帳號與位址，合計；每小時最多通報一次。"),
    )
    staff_idle_minutes = models.PositiveSmallIntegerField(
        _("教職員閒置幾分鐘後登出"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(30)],
        help_text=_("登出前會先提醒，並可按鍵延長。"),
    )
    student_idle_minutes = models.PositiveSmallIntegerField(
        _("學生與家長閒置幾分鐘後登出"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
    )
    password_days = models.PositiveSmallIntegerField(
        _("教職員密碼使用期限（天）"), default=180, help_text=_("0 表示沒有期限。")
    )
    student_password_days = models.PositiveSmallIntegerField(
        _("學生與家長密碼使用期限（天）"), default=0, help_text=_("0 表示沒有期限。")
    )
    remembered_passwords = models.PositiveSmallIntegerField(
        _("不可與前幾次密碼相同"), default=3, validators=[MinValueValidator(3), MaxValueValidator(24)]
    )
    staff_unused_days = models.PositiveSmallIntegerField(
        _("教職員幾天未登入即停用"), default=180, validators=[MinValueValidator(30)]
    )
    student_unused_days = models.PositiveSmallIntegerField(
        _("學生與家長幾天未登入即停用"), default=400, validators=[MinValueValidator(30)]
    )
    review_months = models.PositiveSmallIntegerField(
        _("帳號與稽核紀錄幾個月審查一次"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    staff_need_second_factor = models.BooleanField(
        _("教職員須使用兩步驟驗證"),
        default=False,
        help_text=_("開啟後，還沒有設定的教職員登入時會先被帶到設定頁。"),
    )
    admin_networks = models.TextField(
        _("管理介面允許的來源網段"),
        blank=True,
        help_text=_("每行一個位址或網段，例如 192.0.2.0/24；空白表示不限制。"),
    )

    class Meta:
        verbose_name = _("帳號安全設定")
        verbose_name_plural = _("帳號安全設定")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_security_policy")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class PasswordRecord(models.Model):
    """A password an account once had, as its hash, so that it is not taken again (baseline D5)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_records")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ("-set_at", "-pk")
        indexes = [models.Index(fields=["user", "-set_at"], name="passwords_of_account")]

    def __str__(self) -> str:
        return f"{self.user} {self.set_at:%Y-%m-%d}"


class SignInFailures(models.Model):
    """Failed sign-ins that lock (baseline D4).

    In a row: for an account name, known or not, from devices that it never signed in at, and for each device
    that it did. For an address: how many names failed from it.
    """

    class Subject(models.TextChoices):
        ACCOUNT = "account", _("帳號")
        DEVICE = "device", _("常用裝置")
        ADDRESS = "address", _("來源位址")

    subject = models.CharField(_("對象"), max_length=10, choices=Subject)
    # Keyed hashes, of the name first: people type passwords into the name field.
    key_hash = models.CharField(max_length=64)
    failures = models.PositiveIntegerField(
        _("失敗次數"), default=0, help_text=_("帳號與裝置是連續失敗的次數，來源位址是失敗的帳號個數。")
    )
    last_at = models.DateTimeField(_("最後一次"))
    locked_until = models.DateTimeField(_("鎖定至"), null=True, blank=True)

    class Meta:
        verbose_name = _("登入失敗")
        verbose_name_plural = _("登入失敗")
        constraints = [models.UniqueConstraint(fields=["subject", "key_hash"], name="failures_counted_once")]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.failures}"


class FailedName(models.Model):
    """A sign-in as this name failed from this address: many names from one address are a sign of guessing."""

    # Keyed hashes, as above.
    address_hash = models.CharField(max_length=64)
    name_hash = models.CharField(max_length=64)
    last_at = models.DateTimeField(_("最後一次"), db_index=True)

    class Meta:
        verbose_name = _("登入失敗的帳號")
        verbose_name_plural = _("登入失敗的帳號")
        constraints = [
            models.UniqueConstraint(fields=["address_hash", "name_hash"], name="failed_name_counted_once")
        ]

    def __str__(self) -> str:
        return f"{self.last_at:%Y-%m-%d %H:%M}"


class Review(models.Model):
    """A periodic review was done and signed (baseline A4: accounts; B4: the trail)."""

    class Kind(models.TextChoices):
        ACCOUNTS = "accounts", _("帳號審查")
        TRAIL = "trail", _("稽核紀錄審查")

    kind = models.CharField(_("審查項目"), max_length=10, choices=Kind)
    reviewed_at = models.DateTimeField(_("完成時間"))
    reviewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("審查人")
    )
    remark = models.CharField(_("審查結果"), max_length=500)
    rows = models.PositiveIntegerField(_("審查筆數"))
    sha256 = models.CharField(_("審查清單雜湊值"), max_length=64)

    class Meta:
        verbose_name = _("定期審查")
        verbose_name_plural = _("定期審查")
        ordering = ("-reviewed_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=~models.Q(remark=""), name="review_has_a_result"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reviewed_at:%Y-%m-%d}"
