"""Files are written in one step, and one command at a time works on what it holds."""

import multiprocessing
import os
import subprocess
import sys

import pytest

from seedsoil.files import alone, replace_file

HOLD = """
import os, sys, time
from pathlib import Path
from seedsoil.files import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    child = os.fork()  # as a library may leave behind
    if child == 0:
        time.sleep(60)
        os._exit(0)
    print(child, flush=True)
    sys.stdin.read()
"""


def holder(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    return process


def test_the_second_waits_says_so_and_goes_on_when_the_first_is_killed(tmp_path):
    first = holder(tmp_path)
    assert first.stdout.readline() == b"held\n"
    child = int(first.stdout.readline())
    second = holder(tmp_path)
    assert b"waiting for its end" in second.stderr.readline()
    first.kill()
    assert second.stdout.readline() == b"held\n"
    os.kill(child, 9)
    os.kill(int(second.stdout.readline()), 9)
    second.communicate()


def test_who_holds_nothing_waits_for_nobody(tmp_path, capsys):
    with alone(tmp_path):
        pass
    with alone(tmp_path):
        process = multiprocessing.get_context("fork").Process(target=int)
        process.start()
        process.join()
        assert process.exitcode == 0
    assert capsys.readouterr().err == ""


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "table.csv"
    replace_file(path, "old\n")
    with pytest.raises(UnicodeEncodeError):
        replace_file(path, "new \udcff")
    assert path.read_text() == "old\n" and list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_beside_the_file_is_removed_by_the_next(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left, other, mine = (tmp_path / f".table.csv.{pid}.tmp" for pid in (gone.pid, os.getppid(), "notes"))
    for file in (left, other, mine):
        file.write_text("half")
    replace_file(tmp_path / "table.csv", "whole\n")
    assert not left.exists() and other.exists() and mine.exists()
