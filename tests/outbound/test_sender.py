"""Sending: a name is looked up once, and what was checked is what is connected to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks import Webhook, WebhookVerificationError

from outbound.addresses import Address, Outgoing, networks
from outbound.sender import Answer, Sender
from outbound.signing import headers, new_secret

LOOPBACK = networks(["127.0.0.0/8"])
PUBLIC_ADDRESS, METADATA = ip_address("8.8.8.8"), ip_address("169.254.169.254")
HERE = ip_address("127.0.0.1")


class Turning:
    """A resolver that answers anew each time: what a name server does that re-binds a name."""

    def __init__(self, *answers: Address) -> None:
        self._answers: Iterator[Address] = iter(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, _port: int) -> list[Address]:
        self.asked.append(host)
        return [next(self._answers)]


@asynccontextmanager
async def listening(context: ssl.SSLContext | None = None) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Answer 200 on this machine, and keep the heads of the requests."""
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], heads


async def post(outgoing: Outgoing, url: str) -> Answer:
    sender = Sender(outgoing, timeout=5, at_once=2)
    try:
        return await sender.post(url, {}, b"{}")
    finally:
        await sender.close()


@pytest.mark.parametrize("second", [HERE, METADATA, ip_address("::ffff:127.0.0.1"), ip_address("::1")])
async def test_a_name_that_turns_to_this_machine_after_it_was_checked_is_refused(second: Address) -> None:
    async with listening() as (port, heads):
        resolver = Turning(PUBLIC_ADDRESS, second)
        outgoing = Outgoing(http=True, resolve=resolver)
        # When it is saved the name is public …
        assert await outgoing.addresses("rebinds.example.com", port) == [PUBLIC_ADDRESS]
        # … and when it is connected to it is not.
        answer = await post(outgoing, f"http://rebinds.example.com:{port}/")
        assert (answer.refused, answer.status) == (True, None)
        assert resolver.asked == ["rebinds.example.com"] * 2
        assert heads == []


async def test_the_connection_goes_to_the_address_that_was_checked_and_asks_no_second_time() -> None:
    async with listening() as (port, heads):
        # A second look-up would be answered with what must not be connected to.
        resolver = Turning(HERE, METADATA)
        answer = await post(
            Outgoing(LOOPBACK, http=True, resolve=resolver), f"http://named.example.com:{port}/a"
        )
        assert answer == Answer(200)
        assert resolver.asked == ["named.example.com"]
        assert f"Host: named.example.com:{port}".encode() in heads[0]


async def test_a_literal_address_is_refused_without_a_connection() -> None:
    async with listening() as (port, heads):
        for host in ("127.0.0.1", "[::ffff:127.0.0.1]", "localhost", "127.1"):
            answer = await post(Outgoing(http=True), f"http://{host}:{port}/")
            assert answer.refused, host
        assert heads == []


async def test_the_environments_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening() as (port, heads):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        assert (await post(Outgoing(http=True), f"http://127.0.0.1:{port}/")).refused
        assert heads == []


def certificate(name: str, folder: Path) -> ssl.SSLContext:
    """Make a server's context with a certificate for a name, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "cert.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, secret)
    return context


async def test_the_certificate_is_checked_against_the_name_not_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(certificate("hooks.example.com", tmp_path)) as (port, heads):

        async def here(_host: str, _port: int) -> list[Address]:
            return [HERE]

        outgoing = Outgoing(LOOPBACK, resolve=here)
        unknown = await post(outgoing, f"https://hooks.example.com:{port}/")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        known = await post(outgoing, f"https://hooks.example.com:{port}/")
        other = await post(outgoing, f"https://other.example.com:{port}/")
        assert known == Answer(200)
        for answer in (unknown, other):
            assert answer.status is None
            assert "certificate" in answer.reason.lower()
        assert len(heads) == 1


async def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except ConnectionError:
            closed.set()

    closed = asyncio.Event()
    async with await asyncio.start_server(endless, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await post(Outgoing(LOOPBACK, http=True), f"http://127.0.0.1:{port}/") == Answer(200)
        await closed.wait()


def test_a_message_is_verified_with_each_of_the_secrets_it_was_signed_with() -> None:
    old, new, other = new_secret(), new_secret(), new_secret()
    body = '{"type":"webhook.test","note":"é"}'.encode()
    given = headers("msg", datetime.now(UTC), body, [new, old])
    assert len(given["Webhook-Signature"].split(" ")) == 2
    for secret in (old, new):
        assert Webhook(secret).verify(body, given) == {"type": "webhook.test", "note": "é"}
    for secret, text in ((other, body), (new, body + b" ")):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(text, given)
