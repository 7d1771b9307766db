"""`manage.py rotate_personal_data_keys`: everything encrypted comes under the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from accounts.domain.joining import in_clauses, joined
from config.personal_data_rotation import Rotation, rotate_everything

SHOWN = 10


class Command(BaseCommand):
    help = (
        "Re-encrypts personal data under the first of PERSONAL_DATA_KEYS. Put the new key first, restart, "
        "run this; once it ends without a complaint, the old key can be dropped."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        rotations = rotate_everything(at=clock.now())
        for rotation in rotations:
            self.stdout.write(
                f"{rotation.label}：重新加密 {rotation.renewed}，已是新金鑰 {rotation.current}，"
                f"無法解密 {len(rotation.unreadable)}"
            )
        if unreadable := [rotation for rotation in rotations if rotation.unreadable]:
            raise CommandError(in_clauses(_named(rotation) for rotation in unreadable))
        self.stdout.write("全部資料已在最新的金鑰之下，可以移除舊金鑰。")


def _named(rotation: Rotation) -> str:
    ids = joined(str(pk) for pk in rotation.unreadable[:SHOWN])
    return f"{rotation.label} 有 {len(rotation.unreadable)} 筆沒有合用的金鑰（編號 {ids}…），請勿移除舊金鑰"
