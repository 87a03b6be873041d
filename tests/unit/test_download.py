"""Downloads against a real HTTP server that lies, drips, redirects and overflows."""

import datetime
import hashlib
import io
import socket
import ssl
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from desk.errors import Invalid
from desk.sniff import fits, sniff
from desk.web import download as module
from desk.web.download import Downloader, Hosts
from desk.web.network import Unreachable
from tests.site import Answer, Site, body, raw, redirect

PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
PUBLIC, OTHER = "118.102.1.1", "118.102.1.2"


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()
    yield served
    served.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate of *.zdn.vn."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("*.zdn.vn")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure_site(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setattr(module, "_tls", lambda: ssl.create_default_context(cafile=certificate))
    served = Site(context)
    yield served
    served.close()


class Internet:
    """Stands between the downloader and the sockets: (address, port) leads to a site, or nowhere."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.routes: dict[tuple[str, int], Site] = {}
        self.connected: list[tuple[str, int]] = []
        real = httpcore.SyncBackend.connect_tcp

        def connect(
            backend: httpcore.SyncBackend, host: str, port: int, timeout: float | None = None, **_: object
        ) -> httpcore.NetworkStream:
            self.connected.append((host, port))
            if (host, port) not in self.routes:
                raise httpcore.ConnectError("nobody there")
            return real(backend, "127.0.0.1", self.routes[host, port].port, timeout)

        monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    return Internet(monkeypatch)


def loopback(**options: object) -> Downloader:
    return Downloader(Hosts(["zdn.vn", "127.0.0.1"]), **{"max_bytes": 100_000, "total_s": 5.0} | options)  # type: ignore[arg-type]


def by_name(*answers: list[str]) -> Downloader:
    """A downloader whose names resolve to each of `answers` in turn, and to the last one from then on."""
    left = list(answers)
    resolve = lambda host, port: left.pop(0) if len(left) > 1 else left[0]  # noqa: E731
    return Downloader(Hosts(["zdn.vn"]), max_bytes=100_000, total_s=5.0, resolve=resolve)


def refusal(downloader: Downloader, url: str) -> str:
    with pytest.raises(Invalid) as refused:
        downloader.fetch(url, io.BytesIO())
    return refused.value.code


class TestWhatArrives:
    def test_bytes_arrive_as_they_were_sent_with_their_hashes(self, site: Site) -> None:
        site.answers["/a.jpg"] = body(PHOTO)
        into = io.BytesIO(b"left over from before" * 9999)
        got = loopback().fetch(site.url("/a.jpg"), into)
        assert into.read() == PHOTO
        assert got.bytes == len(PHOTO)
        assert got.sha256 == hashlib.sha256(PHOTO).hexdigest()
        assert got.md5 == hashlib.md5(PHOTO).hexdigest()
        assert (got.scheme, got.host) == ("http", "127.0.0.1")

    def test_a_chunked_body_arrives_whole(self, site: Site) -> None:
        site.answers["/a"] = raw(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n3\r\nefg\r\n0\r\n\r\n"
        )
        into = io.BytesIO()
        assert loopback().fetch(site.url("/a"), into).bytes == 7
        assert into.read() == b"abcdefg"

    def test_a_page_in_place_of_a_picture_is_seen_by_its_bytes(self, site: Site) -> None:
        site.answers["/a.jpg"] = body(b"\n<!DOCTYPE html><title>Het han</title>")
        into = io.BytesIO()
        loopback().fetch(site.url("/a.jpg"), into)
        assert not fits(sniff(into.read()), "image")


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "url",
        [
            "http://evil.example/a.jpg",
            "http://zdn.vn.evil.example/a.jpg",
            "http://evilzdn.vn/a.jpg",
            "http://zdn.vn@evil.example/a.jpg",
            "http://user:secret@f6.zdn.vn/a.jpg",
            "http://f6.zdn.vn:8080/a.jpg",
            "http://f6.zdn.vn:22/",
            "http://2130706433/a.jpg",
            "http://127.1/a.jpg",
            "http://127.0.0.1.nip.io/a.jpg",
            "http://[::1]/a.jpg",
            "http://[::ffff:127.0.0.1]/a.jpg",
            "http://169.254.169.254/latest/meta-data/",
            "http://localhost/a.jpg",
            "ftp://f6.zdn.vn/a.jpg",
            "file:///etc/passwd",
            "data:image/png;base64,AAAA",
            "http:///a.jpg",
            "not an address",
            "",
        ],
    )
    def test_an_address_off_the_list_is_refused_without_a_connection(
        self, url: str, internet: Internet
    ) -> None:
        assert refusal(loopback(), url) == "host_not_allowed"
        assert internet.connected == []

    def test_loopback_is_refused_unless_it_is_named(self, site: Site) -> None:
        site.answers["/a.jpg"] = body(PHOTO)
        assert refusal(Downloader(Hosts(["zdn.vn"]), max_bytes=9), site.url("/a.jpg")) == "host_not_allowed"

    @pytest.mark.parametrize(
        "target",
        [
            "http://169.254.169.254/latest/meta-data/",
            "http://localhost:1/",
            "https://evil.example/",
            "//evil.example/",
            "file:///etc/passwd",
        ],
    )
    def test_a_redirect_out_of_the_list_is_refused(self, site: Site, target: str) -> None:
        site.answers["/a.jpg"] = redirect(target)
        assert refusal(loopback(), site.url("/a.jpg")) == "host_not_allowed"

    def test_a_name_that_turns_private_between_two_hops_is_refused(
        self, site: Site, internet: Internet
    ) -> None:
        """DNS rebinding: the first answer is public, the next one is the function's own loopback."""
        internet.routes[PUBLIC, 80] = site
        site.answers["/a.jpg"] = redirect("http://f6.zdn.vn/b.jpg")
        downloader = by_name([PUBLIC], [PUBLIC], ["127.0.0.1"])
        assert refusal(downloader, "http://f6.zdn.vn/a.jpg") == "host_not_allowed"
        assert "127.0.0.1" not in {address for address, _ in internet.connected}

    @pytest.mark.parametrize("answer", ["10.0.0.8", "::ffff:169.254.169.254", "64:ff9b::7f00:1"])
    def test_a_listed_name_with_a_private_address_is_refused(self, answer: str, internet: Internet) -> None:
        assert refusal(by_name([PUBLIC, answer]), "https://f6.zdn.vn/a.jpg") == "host_not_allowed"
        assert internet.connected == []

    def test_an_endless_redirect_is_a_dead_link(self, site: Site) -> None:
        site.answers["/a.jpg"] = redirect("/a.jpg")
        assert refusal(loopback(), site.url("/a.jpg")) == "dead_link"
        assert len(site.asked) == 4

    @pytest.mark.parametrize(
        "status", ["403 Forbidden", "404 Not Found", "410 Gone", "204 No Content", "206 Part"]
    )
    def test_an_answer_without_the_file_is_a_dead_link(self, site: Site, status: str) -> None:
        site.answers["/a.jpg"] = body(b"", status=status)
        assert refusal(loopback(), site.url("/a.jpg")) == "dead_link"

    def test_an_empty_file_is_refused(self, site: Site) -> None:
        site.answers["/a.jpg"] = body(b"")
        assert refusal(loopback(), site.url("/a.jpg")) == "empty"


