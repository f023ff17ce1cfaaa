"""The machine's own certificate authority, for HTTPS in a shop where nobody issues certificates.

It is made once and kept in ``DATA_DIR/https``. A device that trusts it trusts this machine: the
authority may vouch for nothing but private addresses, this machine's own and local names, so that
even its stolen key opens no other site.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tracker.services import trust

AUTHORITY_YEARS = 10
SERVER_DAYS = 390
"""Browsers refuse a server's certificate of more than 397 days."""
RENEW_DAYS = 30
BACKDATE = timedelta(days=1)
"""A phone's clock may be behind."""
LOCAL_NAMES = ("localhost", "local", "lan", "home.arpa")
PRIVATE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "100.64.0.0/10",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NETWORKS: tuple[Network, ...] = tuple(ipaddress.ip_network(network) for network in PRIVATE)


@dataclass(frozen=True)
class Served:
    """The files that a server needs to speak TLS."""

    certificate: Path
    key: Path


def prepare(folder: Path, addresses: Iterable[str], now: datetime) -> Served:
    """Make what is missing, out of date or of other addresses, and return the server's files.

    ``folder`` is ``DATA_DIR``. The authority is made once, and anew only when it nears its end or
    may not vouch for one of ``addresses``; keys are readable by their owner only.
    """
    place = trust.folder_of(folder)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    numbers = [ipaddress.ip_address(one) for one in ("127.0.0.1", "::1", *addresses)]
    authority, key = _authority(place, numbers, now)
    served = Served(place / "server.crt", place / "server.key")
    wanted = x509.SubjectAlternativeName(
        [
            *(x509.DNSName(name) for name in trust.local_names()),
            *(x509.IPAddress(number) for number in dict.fromkeys(numbers)),
        ]
    )
    if not _stands(served, authority, wanted, now):
        _issue(served, authority, key, wanted, now)
    return served


def _authority(
    place: Path, numbers: Iterable[Address], now: datetime
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate_file, key_file = place / trust.CERTIFICATE, place / "ca.key"
    if certificate_file.exists() and key_file.exists():
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        is_alive = now < certificate.not_valid_after_utc - timedelta(days=SERVER_DAYS)
        may_vouch = all(_covers(_permitted_by(certificate), number) for number in numbers)
        if is_alive and may_vouch and isinstance(key, ec.EllipticCurvePrivateKey):
            return certificate, key
    key = ec.generate_private_key(ec.SECP256R1())
    alone = [ipaddress.ip_network(one) for one in numbers if not _covers(_NETWORKS, one)]
    certificate = _self_signed(key, [*_NETWORKS, *alone], now)
    _keep(key_file, _pem(key), 0o600)
    _keep(certificate_file, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return certificate, key


def _covers(networks: Iterable[Network], number: Address) -> bool:
    return any(number in network for network in networks if network.version == number.version)


def _permitted_by(certificate: x509.Certificate) -> list[Network]:
    limits = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    found = [
        one.value for one in limits.permitted_subtrees or () if isinstance(one, x509.IPAddress)
    ]
    return [one for one in found if isinstance(one, Network)]


def _self_signed(
    key: ec.EllipticCurvePrivateKey, networks: Iterable[Network], now: datetime
) -> x509.Certificate:
    name = _name(f"Hangtag {socket.gethostname()} {now:%Y-%m-%d}")
    permitted: list[x509.GeneralName] = [x509.DNSName(one) for one in LOCAL_NAMES]
    permitted += [x509.IPAddress(network) for network in networks]
    signed = _draft(name, name, key.public_key(), now, timedelta(days=365 * AUTHORITY_YEARS))
    signed = signed.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    signed = signed.add_extension(_usage(signs_certificates=True), critical=True)
    signed = signed.add_extension(x509.NameConstraints(permitted, None), critical=True)
    return signed.sign(key, hashes.SHA256())


def _issue(
    served: Served,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    wanted: x509.SubjectAlternativeName,
    now: datetime,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Hangtag")
    issuer_key = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    draft = _draft(name, authority.subject, key.public_key(), now, timedelta(days=SERVER_DAYS))
    draft = draft.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    draft = draft.add_extension(_usage(signs_certificates=False), critical=True)
    draft = draft.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
    )
    draft = draft.add_extension(wanted, critical=False)
    draft = draft.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_key), critical=False
    )
    certificate = draft.sign(authority_key, hashes.SHA256())
    _keep(served.key, _pem(key), 0o600)
    _keep(served.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _stands(
    served: Served,
    authority: x509.Certificate,
    wanted: x509.SubjectAlternativeName,
    now: datetime,
) -> bool:
    if not (served.certificate.exists() and served.key.exists()):
        return False
    kept = x509.load_pem_x509_certificate(served.certificate.read_bytes())
    names = kept.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    signer = kept.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    ours = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    ends = kept.not_valid_after_utc - timedelta(days=RENEW_DAYS)
    is_ours = signer.key_identifier == ours.digest
    return is_ours and set(names) == set(wanted) and kept.not_valid_before_utc <= now < ends


def _draft(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    begins = now.replace(microsecond=0) - BACKDATE
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _keep(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all, never readable by others before its mode is set."""
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as handle:
        handle.write(content)
    fresh.replace(path)
