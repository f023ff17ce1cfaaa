"""The machine's own certificate authority: made once, believed by TLS, bounded to the shop."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from tracker.services import authority, trust

NOW = datetime.now(UTC)
HERE = "192.168.31.7"


def prepared(folder: Path, *addresses: str, now: datetime = NOW) -> x509.Certificate:
    """Return the server's certificate after preparing at a moment."""
    served = authority.prepare(folder, addresses or (HERE,), now)
    return x509.load_pem_x509_certificate(served.certificate.read_bytes())


def names_of(certificate: x509.Certificate) -> list[str]:
    """Return every name and address that a certificate vouches for."""
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(one.value) for one in found]


def shaken(folder: Path, name: str, trusting: Path) -> str:
    """Shake hands with a server that uses the files; return the protocol."""
    served = authority.prepare(folder, (HERE,), NOW)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(served.certificate, served.key)
    theirs = ssl.create_default_context(cafile=trusting)
    theirs.verify_flags |= ssl.VERIFY_X509_STRICT
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer() -> None:
            line, _address = door.accept()
            try:
                ours.wrap_socket(line, server_side=True).close()
            except ssl.SSLError:
                line.close()

        waiting = threading.Thread(target=answer)
        waiting.start()
        try:
            with (
                socket.create_connection(door.getsockname()) as line,
                theirs.wrap_socket(line, server_hostname=name) as secured,
            ):
                return str(secured.version())
        finally:
            waiting.join()


@pytest.mark.parametrize("name", ["127.0.0.1", "::1", "localhost", HERE])
def test_who_trusts_the_authority_believes_every_name_of_the_machine(
    tmp_path: Path, name: str
) -> None:
    prepared(tmp_path)
    assert shaken(tmp_path, name, tmp_path / "https" / "ca.crt") == "TLSv1.3"


def test_who_trusts_another_authority_believes_nothing(tmp_path: Path) -> None:
    prepared(tmp_path / "other")
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(tmp_path, "localhost", tmp_path / "other" / "https" / "ca.crt")


def test_a_name_that_is_not_the_machines_is_not_believed(tmp_path: Path) -> None:
    prepared(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shaken(tmp_path, "192.168.31.8", tmp_path / "https" / "ca.crt")


def test_the_certificate_names_the_machine_and_its_addresses(tmp_path: Path) -> None:
    assert names_of(prepared(tmp_path, HERE, "10.0.0.3")) == [
        *trust.local_names(), "127.0.0.1", "::1", HERE, "10.0.0.3",
    ]  # fmt: skip


def test_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    prepared(tmp_path)
    place = tmp_path / "https"
    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in place.iterdir()}
    assert modes == {
        "ca.crt": "0o644", "ca.key": "0o600", "server.crt": "0o644", "server.key": "0o600",
    }  # fmt: skip
    assert oct(place.stat().st_mode & 0o777) == "0o700"


def test_the_authority_is_made_once_and_the_certificate_stands_while_it_serves(
    tmp_path: Path,
) -> None:
    first = prepared(tmp_path)
    trusted = trust.certificate(tmp_path)
    assert prepared(tmp_path, now=NOW + timedelta(days=300)) == first
    assert trust.certificate(tmp_path) == trusted


@pytest.mark.parametrize(
    ("days", "addresses"),
    [(0, (HERE, "192.168.31.9")), (0, ("192.168.31.9",)), (365, (HERE,)), (-30, (HERE,))],
    ids=["one address more", "another address", "near its end", "a clock set back"],
)
def test_a_certificate_that_no_longer_serves_is_made_anew_under_the_same_authority(
    tmp_path: Path, days: int, addresses: tuple[str, ...]
) -> None:
    first = prepared(tmp_path)
    trusted = trust.certificate(tmp_path)
    again = prepared(tmp_path, *addresses, now=NOW + timedelta(days=days))
    assert again.serial_number != first.serial_number
    assert names_of(again)[-len(addresses) :] == list(addresses)
    assert trust.certificate(tmp_path) == trusted


def test_a_lost_key_makes_a_new_authority_and_a_new_certificate(tmp_path: Path) -> None:
    first, trusted = prepared(tmp_path), trust.certificate(tmp_path)
    (tmp_path / "https" / "ca.key").unlink()
    again = prepared(tmp_path)
    assert (again == first, trust.certificate(tmp_path) == trusted) == (False, False)
    assert shaken(tmp_path, HERE, tmp_path / "https" / "ca.crt") == "TLSv1.3"


def test_browsers_accept_its_life_and_a_phone_whose_clock_is_behind(tmp_path: Path) -> None:
    certificate = prepared(tmp_path)
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert (life, life <= timedelta(days=397)) == (timedelta(days=390), True)
    assert certificate.not_valid_before_utc <= NOW - timedelta(hours=23)


def test_the_authority_vouches_for_private_addresses_and_local_names_only(tmp_path: Path) -> None:
    prepared(tmp_path)
    held = x509.load_pem_x509_certificate((tmp_path / "https" / "ca.crt").read_bytes())
    limits = held.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert [str(one.value) for one in limits.value.permitted_subtrees or ()] == [
        *authority.LOCAL_NAMES, *authority.PRIVATE,
    ]  # fmt: skip
    basic = held.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (basic.ca, basic.path_length) == (True, 0)


def test_an_address_that_is_not_private_is_vouched_for_alone(tmp_path: Path) -> None:
    prepared(tmp_path)
    trusted = trust.certificate(tmp_path)
    assert names_of(prepared(tmp_path, "203.0.113.9"))[-1] == "203.0.113.9"
    held = x509.load_pem_x509_certificate((tmp_path / "https" / "ca.crt").read_bytes())
    limits = held.extensions.get_extension_for_class(x509.NameConstraints).value
    assert str((limits.permitted_subtrees or [])[-1].value) == "203.0.113.9/32"
    assert trust.certificate(tmp_path) != trusted


def test_a_fingerprint_reads_as_phones_show_it() -> None:
    assert trust.fingerprint(b"").startswith("E3B0 C442 98FC 1C14 ")
    assert len(trust.fingerprint(b"").split()) == 16


def test_a_server_is_reached_where_it_listens() -> None:
    assert trust.reachable("127.0.0.1") == ("127.0.0.1",)
    assert trust.reachable("::1") == ("::1",)
    assert trust.reachable(trust.EVERYWHERE[0]) == (trust.addresses() or ("127.0.0.1",))
    assert trust.web_address("https", "::1", 8000) == "https://[::1]:8000"
    assert trust.web_address("http", HERE, 8080) == f"http://{HERE}:8080"
