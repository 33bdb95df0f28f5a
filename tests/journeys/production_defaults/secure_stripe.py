"""The offline Stripe on port 443 with a certificate: `python -m … WEBHOOK_URL WEBHOOK_SECRET
CERTIFICATE KEY`.
"""

import sys

from fake_stripe.core import OfflineStripe
from fake_stripe.server.process import Server


class SecureServer(Server):
    """Serves https."""

    def __init__(self, webhook_url: str, webhook_secret: str, certificate: str, key: str) -> None:
        self._files = {"certfile": certificate, "keyfile": key}
        super().__init__(
            443, lambda: OfflineStripe(webhook_url, webhook_secret, strict_version=True)
        )

    def load_config(self) -> None:
        super().load_config()
        for name, value in self._files.items():
            self.cfg.set(name, value)


if __name__ == "__main__":
    SecureServer(*sys.argv[1:]).run()
