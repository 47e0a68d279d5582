#!/usr/bin/env python3
"""Set up and run calfnb on a machine that has Python 3.11 or newer and nothing else.

    python3 dev.py serve     set everything up, serve the dashboards and print the link
    python3 dev.py test      set everything up, with a browser, and run all tests
    python3 dev.py check     lint, types and tables
    python3 dev.py bench     the benchmarks

Further words go to the command behind it, for example: python3 dev.py test -k triage
Only the standard library is used here; the environment is the folder .venv beside this file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
PACKAGE_MANAGERS = {
    # command that installs -> names of the packages for (venv, browser)
    "apt-get": ("python3-venv", "chromium"),
    "dnf": ("python3", "chromium"),
    "zypper": ("python3", "chromium"),
    "pacman": ("python", "chromium"),
    "apk": ("python3", "chromium"),
    "brew": ("python", "--cask chromium"),
}


class SetUpError(Exception):
    """The machine lacks something that this script cannot provide; the message says what to do."""


def main(words: list[str]) -> int:
    """Run one command and return its exit status."""
    commands = {"serve": serve, "test": test, "check": check, "bench": bench}
    if not words or words[0] not in commands:
        print(__doc__)
        return 0 if words and words[0] in ("-h", "--help") else 2
    try:
        return commands[words[0]](words[1:])
    except SetUpError as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def serve(words: list[str]) -> int:
    """Serve the dashboards on this machine."""
    prepare("app")
    return run([str(script("calfnb")), "serve", *words])


def test(words: list[str]) -> int:
    """Run the tests, then the notebooks against their committed outputs."""
    prepare("app", "test")
    browser = find_browser()
    environment = {**os.environ, "CALFNB_BROWSER": browser}
    status = run([python(), "-m", "pip", "check"], environment)
    status = run([python(), "-m", "pytest", "-n", "2", "--dist", "loadfile", *words], environment) or status
    if not words:
        notebooks = [python(), "-m", "pytest", "--nbval", "--nbval-cell-timeout=120", "notebooks", "-p", "no:randomly"]
        status = run(notebooks, environment) or status
    return status


def check(words: list[str]) -> int:
    """Lint, check the types and check the tables."""
    prepare("app", "test")
    status = 0
    for command in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"], ["calfnb", "check", *words]):
        print("$", " ".join(command), flush=True)
        status = run([str(script(command[0])), *command[1:]]) or status
    return status


def bench(words: list[str]) -> int:
    """Run the benchmarks, all of them or the ones named."""
    prepare("app", "test")
    names = words or sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py") if "__main__" in path.read_text())
    environment = {**os.environ, "CALFNB_BROWSER": find_browser()}
    status = 0
    for name in names:
        path = ROOT / "benchmarks" / f"{name}.py"
        if not path.is_file():
            known = ", ".join(sorted(other.stem for other in path.parent.glob("*.py")))
            raise SetUpError(f"There is no benchmark {name}. Those that exist: {known}.")
        print(f"\n== {name}", flush=True)
        status = run([python(), str(path)], environment) or status
    return status


def prepare(*extras: str) -> None:
    """Make the environment and install the project with ``extras``, unless that was done for the same files."""
    stamp = ENVIRONMENT / "calfnb-stamp.txt"
    files = b"".join((ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt"))
    wanted = {extra: hashlib.sha256(files + extra.encode() + sys.version.encode()).hexdigest() for extra in extras}
    done = set(stamp.read_text().split()) if stamp.is_file() else set()
    if set(wanted.values()) <= done and Path(python()).exists():
        return
    print("Setting up (the first time takes a few minutes) ...", flush=True)
    make_environment()
    install = [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    constraints = str(ROOT / "constraints.txt")
    if run([*install, "--constraint", constraints, "--editable", f"{ROOT}[{','.join(extras)}]"]):
        raise SetUpError("Installing the packages failed; the lines above say why. Is there a network connection?")
    stamp.write_text("\n".join(done | set(wanted.values())))


def make_environment() -> None:
    """Make the virtual environment; where the system's Python lacks that part, ask its package manager for it."""
    if Path(python()).exists() and run([python(), "-m", "pip", "--version"], quiet=True) == 0:
        return
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    try:
        venv.create(ENVIRONMENT, with_pip=True)
    except (subprocess.CalledProcessError, SystemExit, OSError):
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        if not install_with_system(0) or run([sys.executable, "-m", "venv", str(ENVIRONMENT)]):
            raise SetUpError(
                "This Python cannot make a virtual environment. Install the part that is missing "
                "(on Debian and Ubuntu: apt install python3-venv) and run the same command again."
            ) from None


def find_browser() -> str:
    """Return the path of a Chromium: one that is there, else Playwright's own, else the package manager's."""
    named = os.environ.get("CALFNB_BROWSER", "")
    if named and Path(named).is_file():
        return named
    if found := _browser_on_path() or _browser_of_playwright():
        return found
    print("No browser found; fetching one for the tests ...", flush=True)
    if run([python(), "-m", "playwright", "install", "chromium"], quiet=True) == 0 and (
        own := _browser_of_playwright()
    ):
        return own
    if install_with_system(1) and (installed := _browser_on_path()):
        return installed
    raise SetUpError(
        "The tests need a Chromium browser and none could be installed. Install one with the system's package manager "
        "(on Debian: apt install chromium), or set CALFNB_BROWSER to the path of one, and run the same command again."
    )


def _browser_on_path() -> str:
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


def _browser_of_playwright() -> str:
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    answer = subprocess.run([python(), "-c", code], capture_output=True, text=True, check=False).stdout.strip()
    # The path is named whether or not the browser was ever fetched, and it must also start (its libraries may lack).
    if answer and Path(answer).is_file():
        started = subprocess.run([answer, "--version"], capture_output=True, check=False)
        return answer if started.returncode == 0 else ""
    return ""


def install_with_system(which: int) -> bool:
    """Install a system package (0: virtual environments, 1: browser); say whether it worked."""
    manager = next((name for name in PACKAGE_MANAGERS if shutil.which(name)), None)
    if manager is None:
        return False
    package = PACKAGE_MANAGERS[manager][which].split()
    sudo = [] if manager == "brew" or getattr(os, "geteuid", lambda: 0)() == 0 else ["sudo", "-n"]
    if sudo and not shutil.which("sudo"):
        return False
    update = {"apt-get": ["update", "-qq"], "pacman": ["-Sy"]}.get(manager)
    verb = {"pacman": ["-S", "--noconfirm"], "apk": ["add"], "brew": ["install"]}.get(manager, ["install", "-y"])
    if update:
        run([*sudo, manager, *update])
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return run([*sudo, manager, *verb, *package], environment) == 0


def script(name: str) -> Path:
    """Return the path of a command of the environment."""
    folder, ending = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    return ENVIRONMENT / folder / f"{name}{ending}"


def python() -> str:
    """Return the path of the environment's Python."""
    return str(script("python"))


def run(command: list[str], environment: dict[str, str] | None = None, *, quiet: bool = False) -> int:
    """Run a command in the project's folder and return its exit status."""
    output = subprocess.DEVNULL if quiet else None
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, stdout=output, stderr=output, check=False).returncode
    except KeyboardInterrupt:
        # The command got the same signal and ends by itself.
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
