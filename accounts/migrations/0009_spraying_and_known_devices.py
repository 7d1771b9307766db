import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """Addresses are judged by how many names fail from them, and known devices are counted by themselves."""

    dependencies = [
        ("accounts", "0008_trail_insert_guards"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="securitypolicy",
            name="failures_per_address",
        ),
        migrations.AddField(
            model_name="securitypolicy",
            name="names_per_address",
            field=models.PositiveSmallIntegerField(
                default=100,
                help_text="用同一組密碼試許多帳號的跡象；鎖定時，曾登入過的裝置不受影響。不宜低於一個班級的人數。",
                validators=[django.core.validators.MinValueValidator(50)],
                verbose_name="同一來源位址一小時內有幾個不同帳號登入失敗後鎖定",
            ),
        ),
        migrations.AddField(
            model_name="securitypolicy",
            name="own_networks",
            field=models.TextField(
                blank=True,
                help_text="每行一個；全校從這些位址連線，只通報、不鎖定，以免一人害全校無法登入。",
                verbose_name="校內共用的對外位址或網段",
            ),
        ),
        migrations.AddField(
            model_name="securitypolicy",
            name="failures_an_hour",
            field=models.PositiveSmallIntegerField(
                default=200,
                help_text="不論帳號與位址，合計；每小時最多通報一次。",
                validators=[django.core.validators.MinValueValidator(10)],
                verbose_name="一小時內登入失敗幾次時通報",
            ),
        ),
        migrations.AlterField(
            model_name="signinfailures",
            name="failures",
            field=models.PositiveIntegerField(
                default=0,
                help_text="帳號與裝置是連續失敗的次數，來源位址是失敗的帳號個數。",
                verbose_name="失敗次數",
            ),
        ),
        migrations.AlterField(
            model_name="signinfailures",
            name="subject",
            field=models.CharField(
                choices=[("account", "帳號"), ("device", "常用裝置"), ("address", "來源位址")],
                max_length=10,
                verbose_name="對象",
            ),
        ),
        migrations.CreateModel(
            name="FailedName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address_hash", models.CharField(max_length=64)),
                ("name_hash", models.CharField(max_length=64)),
                ("last_at", models.DateTimeField(db_index=True, verbose_name="最後一次")),
            ],
            options={
                "verbose_name": "登入失敗的帳號",
                "verbose_name_plural": "登入失敗的帳號",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("address_hash", "name_hash"), name="failed_name_counted_once"
                    )
                ],
            },
        ),
    ]
