"""The application's role reads and writes rows; it can't rewrite history or change tables."""

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from django.db.utils import ProgrammingError

from regulars.foundation.clock import now
from regulars.foundation.database.connections import app_dsn, owner_dsn
from regulars.foundation.database.roles import grants_apply, roles_separate
from regulars.foundation.ids import new_uuid
from regulars.foundation.outbox.models import Notice
from regulars.ledger.book.models import Lot

RIGHTS = """
    SELECT privilege_type FROM information_schema.role_table_grants
    WHERE grantee = 'regulars_app' AND table_name = %s
"""
COLUMNS = """
    SELECT column_name FROM information_schema.role_column_grants
    WHERE grantee = 'regulars_app' AND table_name = %s AND privilege_type = 'UPDATE'
"""


def asked(query, *params):
    """The first column of a query, as the owner sees it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, params)
        return sorted(row[0] for row in cursor.fetchall())


@pytest.fixture
def notice(clean_database):
    return Notice.objects.create(id=new_uuid(), kind="test", payload="{}", recorded_at=now())


def test_django_works_as_the_application_role(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("regulars_app",)
    assert ContentType.objects.count() > 0


def test_history_is_guarded_because_the_owner_is_another_role(clean_database):
    assert roles_separate()


def test_history_can_be_added_to_and_read(notice):
    assert list(Notice.objects.values_list("kind", flat=True)) == ["test"]


def test_history_cannot_be_changed(notice):
    with pytest.raises(ProgrammingError, match="denied"):
        Notice.objects.filter(id=notice.id).update(kind="other")
    assert Notice.objects.get().kind == "test"


def test_history_cannot_be_deleted(notice):
    with pytest.raises(ProgrammingError, match="denied"):
        Notice.objects.all()._raw_delete("default")
    assert Notice.objects.count() == 1


def test_history_cannot_be_emptied(notice):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="denied"):
        cursor.execute("TRUNCATE outbox_notice")
    assert Notice.objects.count() == 1


def test_of_an_append_only_table_only_the_named_columns_may_change(clean_database):
    table = Lot._meta.db_table
    assert Lot.append_only
    assert asked(RIGHTS, table) == ["INSERT", "SELECT"]
    assert asked(COLUMNS, table) == sorted(Lot.mutable_columns)


def test_rights_given_by_hand_are_taken_back(clean_database):
    with connections["owner"].cursor() as cursor:
        cursor.execute("GRANT UPDATE, DELETE, TRUNCATE ON outbox_notice TO regulars_app")
        cursor.execute("GRANT UPDATE (holder_id) ON ledger_lot TO regulars_app")
    grants_apply()
    assert asked(RIGHTS, "outbox_notice") == ["INSERT", "SELECT"]
    assert asked(COLUMNS, "ledger_lot") == sorted(Lot.mutable_columns)


def test_the_application_role_cannot_make_or_change_tables(db):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="denied"):
        cursor.execute("CREATE TABLE mine (id int)")


def test_both_dsns_reach_the_database_django_uses(clean_database):
    with psycopg.connect(app_dsn()) as app, psycopg.connect(owner_dsn()) as owner:
        query = "SELECT current_user, current_database(), current_setting('TimeZone')"
        name = clean_database.name
        assert app.execute(query).fetchone() == ("regulars_app", name, "UTC")
        assert owner.execute(query).fetchone() == ("regulars_owner", name, "UTC")


def test_what_a_test_commits_is_gone_for_the_next(notice, clean_database):
    kept = ContentType.objects.count()
    clean_database.clean()
    assert Notice.objects.count() == 0
    assert ContentType.objects.count() == kept
