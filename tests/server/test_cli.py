"""The command line as a person or an orchestrator meets it: a process, its output, its exit code."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pytest

from models.engine import Database
from resolvers.accounts import authenticate
from schema.ids import number_of, to_id
from server.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]

# The command line with an application of the tests' own: these tests are about the process around it.
STAND_IN = """
import asyncio, sys, types
from contextlib import asynccontextmanager
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

app = types.ModuleType("server.app")

def create_app(settings, database, demo):
    from server import health
    from server.access import AccessLog

    @asynccontextmanager
    async def lifespan(_app):
        yield
        await database.close()

    async def slow(_request):
        await asyncio.sleep(1)
        return PlainTextResponse("done")

    return Starlette(
        routes=[*health.routes(database), Route("/slow", slow)],
        middleware=[Middleware(AccessLog)],
        lifespan=lifespan,
    )

app.create_app = create_app
sys.modules["server.app"] = app
"""
RUN = STAND_IN + "\nif __name__ == '__main__':\n    from server.__main__ import main\n    main()\n"


def environment(**settings: str) -> dict[str, str]:
    """The environment of a command: ours, without settings of ours."""
    ours = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in ours} | settings


def call(*arguments: str, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with something on its stdin."""
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        cwd=ROOT,
        env=environment(**settings),
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@contextmanager
def serving(
    folder: Path, *arguments: str, **settings: str
) -> Iterator[tuple[subprocess.Popen[str], str, Path]]:
    """Run `serve` with the stand-in until the block ends: the process, its address and its log."""
    script, log, port = folder / "serve.py", folder / "log", free_port()
    script.write_text(RUN)
    command = [sys.executable, str(script), "serve", "--port", str(port), *arguments]
    with (
        log.open("w") as stderr,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(PYTHONPATH=f"{ROOT}:{folder}", LOG_FORMAT="json", **settings),
            stderr=stderr,
            text=True,
        ) as process,
    ):
        try:
            yield process, wait_until_ready(process, port, log), log
        finally:
            process.kill()


def wait_until_ready(process: subprocess.Popen[str], port: int, log: Path) -> str:
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return url
        except httpx.TransportError:
            assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def is_one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and "Traceback" not in text


def test_help_lists_every_setting() -> None:
    done = call("--help")
    assert done.returncode == 0
    for name, field in Settings.model_fields.items():
        assert name.upper() in done.stdout
        assert str(field.description) in done.stdout


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PORT": "eighty"}, "PORT: Input should be a valid integer"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL: Input should be 'debug'"),
        ({"DATABASE_URL": "mysql://me:secret@db/app"}, "DATABASE_URL cannot be read"),
    ],
)
def test_a_bad_setting_is_one_line(settings: dict[str, str], sentence: str) -> None:
    done = call("serve", **settings)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert is_one_sentence(done.stderr)
    assert "secret" not in done.stderr


@pytest.mark.parametrize("command", ["serve", "migrate", "demo"])
def test_an_unreachable_database_is_one_line(command: str) -> None:
    done = call(command, DATABASE_URL="postgresql://me:secret@127.0.0.1:1/app", PORT=str(free_port()))
    assert done.returncode == 1
    assert done.stderr.startswith("PostgreSQL cannot be reached at 127.0.0.1:1/app")
    assert is_one_sentence(done.stderr)
    assert "secret" not in done.stderr


def test_a_database_without_tables_is_one_line(bare_database_url: str) -> None:
    done = call("serve", DATABASE_URL=bare_database_url, PORT=str(free_port()))
    assert done.returncode == 3
    assert "run `python -m server migrate`" in done.stderr
    assert is_one_sentence(done.stderr)


def test_migrate_does_nothing_when_nothing_is_to_do(database_url: str) -> None:
    done = call("migrate", DATABASE_URL=database_url)
    assert (done.returncode, done.stderr) == (0, "The database is up to date.\n")


