"""The files that a Binder image is built from, and the server that it starts."""

from __future__ import annotations

import json
import os
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from calfnb.serving.settings import EXTENSIONS, PRELOAD

BINDER = Path(__file__).parents[2] / "binder"


def test_the_python_is_named() -> None:
    assert re.fullmatch(r"python-3\.1[1-9]\n", (BINDER / "runtime.txt").read_text())


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_the_scripts_can_be_run(name: str) -> None:
    script = BINDER / name
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/bin/bash\n")
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_start_ends_in_what_it_was_asked_to_start() -> None:
    done = subprocess.run(
        [str(BINDER / "start"), "bash", "-c", 'echo "$JUPYTER_CONFIG_PATH $0 $@"', "a", "b c"],
        capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"], "JUPYTER_CONFIG_PATH": "/other"},
    )  # fmt: skip
    assert done.stdout == f"{BINDER}/jupyter:/other a b c\n"


def test_every_requirement_is_an_exact_version_without_an_address() -> None:
    lines = [line for line in (BINDER / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert lines
    for line in lines:
        name, pinned = re.fullmatch(r"([\w-]+)==([\d.]+)", line).groups()  # type: ignore[union-attr]
        try:
            assert version(name) == pinned, f"{name} was tested with {version(name)}"
        except PackageNotFoundError:
            assert name == "notebook"  # only Binder's image has it


def test_the_configuration_agrees_with_the_one_of_calfnb_serve() -> None:
    config = json.loads((BINDER / "jupyter" / "jupyter_server_config.json").read_text())
    assert tuple(config["VoilaConfiguration"]["extension_allowlist"]) == EXTENSIONS
    assert tuple(config["ForkServer"]["preload"]) == PRELOAD
    assert config["MappingKernelManager"]["cull_connected"] is False
    assert 0 < config["MappingKernelManager"]["cull_idle_timeout"] <= 600
