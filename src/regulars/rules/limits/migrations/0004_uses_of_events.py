"""What events that are no sales used of limits is kept, so that counters can be proved."""

from django.db import migrations, models

from regulars.foundation.ids import new_uuid

# What was counted before is carried over, in one row for each member and one for what all share.
OF_SALES = """
    SELECT holder_id, use->>0 AS counter, use->>1 AS month,
           (use->>2)::bigint - (use->>3)::bigint AS used
    FROM rules_purchase CROSS JOIN LATERAL jsonb_array_elements(uses::jsonb) AS use
    WHERE uses IS NOT NULL
"""
CARRIED_OVER = f"""
    WITH sold AS ({OF_SALES}), missing AS (
        SELECT holder_id, counter, month, c.used - coalesce(s.used, 0) AS used
        FROM (
            SELECT holder_id, month, own.key AS counter, own.value::bigint AS used
            FROM rules_member_count CROSS JOIN LATERAL jsonb_each_text(used::jsonb) AS own
        ) AS c
        LEFT JOIN (
            SELECT holder_id, month, counter, sum(used)::bigint AS used
            FROM sold WHERE month IS NOT NULL GROUP BY 1, 2, 3
        ) AS s USING (holder_id, month, counter)
        UNION ALL
        SELECT '00000000-0000-0000-0000-000000000000'::uuid, counter, NULL,
               c.used - coalesce(s.used, 0)
        FROM (
            SELECT id::text AS counter, sum(used)::bigint AS used
            FROM rules_shared_count GROUP BY 1
        ) AS c
        LEFT JOIN (
            SELECT counter, sum(used)::bigint AS used FROM sold WHERE month IS NULL GROUP BY 1
        ) AS s USING (counter)
    )
    INSERT INTO rules_limit_use (id, holder_id, event_id, uses)
    SELECT gen_random_uuid(), holder_id, '00000000-0000-0000-0000-000000000000',
           jsonb_agg(jsonb_build_array(counter, month, used, 0))::text
    FROM missing WHERE used <> 0 GROUP BY holder_id
"""  # noqa: S608 - a statement of our own


class Migration(migrations.Migration):
    dependencies = [("rules_limits", "0003_kept")]

    operations = [
        migrations.CreateModel(
            name="LimitUses",
            fields=[
                ("id", models.UUIDField(default=new_uuid, primary_key=True, serialize=False)),
                ("holder_id", models.UUIDField()),
                ("event_id", models.UUIDField()),
                ("uses", models.TextField()),
            ],
            options={
                "db_table": "rules_limit_use",
                "indexes": [models.Index(fields=["holder_id"], name="limit_use_holder")],
            },
        ),
        migrations.RunSQL(CARRIED_OVER, migrations.RunSQL.noop),
    ]