def test_a_taken_port_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = call("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "(Address already in use): choose another PORT." in done.stderr
    assert is_one_sentence(done.stderr)


def test_a_foreign_host_is_one_line() -> None:
    done = call("serve", "--host", "no-such-host.invalid")
    assert done.returncode == 1
    assert done.stderr.startswith("HOST no-such-host.invalid is not an address")
    assert is_one_sentence(done.stderr)


def test_sigterm_finishes_what_runs(tmp_path: Path, database_url: str) -> None:
    with serving(tmp_path, DATABASE_URL=database_url) as (process, url, log):
        answers: list[httpx.Response] = []
        request = Thread(target=lambda: answers.append(httpx.get(f"{url}/slow", timeout=10)))
        request.start()
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/livez", timeout=5)
        request.join()
        assert process.wait(10) == 0
    assert [answer.text for answer in answers] == ["done"]
    lines: list[dict[str, Any]] = [orjson.loads(line) for line in log.read_text().splitlines()]
    (line,) = (line for line in lines if line.get("path") == "/slow")
    assert line["request_id"] == answers[0].headers["x-request-id"]
    assert (line["method"], line["status"], line["bytes"]) == ("GET", 200, 4)
    # Of the one second it sleeps, a loop whose clock counts whole milliseconds may keep back one.
    assert 900 <= line["ms"] < 10_000


def test_readyz_says_no_before_the_door_closes(tmp_path: Path, database_url: str) -> None:
    with serving(tmp_path, DATABASE_URL=database_url, DRAIN_DELAY="1") as (process, url, _log):
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        refusal = httpx.get(f"{url}/readyz")
        assert (refusal.status_code, refusal.json()["reason"]) == (503, "draining")
        assert httpx.get(f"{url}/livez").status_code == 200
        assert process.wait(10) == 0


def test_ctrl_c_is_quiet(tmp_path: Path, database_url: str) -> None:
    with serving(tmp_path, DATABASE_URL=database_url) as (process, _url, log):
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert "Traceback" not in log.read_text()


def test_several_workers_end_together(tmp_path: Path, database_url: str) -> None:
    # A worker is a new interpreter: it finds the stand-in the way it finds every module.
    (tmp_path / "sitecustomize.py").write_text(STAND_IN)
    with serving(tmp_path, "--workers", "2", DATABASE_URL=database_url) as (process, _url, log):
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert log.read_text().count("Finished server process") == 2
    assert "Traceback" not in log.read_text()


def test_an_endless_head_is_refused(tmp_path: Path, database_url: str) -> None:
    with serving(tmp_path, DATABASE_URL=database_url) as (_process, url, _log):
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as peer:
            peer.sendall(b"GET /livez HTTP/1.1\r\nhost: x\r\nx-long: ")
            answer = b""
            for _ in range(40):
                try:
                    peer.sendall(b"a" * 4_096)
                    time.sleep(0.005)
                except OSError:
                    break
            try:
                answer = peer.recv(4_096)
            except ConnectionResetError:
                answer = b"reset"
        assert answer == b"reset" or answer.startswith(b"HTTP/1.1 400")
        assert httpx.get(f"{url}/livez").status_code == 200


def made(*arguments: str, url: str) -> dict[str, Any]:
    done = call(*arguments, DATABASE_URL=url)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def test_a_team_a_member_and_keys_are_made(database_url: str) -> None:
    team = made(
        "create-team", "--name", "Ours", "--team-edition", "--visibility", "private", url=database_url
    )
    given = ("--team", team["id"], "--email", "ann@example.com", "--name", "Ann")
    member = made("create-member", *given, url=database_url)
    assert member["team"] == team["id"]
    personal = made(
        "create-key", "--member", member["id"], "--scope", "read", "--days", "9", url=database_url
    )
    system = made("create-key", "--team", team["id"], url=database_url)
    assert (personal["scopes"], system["scopes"]) == (["READ"], ["EVENTS"])

    async def callers() -> list[tuple[int | None, bool]]:
        pool = Database(database_url)
        found = [
            await authenticate(pool, key)
            for key in (personal["key"], system["key"], system["key"][:-1] + "!")
        ]
        await pool.close()
        assert found[2] is None
        return [(caller.member_id, caller.team_edition) for caller in found if caller]

    assert asyncio.run(callers()) == [(number_of("Member", member["id"]), True), (None, True)]
    again = call("create-member", *given, DATABASE_URL=database_url)
    assert (again.returncode, again.stdout) == (1, "")
    assert "has this address already" in again.stderr


def test_a_key_is_revoked_by_its_prefix_or_by_itself(database_url: str) -> None:
    team = made("create-team", "--name", "Ours", url=database_url)["id"]
    keys = [made("create-key", "--team", team, url=database_url)["key"] for _ in range(3)]
    prefix = keys[0].rpartition("_")[0]
    first = made("revoke-key", prefix, url=database_url)
    assert first["prefix"] == prefix
    assert made("revoke-key", keys[0], url=database_url) == first  # it stays revoked since then
    made("revoke-key", keys[1], url=database_url)

    async def good() -> list[bool]:
        pool = Database(database_url)
        found = [await authenticate(pool, key) is not None for key in keys]
        await pool.close()
        return found

    assert asyncio.run(good()) == [False, False, True]
    for unknown, sentence in (
        (f"{prefix[:-1]}!", "is no key's prefix"),
        ("cs_1_aaaaaaaa", "is no key cs_1_"),
    ):
        refused = call("revoke-key", unknown, DATABASE_URL=database_url)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert sentence in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("create-key",), "a key belongs to a member or to a team"),
        (("create-key", "--member", "nonsense"), "is not the id of a member"),
        (("create-key", "--team", "VGVhbTox", "--scope", "everything"), "everything"),
        (("create-team", "--name", "x", "--visibility", "secret"), "secret"),
    ],
)
def test_wrong_arguments_are_a_usage_error(arguments: tuple[str, ...], sentence: str) -> None:
    done = call(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_member_has_no_key(database_url: str) -> None:
    done = call("create-key", "--member", to_id("Member", 2**40), DATABASE_URL=database_url)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "There is no member with this id.\n")