class TestSize:
    def test_an_endless_body_is_cut_at_the_cap(self, site: Site) -> None:
        sent = [0]

        def endless(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            while True:
                handler.wfile.write(b"x" * 10_000)
                sent[0] += 10_000

        site.answers["/a.mp4"] = endless
        into = io.BytesIO()
        with pytest.raises(Invalid) as refused:
            loopback(max_bytes=50_000).fetch(site.url("/a.mp4"), into)
        assert refused.value.code == "too_large"
        assert len(into.getvalue()) <= 50_000

    def test_a_declared_size_above_the_cap_is_refused_without_reading(self, site: Site) -> None:
        site.answers["/a.mp4"] = body(PHOTO, length=10**12)
        assert refusal(loopback(), site.url("/a.mp4")) == "too_large"

    def test_a_body_of_just_the_cap_is_accepted(self, site: Site) -> None:
        site.answers["/a.jpg"] = body(PHOTO)
        assert loopback(max_bytes=len(PHOTO)).fetch(site.url("/a.jpg"), io.BytesIO()).bytes == len(PHOTO)
        assert refusal(loopback(max_bytes=len(PHOTO) - 1), site.url("/a.jpg")) == "too_large"

    def test_a_body_shorter_than_declared_is_tried_again_and_not_taken_for_whole(self, site: Site) -> None:
        site.answers["/a.jpg"] = body(PHOTO, length=len(PHOTO) + 1)
        with pytest.raises(Unreachable) as failed:
            loopback().fetch(site.url("/a.jpg"), io.BytesIO())
        assert failed.value.reason == "unreachable"


class TestTime:
    @staticmethod
    def drip(data: bytes) -> Answer:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            for byte in data:
                handler.wfile.write(bytes([byte]))
                time.sleep(0.05)

        return answer

    @pytest.mark.parametrize(
        "data",
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + b"x" * 9999,
            b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 9999,
        ],
        ids=["body", "headers"],
    )
    def test_a_dripping_answer_ends_at_the_deadline(self, site: Site, data: bytes) -> None:
        site.answers["/a.jpg"] = self.drip(data)
        began = time.monotonic()
        with pytest.raises(Unreachable) as failed:
            loopback(total_s=0.6).fetch(site.url("/a.jpg"), io.BytesIO())
        assert failed.value.reason == "timeout"
        assert time.monotonic() - began < 2

    def test_a_silent_server_ends_at_the_deadline(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unreachable) as failed:
            loopback(total_s=0.4).fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/", io.BytesIO())
        assert failed.value.reason == "timeout"

    @pytest.mark.parametrize("status", ["429 Slow down", "500 Oops", "503 Later"])
    def test_an_answer_that_may_pass_is_tried_again(self, site: Site, status: str) -> None:
        site.answers["/a.jpg"] = body(b"", status=status)
        with pytest.raises(Unreachable):
            loopback().fetch(site.url("/a.jpg"), io.BytesIO())

    def test_a_closed_port_is_tried_again(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
        with pytest.raises(Unreachable):
            loopback().fetch(f"http://127.0.0.1:{port}/", io.BytesIO())


class TestNamesAndTls:
    def test_a_name_is_resolved_once_and_reached_at_the_checked_address(
        self, secure_site: Site, internet: Internet
    ) -> None:
        internet.routes[PUBLIC, 443] = secure_site
        secure_site.answers["/a.jpg"] = body(PHOTO)
        got = by_name([PUBLIC], ["127.0.0.1"]).fetch("https://f6.zdn.vn/a.jpg", io.BytesIO())
        assert internet.connected == [(PUBLIC, 443)]
        assert secure_site.asked == ["f6.zdn.vn/a.jpg"]
        assert (got.scheme, got.host) == ("https", "f6.zdn.vn")

    def test_the_next_address_is_tried_when_one_is_down(self, secure_site: Site, internet: Internet) -> None:
        internet.routes[OTHER, 443] = secure_site
        secure_site.answers["/a.jpg"] = body(PHOTO)
        by_name([PUBLIC, OTHER]).fetch("https://f6.zdn.vn/a.jpg", io.BytesIO())
        assert internet.connected == [(PUBLIC, 443), (OTHER, 443)]

    def test_http_becomes_https_where_the_host_has_it(self, secure_site: Site, internet: Internet) -> None:
        internet.routes[PUBLIC, 443] = secure_site
        secure_site.answers["/a.jpg"] = body(PHOTO)
        assert by_name([PUBLIC]).fetch("http://f6.zdn.vn/a.jpg", io.BytesIO()).scheme == "https"

    def test_http_stays_http_where_the_host_has_no_tls(self, site: Site, internet: Internet) -> None:
        internet.routes[PUBLIC, 80] = site
        site.answers["/a.jpg"] = body(PHOTO)
        into = io.BytesIO()
        assert by_name([PUBLIC]).fetch("http://f6.zdn.vn/a.jpg", into).scheme == "http"
        assert into.read() == PHOTO

    @pytest.mark.parametrize(
        "stray", [body(b"", status="404 Not Found"), body(b"<html>default", kind="text/html; charset=utf-8")]
    )
    def test_http_stays_http_where_another_site_answers_on_443(
        self, stray: Answer, site: Site, secure_site: Site, internet: Internet
    ) -> None:
        internet.routes |= {(PUBLIC, 443): secure_site, (PUBLIC, 80): site}
        secure_site.answers["/a.jpg"] = stray
        site.answers["/a.jpg"] = body(PHOTO)
        assert by_name([PUBLIC]).fetch("http://f6.zdn.vn/a.jpg", io.BytesIO()).scheme == "http"

    def test_https_with_a_certificate_of_another_name_is_never_accepted(
        self, site: Site, secure_site: Site, internet: Internet
    ) -> None:
        """*.zdn.vn does not cover t.f6.zdn.vn: an https address then fails, an http one is taken as given."""
        internet.routes |= {(PUBLIC, 443): secure_site, (PUBLIC, 80): site}
        site.answers["/a.jpg"] = body(PHOTO)
        with pytest.raises(Unreachable):
            by_name([PUBLIC]).fetch("https://t.f6.zdn.vn/a.jpg", io.BytesIO())
        assert secure_site.asked == site.asked == []
        assert by_name([PUBLIC]).fetch("http://t.f6.zdn.vn/a.jpg", io.BytesIO()).scheme == "http"
