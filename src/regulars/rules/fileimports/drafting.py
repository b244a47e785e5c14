"""From a row's texts to what it stands for: pure, the same in a dry run and in earnest."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime

import msgspec

from regulars.foundation import clock
from regulars.foundation.amounts import currency_exponent
from regulars.foundation.database.session import Unit
from regulars.foundation.errors import RegularsError, Told
from regulars.foundation.shop.selectors import shop_known
from regulars.foundation.texts import text_checked
from regulars.ledger.book.services import assets_known, lot_expires_at
from regulars.ledger.book.types import AssetView
from regulars.members.profiles.selectors import identifier_normalised
from regulars.members.profiles.types import IdentifierKind, NewMember
from regulars.rules.fileimports.columns import sections_opened
from regulars.rules.fileimports.errors import (
    ROW_PROBLEMS,
    ImportExpired,
    ImportFuture,
    ImportStoreUnknown,
    ImportValueRejected,
    MappingUnfit,
    NumbersMissing,
    SaleUnfit,
)
from regulars.rules.fileimports.fields import (
    AMOUNT,
    EXPIRES,
    MORE_LOTS,
    STORE,
    asset_places,
    fields_offered,
)
from regulars.rules.fileimports.meanings import (
    NONE,
    REJECT,
    Meaning,
    Values,
    codes_shown,
    meaning_opened,
)
from regulars.rules.fileimports.types import (
    MEMBERS,
    SALES,
    Choice,
    FieldView,
    MemberRow,
    OpeningCredit,
    OpenSection,
    ReadRow,
    SaleRow,
)
from regulars.rules.fileimports.values import amount_read, day_read, instant_read

# As enrolling has it; here so that a dry run tells it too.
NAME_MAX = 120
PLACED, UNPLACED = "placed:", "unplaced:"
NUMBER_KINDS = {
    "phone": IdentifierKind.PHONE.value,
    "external_id": IdentifierKind.EXTERNAL_ID.value,
    "card": IdentifierKind.CARD.value,
}


class Setting(msgspec.Struct):
    """What rows are read against: columns by place, assets, what values become, sections."""

    kind: str
    columns: dict[str, tuple[int, str]]
    amounts: tuple[tuple[str, AssetView, int], ...]
    meanings: dict[str, Meaning]
    stores: tuple[Choice, ...]
    sections: dict[str, OpenSection]
    zone: str
    exponent: int
    as_of: date
    now: datetime

    def text(self, row: ReadRow, name: str) -> str:
        """The row's text for a field; empty when no column means it."""
        place = self.columns.get(name)
        return row.cells[place[0]] if place else ""

    def heading(self, name: str) -> str:
        place = self.columns.get(name)
        return place[1] if place else name


def setting_opened(
    unit: Unit,
    kind: str,
    columns: Mapping[str, str],
    headings: Sequence[str],
    as_of: date,
    values: Values,
) -> Setting:
    """Checks a mapping against the shop and the file. Errors: import_mapping_unfit."""
    fields = {field.name: field for field in fields_offered(unit, kind)}
    places = {heading: place for place, heading in enumerate(headings)}
    _columns_checked(kind, columns, places, fields)
    exponent = currency_exponent(shop_known().currency)
    by_code = {
        f"{AMOUNT}{asset.code}{lot}": asset
        for asset in assets_known(unit).values()
        for lot in ("", *MORE_LOTS)
    }
    return Setting(
        kind=kind,
        columns={name: (places[heading], heading) for name, heading in columns.items()},
        amounts=tuple(
            [
                (name, by_code[name], asset_places(by_code[name], exponent))
                for name in columns
                if name in by_code
            ]
        ),
        meanings={
            name: meaning_opened(fields[name].choices, values.get(name, {}))
            for name in columns
            if fields[name].choices
        },
        stores=fields[STORE.name].choices,
        sections=sections_opened(unit) if kind == MEMBERS else {},
        zone=shop_known().time_zone,
        exponent=exponent,
        as_of=as_of,
        now=clock.now(),
    )


