from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("ledger_book", "0004_rows_of_an_entry")]

    operations = [
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("first_seq", models.BigIntegerField()),
                ("last_seq", models.BigIntegerField()),
                ("entries", models.IntegerField()),
                ("previous", models.CharField(max_length=64)),
                ("root", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
            ],
            options={"db_table": "ledger_segment"},
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("holder_id", models.UUIDField()),
                ("segment", models.BigIntegerField()),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={"db_table": "ledger_seal"},
        ),
        migrations.RunSQL(
            """
            CREATE INDEX seal_seq ON ledger_seal USING brin (seq)
                WITH (pages_per_range = 16, autosummarize = on)
            """,
            "DROP INDEX seal_seq",
        ),
    ]
