"""The command: every word of `./book help` does what it says, and a fault ends with one line and a status."""

import os
import subprocess
import sys

import pytest

from seedsoil import cli, derive
from seedsoil.literature import cite
from seedsoil.tables import package as tables


def test_help_names_every_command(capsys):
    assert cli.main(["help"]) == 0
    text = capsys.readouterr().out
    for command in ("build", "serve", "test", "check", "cite", "form", "pdf", "results", "derive"):
        assert f"\n    {command}" in text


def test_an_unknown_option_is_refused_where_pytest_does_not_take_it(capsys):
    with pytest.raises(SystemExit):
        cli.main(["build", "--fast"])
    assert "unrecognized arguments: --fast" in capsys.readouterr().err


def test_check_passes_its_format_and_its_status_on(monkeypatch):
    from seedsoil import check

    formats = []
    monkeypatch.setattr(check, "run", lambda form: formats.append(form) or 1)
    assert cli.main(["check"]) == cli.main(["check", "--format", "github"]) == 1
    assert formats == ["text", "github"]


def test_cite_is_the_command_of_the_bibliography(monkeypatch, capsys):
    monkeypatch.setattr(cite, "uncited", lambda folder, cited: ["ames2010marrow"])
    assert cli.main(["cite", "list", "--uncited"]) == 0
    assert capsys.readouterr().out == "ames2010marrow\n"


def test_derive_makes_all_tables_when_none_is_named(monkeypatch, capsys):
    made = []
    monkeypatch.setattr(derive, "derive", lambda name, raw: made.append(name) or f"data/derived/{name}.csv")
    assert cli.main(["derive"]) == 0
    derived = [item["name"] for item in tables.package()["resources"] if item["path"].startswith("derived/")]
    assert sorted(made) == sorted(derived)
    assert capsys.readouterr().out.count("wrote ") == len(made)


def test_a_fault_in_the_data_ends_with_its_message_and_a_status(tmp_path, capsys):
    assert cli.main(["derive", "rotterdam_cohort", "--raw", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert message.startswith("./book derive: ") and "found no file" in message


def test_an_unknown_table_is_refused_with_the_nearest_name(capsys):
    assert cli.main(["derive", "rotterdam_recurence"]) == 1
    assert "rotterdam_recurrence" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_greek_gets_an_escape(encoding):
    code = "from seedsoil import cli; cli.check = lambda options: print('TGF-β ≤ 5') or 3; raise SystemExit(cli.main(['check']))"
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert (result.returncode, result.stdout) == (3, rb"TGF-\u03b2 \u2264 5" + b"\n"), result.stderr
