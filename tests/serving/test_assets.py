"""Static files: compressed once, cached by content, never from outside their folder."""

import gzip
from pathlib import Path

import pytest

from calfnb.serving.assets import Assets, digest_of_files, read_asset


@pytest.fixture
def roots(tmp_path: Path) -> list[Path]:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        (folder / "sub").mkdir(parents=True)
    (first / "a.js").write_text("let a = 1;\n" * 200)
    (second / "a.js").write_text("the other")
    (second / "sub" / "b.woff").write_bytes(bytes(range(256)))
    (tmp_path / "secret.txt").write_text("secret")
    return [first, second]


def test_text_is_compressed_and_comes_back_whole(roots: list[Path]) -> None:
    asset = Assets(roots).find("a.js")
    assert asset is not None
    assert asset.compressed
    assert asset.mime_type == "text/javascript"
    assert gzip.decompress(asset.body) == asset.plain() == (roots[0] / "a.js").read_bytes()


def test_what_is_compressed_already_stays_as_it_is(roots: list[Path]) -> None:
    asset = Assets(roots).find("sub/b.woff")
    assert asset is not None
    assert not asset.compressed
    assert asset.plain() == bytes(range(256))


@pytest.mark.parametrize("path", ["../secret.txt", "sub/../../secret.txt", "/etc/hostname", "nothing.js", "sub", ""])
def test_nothing_outside_the_folders_is_found(roots: list[Path], path: str) -> None:
    assert Assets(roots).find(path) is None


def test_the_version_changes_with_any_file(roots: list[Path]) -> None:
    before = Assets(roots).prefix()
    (roots[1] / "new.js").write_text("new")
    assert Assets(roots).prefix() != before
    assert digest_of_files(roots) == digest_of_files(roots)


def test_two_files_of_one_content_have_one_digest(tmp_path: Path) -> None:
    for name in ("a.css", "b.css"):
        (tmp_path / name).write_text("p {}")
    assert read_asset(tmp_path / "a.css").digest == read_asset(tmp_path / "b.css").digest
