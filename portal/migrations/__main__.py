"""`make migration NAME="what changes"`: write what the models ask for beyond the newest migration,
to be read.
"""

import sys
import tempfile
from pathlib import Path

from portal import migrations


def main() -> None:
    """Write the next migration file."""
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('usage: make migration NAME="what changes"')
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'newest.sqlite3'}"
        migrations.upgrade(url)
        migrations.write_next(url, sys.argv[1].strip())


if __name__ == "__main__":
    main()
