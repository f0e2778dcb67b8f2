"""What the launcher gives its own PostgreSQL."""

from pathlib import Path

import pytest

from config.launch import engines


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("1073741824\n", 128), ("8589934592\n", 512), ("0\n", 128)],
)
def test_a_container_gives_postgresql_a_sixteenth_of_its_own_memory(tmp_path: Path, limit: str, expected: int) -> None:
    most = tmp_path / "memory.max"
    most.write_text(limit)
    # A machine with less memory than the container may use has the last word.
    assert engines.shared_buffers(most) == min(expected, engines.shared_buffers(tmp_path / "none"))


def test_without_a_limit_the_machine_decides_and_never_beyond_a_gigabyte(tmp_path: Path) -> None:
    most = tmp_path / "memory.max"
    most.write_text("max\n")
    assert 128 <= engines.shared_buffers(most) <= 1024
    assert engines.shared_buffers(most) == engines.shared_buffers(tmp_path / "none")