def _columns_checked(
    kind: str, columns: Mapping[str, str], places: Mapping[str, int], known: Collection[str]
) -> None:
    for name, heading in columns.items():
        if name not in known:
            raise MappingUnfit(
                field=name[:80], problem=Told("nothing here has this name", "没有名为此的项目")
            )
        if heading not in places:
            raise MappingUnfit(
                field=name,
                problem=Told(
                    f"the file has no column “{heading[:80]}”", f"文件中没有“{heading[:80]}”列"
                ),
            )
    if not NUMBER_KINDS.keys() & columns.keys():
        raise MappingUnfit(
            field="phone, card, external_id", problem=Told("one of them is needed", "至少需要其一")
        )
    needed = () if kind == MEMBERS else ("document", "paid_at", "net")
    for name in needed:
        if name not in columns:
            raise MappingUnfit(field=name, problem=Told("a column is needed", "须选择一列"))


def placed_counted(
    counts: dict[str, int], setting: Setting, row: ReadRow, *, is_taken: bool
) -> None:
    """Adds a row to the counts of what its values become."""
    for field, code in placed_of(setting, row).items():
        name = f"{PLACED if is_taken else UNPLACED}{field}={code}"
        counts[name] = counts.get(name, 0) + 1


def rejected_counted(counts: dict[str, int], setting: Setting, row: ReadRow) -> None:
    """Adds the amounts of a row that is not taken, as far as they can be read."""
    for code, amount in amounts_of(setting, row).items():
        counts[f"rejected:{code}"] = counts.get(f"rejected:{code}", 0) + amount


def placed_of(setting: Setting, row: ReadRow) -> dict[str, str]:
    """By field what the row's value becomes; empty for what nobody knows and for rejected ones."""
    found = {}
    for name, meaning in setting.meanings.items():
        if written := setting.text(row, name):
            code = meaning.of(written)
            found[name] = "" if code in (None, REJECT) else str(code)
    return found


def amounts_of(setting: Setting, row: ReadRow) -> dict[str, int]:
    """The row's amounts by what totals call them, as far as they can be read."""
    found: dict[str, int] = {}
    if setting.kind == SALES:
        with suppress(RegularsError):
            name = "refunds" if setting.text(row, "part") else "sales"
            found[name] = amount_read(setting.text(row, "net"), "net", setting.exponent)
    for name, asset, places in setting.amounts:
        with suppress(RegularsError):
            amount = amount_read(setting.text(row, name), name, places)
            found[asset.code] = found.get(asset.code, 0) + amount
    return found


def member_drafted(setting: Setting, row: ReadRow) -> MemberRow:
    """The member of a row. Raises the refusal of a row that can't be taken."""
    _readable(row)
    numbers = _numbers(setting, row)
    joined_at = instant_read(
        setting.text(row, "joined_on"), setting.heading("joined_on"), setting.zone
    )
    earned_at = instant_read(
        setting.text(row, "earned_on"), setting.heading("earned_on"), setting.zone
    )
    for name, instant in (("joined_on", joined_at), ("earned_on", earned_at)):
        if instant is not None:
            _past_required(setting, name, instant)
    by_kind = dict(numbers)
    return MemberRow(
        row=row.row,
        member=NewMember(
            display_name=text_checked(
                setting.text(row, "name"), setting.heading("name"), maximum=NAME_MAX
            ),
            phone=by_kind.get("phone"),
            external_id=by_kind.get("external_id"),
            card=by_kind.get("card"),
            store=_store(setting, row),
            joined_at=joined_at,
        ),
        numbers=numbers,
        credits=_credits(setting, row, earned_at),
        earned_at=earned_at or setting.now,
        more=_more(setting, row),
    )


