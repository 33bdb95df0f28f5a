"""Inside a network and mount namespace of its own: Stripe's names lead to this machine, its SDK
trusts our authority.

`python -m … FOLDER` runs the journey there. Nothing outside the namespace sees any of it.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from tests.journeys.production_defaults.certificates import HOSTS, Certificates, make_certificates
from tests.support.servers import ROOT

JOURNEY = Path(__file__).with_name("journey.py")
FOLDER_VARIABLE = "PRODUCTION_DEFAULTS_FOLDER"
SET_INTERFACE_FLAGS, UP = 0x8914, 0x1


def main(folder: Path) -> int:
    """Prepare the namespace and run the journey in it; the exit status of pytest."""
    _bring_loopback_up()
    hosts = folder / "hosts"
    hosts.write_text("".join(f"127.0.0.1 {name}\n" for name in ("localhost", *HOSTS)))
    _cover(Path("/etc/hosts"), hosts)
    certificates = make_certificates(folder)
    _cover(_bundle_of_the_sdk(), certificates.authority)
    environment = {
        **os.environ,
        FOLDER_VARIABLE: str(folder),
        "SSL_CERT_FILE": str(certificates.authority),
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "--tb=short",
        str(JOURNEY),
    ]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def certificates_of(folder: Path) -> Certificates:
    """The files that `main` made there."""
    return Certificates(folder / "authority.pem", folder / "certificate.pem", folder / "key.pem")


def _bring_loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SET_INTERFACE_FLAGS, struct.pack("16sh14x", b"lo", UP))


def _bundle_of_the_sdk() -> Path:
    """The SDK brings its own list of authorities, and has no setting for another that the portal
    would use.
    """
    package = find_spec("stripe")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "data" / "ca-certificates.crt"


def _cover(path: Path, by: Path) -> None:
    subprocess.run(["mount", "--bind", str(by), str(path)], check=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
