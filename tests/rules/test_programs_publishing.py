"""Drafts become versions, and nobody changes a version afterwards."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import ProgrammingError, connection, transaction

from regulars.foundation import clock
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.database.session import unit_of_work
from regulars.foundation.errors import RegularsError
from regulars.ledger.book.services import asset_create, assets_known
from regulars.ledger.book.types import AssetKind
from regulars.rules.programs.errors import (
    AssetDiffers,
    DraftChanged,
    NoDraft,
    NothingChanged,
    ProgramInvalid,
    UnknownProgram,
)
from regulars.rules.programs.models import ProgramEnding, ProgramVersion
from regulars.rules.programs.selectors import program_get, programs_in_force, programs_listed
from regulars.rules.programs.services import (
    program_draft_save,
    program_end,
    program_publish,
)
from tests.rules.office import ANN, LI, NOW, beans, holding, kept, later, published
from tests.rules.promises import rule


def test_li_saves_a_draft_and_nothing_holds_yet(office):
    draft = program_draft_save(actor=LI, code="beans", content=beans())
    assert (draft.revision, draft.saved_by) == (1, "staff:li")
    assert holding() == []
    assert kept() == ([], [0, 1], 0, 1)
    assert [program.code for program in programs_listed()] == ["beans"]


def test_publishing_makes_the_version_and_its_assets(office):
    version = published()
    assert (version.version, version.state, version.published_by) == (1, "in_force", "staff:li")
    assert (version.valid_from, version.valid_until) == (NOW, None)
    assert holding() == ["beans@1"]
    with unit_of_work() as unit:
        (asset,) = assets_known(unit).values()
        (program,) = programs_in_force(unit, NOW)
    assert (asset.code, asset.time_zone, asset.shortfall) == ("beans", "Asia/Shanghai", "debt")
    assert program.asset_ids == {asset.id}
    assert program.redemption is not None
    assert program.redemption.value_of(1000) == 1000
    assert program_get("beans").draft is None
    acts = AuditRecord.objects.order_by("recorded_at", "id").values_list("action", "subject")
    assert list(acts) == [("program.draft_saved", "beans"), ("program.published", "beans")]


def test_publishing_the_same_again_is_refused_and_nothing_moves(office):
    published()
    program_draft_save(actor=LI, code="beans", content=beans())
    before = kept()
    with pytest.raises(NothingChanged):
        program_publish(actor=LI, code="beans")
    assert kept() == before
    assert program_get("beans").draft is not None


def test_without_a_draft_nothing_is_published(office):
    before = kept()
    with pytest.raises(NoDraft):
        program_publish(actor=LI, code="beans")
    with pytest.raises(UnknownProgram):
        program_get("beans")
    with pytest.raises(ProgramInvalid):
        program_draft_save(actor=LI, code="Beans!", content=beans())
    assert kept() == before


def test_what_became_wrong_since_the_draft_is_refused_when_published(office):
    program_draft_save(actor=LI, code="beans", content=beans())
    asset_create(
        code="beans", name={"en": "Other"}, kind=AssetKind.COUNT, time_zone="Asia/Shanghai"
    )
    before = kept()
    with pytest.raises(AssetDiffers):
        program_publish(actor=LI, code="beans")
    assert kept() == before
    assert holding() == []


def test_a_draft_that_another_saved_meanwhile_is_not_overwritten(office):
    first = program_draft_save(actor=LI, code="beans", content=beans(), revision=0)
    second = program_draft_save(
        actor=ANN, code="beans", content=beans(valid_from="2025-04-01"), revision=first.revision
    )
    assert second.revision == 2
    for revision in (0, 1):
        with pytest.raises(DraftChanged):
            program_draft_save(actor=LI, code="beans", content=beans(), revision=revision)
        with pytest.raises(DraftChanged):
            program_publish(actor=LI, code="beans", revision=revision)
    draft = program_get("beans").draft
    assert draft is not None
    assert (draft.saved_by, draft.content["valid_from"]) == ("staff:ann", "2025-04-01")
    assert program_publish(actor=ANN, code="beans", revision=2).version == 1


def test_of_many_who_publish_at_once_one_does(office):
    program_draft_save(actor=LI, code="beans", content=beans())

    def publish(_):
        try:
            return program_publish(actor=LI, code="beans").version
        except RegularsError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(publish, range(4)))
    assert answers.count(1) == 1
    assert set(answers) <= {1, "draft_changed", "no_draft", "busy"}
    assert ProgramVersion.objects.count() == 1
    assert holding() == ["beans@1"]


def test_a_draft_saved_while_it_is_published_is_neither_lost_nor_published_unseen(office):
    program_draft_save(actor=LI, code="beans", content=beans())

    def publish():
        try:
            return program_publish(actor=LI, code="beans").version
        except RegularsError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            # Ann's saving is under way: Li still reads the old draft, then has to wait for her.
            program_draft_save(actor=ANN, code="beans", content=beans(valid_from="2025-04-01"))
            answer = pool.submit(publish)
            while not someone_waits_for_me() and not answer.done():
                pass
        assert answer.result() == "draft_changed"
    draft = program_get("beans").draft
    assert draft is not None
    assert (draft.saved_by, draft.revision) == ("staff:ann", 2)
    assert ProgramVersion.objects.count() == 0


def someone_waits_for_me():
    """Not just anybody who waits: tests beside this one have their own waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0]


