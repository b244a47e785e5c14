"""The hashed locks hold what pyproject.toml asks for, and agree with each other."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

PIN = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^\s;]+)(?P<rest>[^\n]*(?:\n {4}[^\n]*)*)")
EXTRAS_OF = {
    "build.txt": (),
    "runtime.txt": (),
    "test.txt": ("test", "lint"),
    "completejourney.txt": ("completejourney",),
}


def pins_of(text):
    """Each pinned package with its version and the number of its hashes."""
    pins = {}
    for block in re.split(r"\n(?=\S)", text):
        if found := PIN.match(block):
            pins[found["name"]] = (found["version"], found["rest"].count("--hash=sha256:"))
    return pins


def lock(name):
    return pins_of((ROOT / "requirements" / name).read_text(encoding="utf-8"))


def wanted_by(name):
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    if name == "build.txt":
        assert set(project["dependency-groups"]["build"]) == set(
            project["build-system"]["requires"]
        )
        return project["dependency-groups"]["build"]
    wanted = list(project["project"]["dependencies"])
    for extra in EXTRAS_OF[name]:
        wanted += project["project"]["optional-dependencies"][extra]
    return wanted


def unmet(wanted, pins):
    """Each requirement that the pins do not meet."""
    missing = []
    for text in wanted:
        requirement = Requirement(text)
        version, _ = pins.get(canonicalize_name(requirement.name), (None, 0))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            missing.append(text)
    return missing


@pytest.mark.parametrize("name", EXTRAS_OF)
def test_a_lock_holds_what_is_asked_for(name):
    assert unmet(wanted_by(name), lock(name)) == [], "run `make lock`"


@pytest.mark.parametrize("name", EXTRAS_OF)
def test_every_pin_has_a_hash(name):
    assert [package for package, (_, hashes) in lock(name).items() if hashes == 0] == []


def test_the_locks_agree_on_every_version():
    versions: dict[str, set[str]] = {}
    for name in EXTRAS_OF:
        for package, (version, _) in lock(name).items():
            versions.setdefault(package, set()).add(version)
    assert len(versions) > 80
    assert {package for package, several in versions.items() if len(several) > 1} == set()


def test_a_hole_in_a_lock_is_seen():
    pins = pins_of("a==1.0 \\\n    --hash=sha256:00\n    # via b\nb==2.5 ; os_name == 'nt'\n")
    assert pins == {"a": ("1.0", 1), "b": ("2.5", 0)}
    assert unmet(["a>=1", "b[x]<2", "c"], pins) == ["b[x]<2", "c"]
