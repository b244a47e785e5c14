"""Groups of stores: regions, or the shops of one franchisee."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organization_stores", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="StoreGroup",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.JSONField()),
                ("created_at", models.DateTimeField()),
            ],
            options={"db_table": "organization_store_group"},
        ),
        migrations.AddField(
            model_name="store",
            name="group",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organization_stores.storegroup",
            ),
        ),
    ]
