"""A throw-away certificate authority, and a certificate of it for Stripe's two names."""

import base64
import hashlib
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

HOSTS = ("api.stripe.com", "js.stripe.com")
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True)
class Certificates:
    """Files of PEM text."""

    authority: Path
    certificate: Path
    key: Path

    @property
    def fingerprint(self) -> str:
        """Of the certificate's public key, as Chromium takes it: base64 of SHA-256."""
        shown = ("openssl", "x509", "-in", str(self.certificate), "-noout", "-pubkey")
        public_key = subprocess.run(shown, check=True, capture_output=True, text=True).stdout
        return base64.b64encode(hashlib.sha256(_from_pem(public_key)).digest()).decode()


def make_certificates(folder: Path) -> Certificates:
    """Make both with the openssl command; good for a day."""
    made = Certificates(folder / "authority.pem", folder / "certificate.pem", folder / "key.pem")
    authority_key = folder / "authority.key"
    _openssl(
        *CURVE, "-keyout", authority_key, "-out", made.authority, "-subj", "/CN=Tests of the portal"
    )
    names = ",".join(f"DNS:{host}" for host in HOSTS)
    issued_by = ("-CA", made.authority, "-CAkey", authority_key)
    extensions = (
        "-addext",
        f"subjectAltName={names}",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
    )
    _openssl(
        *CURVE,
        "-keyout",
        made.key,
        "-out",
        made.certificate,
        "-subj",
        f"/CN={HOSTS[0]}",
        *issued_by,
        *extensions,
    )
    return made


def _openssl(*options: str | Path) -> None:
    command = ["openssl", "req", "-x509", "-days", "1", *map(str, options)]
    subprocess.run(command, check=True, capture_output=True)


def _from_pem(public_key: str) -> bytes:
    begin, end = ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----")
    as_certificate = public_key.replace(begin, ssl.PEM_HEADER).replace(end, ssl.PEM_FOOTER)
    return ssl.PEM_cert_to_DER_cert(as_certificate)
