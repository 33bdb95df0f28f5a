"""Uploads: a form whose parts come one after another, one of them a file (RFC 7578)."""

from email.message import Message
from email.parser import HeaderParser

from fake_stripe.documents import Params, Upload
from fake_stripe.errors import ApiError
from fake_stripe.http.form_data import parse_pairs

# The only endpoint that takes a file.
UPLOADS = "/v1/files"


def parse_upload(body: bytes, content_type: str) -> Params:
    """The parameters, nested as in a form; a part with a file name is an `Upload`.

    Raises ApiError 400 for what is not written as a form of parts.
    """
    boundary = _header("Content-Type", content_type).get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise _unreadable()
    first, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("utf-8", "replace"))
    if first.strip() or len(parts) < 2 or not parts[-1].startswith(b"--"):
        raise _unreadable()
    return parse_pairs(_part(part) for part in parts[:-1])


def _part(part: bytes) -> tuple[str, str | Upload]:
    """The name and the value of one part; its content is kept byte by byte."""
    head, separator, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = HeaderParser().parsestr(head.decode("utf-8", "replace"))
    name = headers.get_param("name", header="content-disposition")
    filename = headers.get_param("filename", header="content-disposition")
    if not separator or not isinstance(name, str):
        raise _unreadable()
    if isinstance(filename, str):
        return name, Upload(filename.replace("%22", '"'), content)
    return name, content.decode("utf-8", "replace")


def _header(name: str, value: str) -> Message:
    message = Message()
    message[name] = value.replace("\r", " ").replace("\n", " ")
    return message


def _unreadable() -> ApiError:
    return ApiError("Invalid request: the body could not be read as multipart/form-data.")
