"""Puts the `uv` program into a folder with nothing but Python's standard library: `python3 fetch-uv.py FOLDER`.

For machines whose Python has neither pip nor venv. Knows the index's HTML (PEP 503) and the wheel format; checks the hash.
"""

import hashlib
import html
import io
import os
import platform
import re
import stat
import sys
import urllib.parse
import urllib.request
import zipfile


def wheel_tags() -> list[str]:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    if sys.platform == "darwin":
        return ["macosx_.*_" + ("arm64" if machine == "aarch64" else "x86_64")]
    musl = ["musllinux_.*_" + machine]
    glibc = ["manylinux.*_" + machine]
    return glibc + musl if platform.libc_ver()[0] == "glibc" else musl


def version_key(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split("-")[1].split("."))


def main(folder: str) -> None:
    index = os.environ.get("UV_INDEX_URL") or os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple"
    page_url = index.rstrip("/") + "/uv/"
    page = urllib.request.urlopen(page_url, timeout=60).read().decode()
    links = [urllib.parse.urljoin(page_url, html.unescape(link)) for link in re.findall(r'href="([^"]+)"', page)]
    for tag in wheel_tags():
        named = {urllib.parse.unquote(urllib.parse.urlparse(link).path.rsplit("/", 1)[-1]): link for link in links}
        fitting = [name for name in named if re.fullmatch(rf"uv-\d+(\.\d+)*-py3-none-.*{tag}.*\.whl", name)]
        if not fitting:
            continue
        link = named[max(fitting, key=version_key)]
        wheel = urllib.request.urlopen(link, timeout=300).read()
        fragment = urllib.parse.urlparse(link).fragment
        if fragment.startswith("sha256=") and hashlib.sha256(wheel).hexdigest() != fragment[len("sha256=") :]:
            sys.exit("the downloaded wheel does not have the hash that the index gives")
        unpack(wheel, folder)
        return
    sys.exit(f"the index has no uv for {sys.platform} {platform.machine()}")


def unpack(wheel: bytes, folder: str) -> None:
    os.makedirs(os.path.join(folder, "bin"), exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        [inside] = [name for name in archive.namelist() if name.endswith(".data/scripts/uv")]
        path = os.path.join(folder, "bin", "uv")
        with open(path + ".new", "wb") as file:
            file.write(archive.read(inside))
        os.chmod(path + ".new", stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
        os.replace(path + ".new", path)


main(sys.argv[1])