UNCHANGEABLE = [
    "UPDATE rules_program_version SET content = '{}'",
    "UPDATE rules_program_version SET valid_until = now()",
    "UPDATE rules_program_version SET digest = ''",
    "UPDATE rules_program_version SET version = 9",
    "DELETE FROM rules_program_version",
    "TRUNCATE rules_program_version CASCADE",
    "UPDATE rules_program_ending SET ended_at = now()",
    "DELETE FROM rules_program_ending",
]


@pytest.mark.parametrize("statement", UNCHANGEABLE)
def test_the_database_itself_refuses_to_change_what_was_published(office, statement):
    published()
    program_end(actor=LI, code="beans", ends_at=later(days=1))
    before = list(ProgramVersion.objects.values()), list(ProgramEnding.objects.values())
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert (list(ProgramVersion.objects.values()), list(ProgramEnding.objects.values())) == before


def test_a_draft_may_change_so_the_refusals_above_are_about_versions(office):
    program_draft_save(actor=LI, code="beans", content=beans())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rules_program_draft SET revision = 7")
        assert cursor.rowcount == 1


def test_a_digest_names_the_content_and_nothing_else(office):
    first = published()
    with clock.stopped_at(later(days=1)):
        other = published("again")
        third = published(rules=[rule()])
    assert first.digest == other.digest != third.digest
    assert len(first.digest) == 64


def test_a_version_whose_time_is_over_before_it_is_published_is_refused(office):
    program_draft_save(actor=LI, code="beans", content=beans(valid_until="2025-02-28"))
    before = kept()
    with pytest.raises(ProgramInvalid):
        program_publish(actor=LI, code="beans")
    assert kept() == before


def test_texts_of_four_bytes_are_kept_to_the_letter(office):
    name = {"zh-Hans": "𠮷野家会员🍵", "en": 'Tea “🍵” & "more" \\ é'}
    when = 'order.store != "🍵𠮷\\\\"'
    published(name=name, rules=[rule(when=when)])
    with unit_of_work() as unit:
        (program,) = programs_in_force(unit, NOW)
    assert program.name == name
    assert program_get("beans").name == name
    assert program_get("beans").versions[0].content["rules"][0]["when"] == when


def test_a_nul_is_refused_and_nothing_moves(office):
    before = kept()
    with pytest.raises(ProgramInvalid):
        program_draft_save(actor=LI, code="beans", content=beans(name={"en": "be\x00ans"}))
    assert kept() == before
