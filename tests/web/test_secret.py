from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from survey.web.secret import SecretError, derive, load_or_create_secret


def test_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "private" / "secret"
    secret = load_or_create_secret(path)
    assert len(secret) == 32
    assert load_or_create_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secret"]


def test_two_starting_servers_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: load_or_create_secret(tmp_path / "secret"), range(16)))
    assert len(set(made)) == 1


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    load_or_create_secret(path)
    path.chmod(0o640)
    with pytest.raises(SecretError, match="chmod 600"):
        load_or_create_secret(path)


def test_a_damaged_secret_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.touch(0o600)
    with pytest.raises(SecretError, match="0 bytes"):
        load_or_create_secret(path)


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(SecretError):
        load_or_create_secret(tmp_path)


def test_each_purpose_has_its_key() -> None:
    keys = {derive(bytes(32), purpose) for purpose in ("a", "b", "c")}
    assert len(keys) == 3
    assert derive(bytes(32), "a") in keys
