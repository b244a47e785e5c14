from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("members_profiles", "0003_merged_and_erased")]

    operations = [
        migrations.CreateModel(
            name="MemberCount",
            fields=[
                ("store_id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("members", models.BigIntegerField()),
                ("active", models.BigIntegerField()),
                ("dormant", models.BigIntegerField()),
                ("churned", models.BigIntegerField()),
                ("measured_at", models.DateTimeField()),
            ],
            options={"db_table": "insights_member_count"},
        ),
    ]
