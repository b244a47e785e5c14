import io
from datetime import date

import pytest

from regulars.foundation.actors import Actor, ActorKind
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book.selectors import balances
from regulars.ledger.book.services import asset_create
from regulars.ledger.book.types import AssetKind
from regulars.members.profiles.selectors import member_find
from regulars.rules.fileimports import services
from tests.shop import shop_opened

LI = Actor(ActorKind.STAFF, "li")

HEAD = "会员卡号,会员姓名,手机号码,储值余额,赠送余额,可用积分,开卡日期,开卡门店"
# Three good rows: 150.50 + 0 + 1,000.00 principal, 20.00 bonus, 1,200 + 30 + 0 points.
GOOD = f"""{HEAD}
V0001,梅小雨,13800138000,150.50,20.00,1200,2023-05-01,s1
V0002,王波,139 1234 5678,,,30,2024/1/9,s1
V0003,Ann,13712345678,"1,000.00",0,0,2024年12月31日,
"""


@pytest.fixture
def folder(settings, tmp_path):
    """A data directory of the test's own."""
    settings.REGULARS = settings.REGULARS.model_copy(update={"data_dir": tmp_path})
    return tmp_path


@pytest.fixture
def shop(clean_database, folder):
    """A shop in Shanghai on 1 July 2025 with beans, principal and bonus, and nobody in it."""
    shop = shop_opened(date(2024, 1, 1))
    shop.store()
    shop.publish()
    for code, kind in (("principal", AssetKind.PRINCIPAL), ("bonus", AssetKind.BONUS)):
        asset_create(
            code=code,
            name={"en": code, "zh-Hans": code},
            kind=kind,
            time_zone="Asia/Shanghai",
            currency="CNY",
            scale=2,
        )
    shop.on(date(2025, 7, 1))
    yield shop
    shop.close()


def added(shop, text, name="members.csv", encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    with shop.time():
        return services.file_add(actor=LI, stream=io.BytesIO(data), name=name)


def checked(shop, view, **more):
    with shop.time():
        if more:
            services.mapping_set(actor=LI, import_id=view.id, **more)
        return services.file_check(actor=LI, import_id=view.id)


def imported(shop, text, **more):
    """A file from its upload to the end."""
    view = checked(shop, added(shop, text), **more)
    return finished(shop, view)


def finished(shop, view):
    with shop.time():
        services.import_start(actor=LI, import_id=view.id)
        services.chunks_run(import_id=view.id)
        return services.import_finish(actor=LI, import_id=view.id)


def owned(shop, kind, number):
    """What the member with this number has, asset by asset."""
    member = member_find(kind, number)
    with unit_of_work() as unit:
        found = balances(unit, [member.id], shop.now)[member.id]
    return {each.asset: each.balance for each in found if each.balance}


def totals(view):
    """Name: (in the file, taken, rejected, old, difference)."""
    return {
        each.name: (each.file, each.taken, each.rejected, each.expected, each.difference)
        for each in view.totals
    }
