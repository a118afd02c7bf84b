"""Owns what a path's file system is, from the kernel's own list: whether it is a network one, and which mount it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# SQLite's locks and the leader's lock need one kernel that sees everything; these kinds are shared between computers.
NETWORK_KINDS = frozenset(
    "nfs nfs4 cifs smb3 smbfs afs coda ncpfs 9p ceph glusterfs lustre gpfs beegfs orangefs ocfs2 gfs2 davfs "
    "fuse.sshfs fuse.rclone fuse.glusterfs fuse.ceph fuse.davfs2 fuse.s3fs fuse.gcsfuse fuse.curlftpfs".split()
)
_OCTAL = re.compile(r"\\([0-7]{3})")
_MOUNTINFO = Path("/proc/self/mountinfo")


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system: where, of which kind (`ext4`, `nfs4`), and from what (`/dev/sda1`, `nas:/lab`)."""

    point: str
    kind: str
    source: str

    @property
    def is_network(self) -> bool:
        """Whether other computers may write it too."""
        return self.kind in NETWORK_KINDS


def mount_of(path: str, mountinfo: str | None = None) -> Mount | None:
    """The mount an absolute path is on; touches no disk but `/proc`, so it answers for a dead NAS too.

    None where the kernel has no such list. Of mounts over each other, the last one counts.
    """
    text = _read() if mountinfo is None else mountinfo
    best: Mount | None = None
    for line in text.splitlines():
        mount = _parse(line)
        if mount and _covers(mount.point, path) and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def _read() -> str:
    try:
        return _MOUNTINFO.read_text(errors="surrogateescape")
    except OSError:
        return ""


def _covers(point: str, path: str) -> bool:
    return point == "/" or path == point or path.startswith(point + "/")


def _parse(line: str) -> Mount | None:
    left, _, right = line.partition(" - ")
    before, after = left.split(), right.split()
    if len(before) < 5 or len(after) < 2:
        return None
    return Mount(_unescape(before[4]), after[0], _unescape(after[1]))


def _unescape(text: str) -> str:
    return _OCTAL.sub(lambda match: chr(int(match[1], 8)), text)
