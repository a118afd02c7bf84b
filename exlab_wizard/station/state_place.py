"""Owns what makes a directory fit to hold the station's state: on a local disk, and private."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine.mounts import Mount, mount_of

# SQLite's locks and the leader's lock need one kernel that sees everything; these are shared between computers.
NETWORK_KINDS = frozenset(
    "nfs nfs4 cifs smb3 smbfs afs coda ncpfs 9p ceph glusterfs lustre gpfs beegfs orangefs ocfs2 gfs2 davfs "
    "fuse.sshfs fuse.rclone fuse.glusterfs fuse.ceph fuse.davfs2 fuse.s3fs fuse.gcsfuse fuse.curlftpfs".split()
)
_PRIVATE_MODES = (0o700, 0o2770)


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a directory cannot hold the state, and what to do. `refused`: the station must not start over it."""

    message: str
    remedy: str
    refused: bool


def is_network(mount: Mount | None) -> bool:
    """Whether other computers may write this file system too (an unknown one is taken for local)."""
    return mount is not None and mount.fs_type in NETWORK_KINDS


def unfit(place: str) -> Unfit | None:
    """What is wrong with an existing state directory, the worst first; None when it is fit. Raises OSError."""
    with Dir.open(place) as folder:
        return unfit_mount(place, mount_of(folder)) or unfit_mode(place, os.fstat(folder.fd))


def unfit_mount(place: str, mount: Mount | None) -> Unfit | None:
    """Refuse a network file system."""
    if not is_network(mount) or mount is None:
        return None
    return Unfit(
        f"{place} is on a network file system ({mount.fs_type}), where locks and the database cannot be trusted.",
        "Set orchestrator.state_dir to a directory on a disk of this computer.",
        refused=True,
    )


def unfit_mode(place: str, info: os.stat_result) -> Unfit | None:
    """Writing here is full power over the station: mode 0700, or 2770 with one group."""
    mode = stat.S_IMODE(info.st_mode)
    if mode in _PRIVATE_MODES:
        return None
    return Unfit(
        f"{place} has mode {mode:04o}; whoever can write there has full power over the station.",
        f"chmod 0700 {place} (or 2770 for one group of operators).",
        refused=False,
    )