def test_the_schema_is_printed_as_it_is_committed() -> None:
    done = call("export-schema")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "schema" / "schema.graphql").read_text()


def test_a_webhook_is_set_from_stdin_and_shown_without_its_secrets(database_url: str) -> None:
    team = made("create-team", "--name", "Ours", url=database_url)["id"]
    arguments = ("--team", team, "--provider", "mailgun")
    done = call("set-webhook", *arguments, given='{"keys": ["hunter2"]}', DATABASE_URL=database_url)
    path = f"/webhooks/mailgun?team={team}"
    assert orjson.loads(done.stdout) == {"team": team, "provider": "mailgun", "path": path}
    assert made("show-webhook", "--team", team, url=database_url) == {"team": team, "providers": ["mailgun"]}


@pytest.mark.parametrize(
    ("secrets", "provider", "code", "why"),
    [
        ('{"keys": ["hunter2"]}', "sendgrid", 1, "A SendGrid key is"),
        ('{"keys": "hunter2"', "mailgun", 1, "they are not JSON"),
        ('{"keys": ["hunter2"]}', "pigeon", 2, "one of sendgrid"),
        ('{"keys": ["hunter2"]}', "mailgun", 1, "There is no team with this id."),
    ],
)
def test_a_webhook_that_cannot_be_set_is_one_line(
    database_url: str, secrets: str, provider: str, code: int, why: str
) -> None:
    team = to_id("Team", 10**9)
    done = call(
        "set-webhook", "--team", team, "--provider", provider, given=secrets, DATABASE_URL=database_url
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert why in done.stderr
    assert "hunter2" not in done.stderr
