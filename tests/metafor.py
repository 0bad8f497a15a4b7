"""What the R package metafor makes of the same rows."""

import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from seedsoil.synthesis.pooling import Pooled

NUMBERS = ["estimate", "ci_low", "ci_high", "prediction_low", "prediction_high", "tau2", "i2", "q"]
SCRIPT = Path(__file__).with_suffix(".R")


def assert_agrees(ours: Pooled, theirs: pd.Series) -> None:
    """To 1e-4: in the number itself, or of it where it is large."""
    assert ours.k == theirs["k"]
    for name in NUMBERS:
        assert getattr(ours, name) == pytest.approx(theirs[name], rel=1e-4, abs=1e-4), name


def ask_metafor(sets: pd.DataFrame, folder: Path, *options: str) -> pd.DataFrame:
    """What metafor makes of the sets now; skips where it cannot be asked. `options`: its method and its test."""
    asked = shutil.which("Rscript") and subprocess.run(
        ["Rscript", "-e", "quit(status = !requireNamespace('metafor', quietly = TRUE))"], capture_output=True
    )
    if not asked or asked.returncode:
        pytest.skip("SKIPPED FOR WANT OF METAFOR: install R with it (Debian: r-cran-metafor) to ask it anew")
    sets.to_csv(folder / "sets.csv", index=False)
    command = ["Rscript", str(SCRIPT), str(folder / "sets.csv"), *options]
    return pd.read_csv(StringIO(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
