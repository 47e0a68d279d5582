"""Write the hostile files of the tests anew: python tests/load/make_files.py."""

from pathlib import Path

from hostile import all_hostile

FOLDER = Path(__file__).resolve().parent / "files"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for file in all_hostile():
        (FOLDER / file.name).write_bytes(file.content)


if __name__ == "__main__":
    main()
