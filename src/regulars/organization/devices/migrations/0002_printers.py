from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organization_devices", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="device",
            name="printer",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="device",
            name="paper_mm",
            field=models.SmallIntegerField(db_default=80, default=80),
        ),
    ]
