"""What a request may carry: forms of text, no files."""

from flask import Request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict


class TextRequest(Request):
    """No page takes files: one sent under a field's name would reach that field in place of its
    text.
    """

    @property
    def files(self) -> ImmutableMultiDict[str, FileStorage]:
        """Always empty."""
        return ImmutableMultiDict()
