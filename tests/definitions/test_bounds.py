"""The command answers for any input: in bounded time and memory, by a stated cap if need be."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.definitions.drawing import HEAD, bundle, simple
from tests.definitions.rules.cases import check as findings_of
from tests.definitions.test_hostile import conditions, fan, zipped
from workflows import apart
from workflows.apart import inspect_files_apart
from workflows.definitions.check import has_errors
from workflows.definitions.reading import Unreadable, decode

_PROGRAM = """
import json, os, resource, sys, tempfile
import webapp.commands.definitions
from webapp.cli import main
for line in sys.stdin:
    cpu, *sys.argv[1:] = json.loads(line)
    said = tempfile.TemporaryFile()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        main()
    _, ended, used = os.wait4(child, 0)
    seconds = used.ru_utime + used.ru_stime
    said.seek(0)
    words = said.read().decode(errors="replace")
    found = [seconds, used.ru_maxrss, os.waitstatus_to_exitcode(ended), words]
    print(json.dumps(found), flush=True)
"""
"""The command with its modules loaded; each input gets a process of its own that is forked."""
CPU_SECONDS = 10
MEGABYTES = 500


@pytest.fixture(scope="module")
def command() -> Iterator[subprocess.Popen[str]]:
    """The command, standing by for one line of arguments after the other."""
    words = [sys.executable, "-c", _PROGRAM]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process


def of_one_file(name: str, data: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return write


def of_bundle(**more: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        for name, data in {**bundle(simple()), **more}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return folder

    return write


def sparse(folder: Path) -> Path:
    path = folder / "giant.bpmn"
    with path.open("wb") as file:
        file.truncate(40 * 1024**3)
    return path


def crowd(folder: Path) -> Path:
    for number in range(7000):
        (folder / f"{number}.txt").touch()
    return folder


def round_in_circles(folder: Path) -> Path:
    of_bundle()(folder)
    (folder / "forms" / "loop").symlink_to(folder)
    return folder


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.bpmn")
    return folder / "pipe.bpmn"


def table(rules: int) -> bytes:
    rows = "".join(
        f'<rule id="r{n}"><inputEntry><text>[{n}..{n + 1}), "{"a" * 5}"</text></inputEntry>'
        f"<outputEntry><text>{n} + {n}</text></outputEntry></rule>"
        for n in range(rules)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
        ' namespace="urn:d"><decision id="a" name="a"><variable name="a"/><decisionTable>'
        '<input id="i"><inputExpression><text>x</text></inputExpression></input>'
        f'<output id="o" name="y"/>{rows}</decisionTable></decision></definitions>'
    ).encode()


XML = simple().xml()
BODY = XML.decode().removeprefix('<?xml version="1.0" encoding="UTF-8"?>')
INPUTS: dict[str, tuple[Callable[[Path], Path], int]] = {
    "sound": (of_bundle(), 0),
    "one_file": (of_one_file("main.bpmn", XML), 0),
    "circle_of_links": (round_in_circles, 0),
    "giant": (sparse, 1),
    "crowd": (crowd, 2),
    "pipe": (pipe, 2),
    "nothing": (lambda folder: folder / "absent.bpmn", 2),
    "zip": (of_one_file("a.bpmn", zipped()), 2),
    "bomb": (of_one_file("a.bpmn", gzip.compress(b"<a>" * 30_000_000)), 2),
    "html": (of_one_file("a.bpmn", b"<!DOCTYPE html><html><body><script>1</script>"), 1),
    "binary": (of_one_file("a.bpmn", bytes(range(256)) * 1000), 2),
    "laughs": (
        of_one_file("a.bpmn", b'<!DOCTYPE l [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><l>&b;</l>'),
        1,
    ),
    "outside": (
        of_one_file("a.bpmn", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
        1,
    ),
    "deep": (of_one_file("a.bpmn", (HEAD + "<bpmn:process>" * 60_000).encode()), 2),
    "wide": (of_bundle(**{"main.bpmn": fan(5000)}), 1),
    "many_conditions": (of_bundle(**{"main.bpmn": conditions(4000)}), 1),
    "great_table": (of_bundle(**{"a.dmn": table(6000)}), 1),
    "deep_form": (of_bundle(**{"forms/note.form": b'{"components":' + b"[" * 190_000}), 1),
    "deep_settings": (of_bundle(**{"bundle.toml": b"a = " + b"[" * 90_000}), 1),
}


@pytest.mark.parametrize("name", INPUTS)
def test_the_command_answers_in_bounded_time_and_memory(
    name: str, tmp_path: Path, command: subprocess.Popen[str]
) -> None:
    write, status = INPUTS[name]
    folder = tmp_path / "input"
    folder.mkdir()
    assert command.stdin is not None
    assert command.stdout is not None
    command.stdin.write(json.dumps([CPU_SECONDS, "check", str(write(folder))]) + "\n")
    command.stdin.flush()
    seconds, kilobytes, ended, said = json.loads(command.stdout.readline())
    # Time of the processor: other programs on the machine are not this one's fault.
    assert seconds < CPU_SECONDS
    assert kilobytes < MEGABYTES * 1024
    assert ended == status, said[-2000:]
    assert "Traceback" not in said
    assert said.strip()


ENCODINGS = {
    "utf-8": BODY.encode(),
    "utf-8 with a mark": b"\xef\xbb\xbf" + BODY.encode(),
    "utf-16 with a mark": BODY.encode("utf-16"),
    "utf-16 little, declared": '<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16")
    + BODY.encode("utf-16-le"),
    "utf-16 big with a mark": b"\xfe\xff" + BODY.encode("utf-16-be"),
    "utf-16 little without a mark": BODY.encode("utf-16-le"),
    "utf-16 big without a mark": BODY.encode("utf-16-be"),
    "gbk, declared": b'<?xml version="1.0" encoding="GBK"?>' + BODY.encode("gbk"),
    "gbk, not declared": BODY.encode("gbk"),
    "gbk, declared as utf-8": b'<?xml version="1.0" encoding="UTF-8"?>' + BODY.encode("gbk"),
    "gb18030, declared": b'<?xml version="1.0" encoding="GB18030"?>' + BODY.encode("gb18030"),
    "gb2312, declared": b'<?xml version="1.0" encoding="gb2312"?>' + BODY.encode("gb2312"),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_chinese_encoding_is_read(name: str) -> None:
    data = ENCODINGS[name]
    assert "窗口" in decode(data)
    assert inspect_quietly({**bundle(simple()), "main.bpmn": data}) == []


def inspect_quietly(files: dict[str, bytes]) -> list[str]:
    return [finding.sentence for finding in findings_of(files)]


def test_a_server_goes_on_while_a_hostile_upload_is_checked() -> None:
    files = {**bundle(simple()), "main.bpmn": conditions(4000), "a.dmn": table(3000)}
    found = []
    own = []

    def check() -> None:
        began = time.thread_time()
        found.extend(inspect_files_apart(files))
        own.append(time.thread_time() - began)

    thread = threading.Thread(target=check)
    thread.start()
    served = 0
    while thread.is_alive():
        served += 1
        thread.join(0.01)
    assert has_errors(found)
    assert own[0] < 0.5  # what this process itself spent on it
    assert served > 5  # it got its turns however quick the check was


def test_a_check_that_takes_too_much_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.apart.STARTED_WITHIN", 0.0001)
    (late,) = inspect_files_apart(bundle(simple()))
    assert late.rule == 103
    assert "限定时间" in late.said("zh")
    assert not apart.came_to_an_end([late])


def test_a_refusal_passes_the_bounds() -> None:
    with pytest.raises(Unreadable), apart.bounds():
        decode(b"x" * 1_000_001)


def test_the_check_answers_after_its_process_was_killed() -> None:
    files = bundle(simple())
    before = inspect_files_apart(files)
    process = apart._CHECKER._process
    assert process is not None
    os.killpg(process.pid, signal.SIGKILL)
    assert inspect_files_apart(files) == before