def sale_drafted(setting: Setting, row: ReadRow) -> SaleRow:
    """The sale or refund of a row. Raises the refusal of a row that can't be taken."""
    _readable(row)
    numbers = _numbers(setting, row)
    at = instant_read(setting.text(row, "paid_at"), setting.heading("paid_at"), setting.zone)
    document = setting.text(row, "document")
    if at is None or not document or len(document) > 128:
        raise SaleUnfit
    _past_required(setting, "paid_at", at)
    kind, value = numbers[0]
    return SaleRow(
        row=row.row,
        kind=kind,
        value=value,
        document=document,
        part=setting.text(row, "part")[:128],
        store=_store(setting, row),
        at=at,
        net_minor=amount_read(setting.text(row, "net"), setting.heading("net"), setting.exponent),
    )


def _past_required(setting: Setting, name: str, instant: datetime) -> None:
    if instant > setting.now:
        day = clock.business_date(instant, setting.zone)
        raise ImportFuture(column=setting.heading(name), day=day)


def _readable(row: ReadRow) -> None:
    if row.problem:
        raise ROW_PROBLEMS[row.problem]


def _numbers(setting: Setting, row: ReadRow) -> tuple[tuple[str, str], ...]:
    found = tuple(
        [
            (kind, identifier_normalised(kind, setting.text(row, name)))
            for name, kind in NUMBER_KINDS.items()
            if setting.text(row, name)
        ]
    )
    if not found:
        raise NumbersMissing
    return found


def _store(setting: Setting, row: ReadRow) -> str | None:
    written = setting.text(row, STORE.name)
    if not written:
        return None
    code = _meant(setting, STORE.name, written)
    if code is None:
        raise ImportStoreUnknown(
            column=setting.heading(STORE.name),
            store=written[:40],
            known=codes_shown(setting.stores),
        )
    return code or None


def _meant(setting: Setting, name: str, written: str) -> str | None:
    """The code that a value becomes: empty for none, None where nobody knows."""
    meaning = setting.meanings.get(name)
    code = meaning.of(written) if meaning else None
    if code == REJECT:
        raise ImportValueRejected(column=setting.heading(name), value=written[:40])
    return "" if code == NONE else code


def _credits(
    setting: Setting, row: ReadRow, earned_at: datetime | None
) -> tuple[OpeningCredit, ...]:
    found = []
    for name, asset, places in setting.amounts:
        amount = amount_read(setting.text(row, name), setting.heading(name), places)
        if amount:
            ends = name.replace(AMOUNT, EXPIRES, 1)
            found.append(_credit(setting, row, asset, amount, earned_at, ends))
    return tuple(found)


def _credit(
    setting: Setting,
    row: ReadRow,
    asset: AssetView,
    amount: int,
    earned_at: datetime | None,
    name: str,
) -> OpeningCredit:
    """A last day in the file counts, in the column that means `name`.

    Without one the asset's own policy from the earning day.
    """
    written = setting.text(row, name)
    if written:
        last = day_read(written, setting.heading(name), asset.time_zone)
        expires_at = None if last is None else clock.midnight_after(last, asset.time_zone)
    else:
        day = clock.business_date(earned_at or setting.now, asset.time_zone)
        expires_at = lot_expires_at(asset.expiry.lot, day, asset.time_zone)
    if expires_at is not None and expires_at <= setting.now:
        day = clock.last_day_before(expires_at, asset.time_zone)
        raise ImportExpired(column=setting.heading(name if written else "earned_on"), day=day)
    return OpeningCredit(asset.id, amount, by_policy=False, expires_at=expires_at)


def _text(setting: Setting, row: ReadRow, field: FieldView) -> str:
    """The row's text for a section: the code of a choice where there are any, else as written."""
    written = setting.text(row, field.name)
    if not written or not field.choices:
        return written
    code = _meant(setting, field.name, written)
    return written if code is None else code


def _more(setting: Setting, row: ReadRow) -> dict[str, object]:
    found = {}
    for name, section in setting.sections.items():
        texts = {
            field.name: text for field in section.fields if (text := _text(setting, row, field))
        }
        if texts:
            drafted = section.drafted(texts, setting.as_of)
            if drafted is not None:
                found[name] = drafted
    return found
