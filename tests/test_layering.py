"""Imports point one way only, and importing calfnb is light."""

import ast
import json
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "calfnb"
STANDARD = set(sys.stdlib_module_names)

#: The layers from the ground up; of two names that fit a module the longer one counts. A module may import its own
#: layer and those below it. A module straight under calfnb that is not named belongs to the reasoning; a package has
#: to be named.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("calfnb.tables",),
    ("calfnb.case", "calfnb.cases", "calfnb.reasoning.results"),
    (
        "calfnb.reasoning",
        "calfnb.care",
        "calfnb.rules",
        "calfnb.diagnostics",
        "calfnb.warmup",
        "calfnb.prevention",
        "calfnb.load",
    ),
    ("calfnb.load.readers",),
    ("calfnb.figures", "calfnb.markup", "calfnb.calendars"),
    ("calfnb.store", "calfnb.widgets"),
    ("calfnb.dashboards",),
    ("calfnb.serving",),
    ("calfnb.cli", "calfnb.__main__"),
)
#: Up to this layer a module needs nothing but Python and numpy.
REASONING = 2
#: calfnb itself says where to find things, and imports them only when they are asked for.
FRONT = "calfnb"


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = ["calfnb", *path.relative_to(PACKAGE).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def layer_of(module: str) -> int:
    found = [
        (len(name), number)
        for number, names in enumerate(LAYERS)
        for name in names
        if module == name or module.startswith(f"{name}.")
    ]
    if found:
        return max(found)[1]
    assert MODULES[module].parent == PACKAGE, f"say in LAYERS where {module} belongs"
    return REASONING


REASONING_MODULES = [name for name in sorted(MODULES) if name == FRONT or layer_of(name) <= REASONING]


def imports_of(module: str) -> set[str]:
    """Return every module that is imported anywhere in the file, also for type checking and inside functions."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *([base] if base else [])])
            found.update(f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base for alias in node.names)
    return found


@pytest.mark.parametrize("module", sorted(set(MODULES) - {FRONT}))
def test_imports_point_down_the_layers(module):
    own = layer_of(module)
    for imported in imports_of(module):
        if imported.split(".")[0] != "calfnb" or imported == FRONT:
            continue
        assert layer_of(imported) <= own, f"{module} may not import {imported}"


def test_no_modules_import_each_other():
    """Not even inside functions: what two modules need of each other is a third one."""
    TopologicalSorter({name: (imports_of(name) & set(MODULES)) - {name} for name in MODULES}).prepare()


@pytest.mark.parametrize("module", REASONING_MODULES)
def test_reasoning_needs_python_and_numpy_only(module):
    outside = {name.split(".")[0] for name in imports_of(module)} - STANDARD - {"calfnb", "numpy"}
    assert outside == set()


def test_the_layers_name_only_what_can_be():
    """A name that is misspelt in LAYERS would protect nothing; names of parts to come are the exception."""
    to_come = {"calfnb.figures"}
    named = {name for names in LAYERS for name in names}
    assert named - to_come <= set(MODULES)


def run(code: str) -> str:
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


HEAVY = (
    "pandas",
    "plotly",
    "ipywidgets",
    "anywidget",
    "IPython",
    "traitlets",
    "voila",
    "tornado",
    "matplotlib",
    "scipy",
)


@pytest.mark.parametrize(
    "code",
    [
        "import calfnb",
        "import calfnb; calfnb.load_tables(); calfnb.Case",
        "import calfnb; calfnb.assess({'calf_swelling': 'yes'})",
        "from calfnb.cli import main; main(['check'])",
    ],
)
def test_reasoning_pulls_in_nothing_heavy(code):
    out = run(f"import sys, json\n{code}\nprint()\nprint(json.dumps(sorted(sys.modules)))")
    loaded = {name.split(".")[0] for name in json.loads(out.splitlines()[-1])}
    assert loaded.isdisjoint(HEAVY)


def test_import_alone_loads_no_more_than_the_standard_library():
    """How long it takes against numpy is measured in benchmarks/reasoning.py."""
    out = run("import sys, json\nimport calfnb\nprint(json.dumps(sorted(sys.modules)))")
    loaded = {name.split(".")[0] for name in json.loads(out.splitlines()[-1])}
    assert "numpy" not in loaded


def test_the_names_at_the_front_are_there():
    import calfnb

    assert set(calfnb.__all__) <= set(dir(calfnb))
    for name in calfnb.__all__:
        assert getattr(calfnb, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = calfnb.nothing
