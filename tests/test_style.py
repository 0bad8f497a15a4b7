"""Style and types, by tools: ruff over all Python, mypy over the packages that pyproject.toml names."""

import subprocess
import sys

import pytest

from seedsoil.files import ROOT

CHECKS = {
    "lint": ["ruff", "check", "--output-format=concise"],
    "format": ["ruff", "format", "--check"],
    "types": ["mypy", "--no-error-summary"],
}


def run(name: str, *files: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", *CHECKS[name], *files], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize("name", CHECKS)
def test_it_holds(name):
    result = run(name)
    mend = {"lint": "`ruff check --fix` mends some", "format": "`ruff format` mends it", "types": "see the lines above"}
    assert result.returncode == 0, f"{result.stdout}{result.stderr}\n{mend[name]}"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("lint", "import os\n", "F401"),
        ("lint", f"x = '{'long' * 30}'\n", "E501"),
        ("format", "x = 'single'\n", "would be reformatted"),
        ("types", "def f(x: int) -> str:\n    return x\n", "Incompatible return value"),
        ("types", "def f(x):\n    return x\n", "missing a type annotation"),
    ],
)
def test_a_fault_is_seen(tmp_path, name, text, found):
    file = tmp_path / "fault.py"
    file.write_text(text)
    options = ["--config", "pyproject.toml"] if name != "types" else ["--config-file", "pyproject.toml"]
    result = run(name, *options, str(file))
    assert result.returncode == 1 and found in result.stdout, result.stdout + result.stderr
