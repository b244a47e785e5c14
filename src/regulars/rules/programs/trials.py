"""A content made ready to be judged without being published: for simulations and measurements."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from regulars.foundation.ids import new_id
from regulars.ledger.book.types import AssetView
from regulars.rules.programs.checking import content_checked
from regulars.rules.programs.compiling import program_compiled
from regulars.rules.programs.content import Content
from regulars.rules.programs.types import CompiledProgram

EVER = datetime(1970, 1, 1, tzinfo=UTC)


def program_trial(
    *, code: str, version: int, content: Any, assets: Mapping[int, AssetView]
) -> tuple[CompiledProgram, dict[int, AssetView]]:
    """The program as if this content held always, and all assets, those it would create included.

    An asset that is only declared has a negative id. Refuses what saving a draft would refuse.
    """
    checked = content_checked(content, assets)
    known = {**assets, **_declared(checked, assets)}
    program = program_compiled(
        content=checked,
        version_id=new_id(),
        code=code,
        version=version,
        valid_from=EVER,
        valid_until=None,
        assets=known,
    )
    return program, known


def _declared(content: Content, assets: Mapping[int, AssetView]) -> dict[int, AssetView]:
    known = {asset.code for asset in assets.values()}
    new = [asset for asset in content.assets if asset.code not in known]
    return {
        -number: AssetView(
            id=-number,
            code=asset.code,
            name=dict(asset.name),
            kind=asset.kind,
            currency=asset.currency,
            scale=asset.scale,
            spend_order=asset.spend_order,
            expiry=asset.expiry,
            shortfall=asset.shortfall,
            transferable=asset.transferable,
            time_zone=content.time_zone,
        )
        for number, asset in enumerate(new, start=1)
    }
