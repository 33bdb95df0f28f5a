"""Where templates and static files are."""

from pathlib import Path

_HERE = Path(__file__).parent
# A wheel carries them inside the package, a checkout beside it.
RESOURCES = _HERE if (_HERE / "templates").is_dir() else _HERE.parent
