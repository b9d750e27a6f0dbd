"""Whom a server runs as. PostgreSQL refuses root, so root lends it an ordinary user."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from babyhouse.embedded.errors import CannotStart

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG, _PR_SET_SECUREBITS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 28, 47, 2
_KEEP_RIGHTS_OVER_SETUID = 1 << 2  # SECBIT_NO_SETUID_FIXUP
_CAP_DAC_OVERRIDE, _CAP_VERSION_3 = 1, 0x20080522


@dataclass(frozen=True)
class Identity:
    """A user of the machine. `opens_locked_folders` keeps root's right to pass a 0700 folder."""

    uid: int
    gid: int
    opens_locked_folders: bool = False

    @property
    def is_another(self) -> bool:
        """Whether a process has to change its user to become this one."""
        return self.uid != os.geteuid()

    def owns(self, folder: Path) -> None:
        """Give the folder to this user."""
        if self.is_another:
            os.chown(folder, self.uid, self.gid)


def unprivileged(data: Path, program: Path) -> Identity:
    """Choose who runs `program` on `data`: ourselves, or for root the data's owner or nobody.

    :raises CannotStart: if root cannot become an ordinary user who reaches both.
    """
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid())
    identity = _owner_or_nobody(data)
    if _reaches(identity, data, program):
        return identity
    identity = Identity(identity.uid, identity.gid, opens_locked_folders=True)
    if _reaches(identity, data, program):
        return identity
    raise CannotStart(
        f"PostgreSQL does not run as root, and user {identity.uid} may not reach {data} or "
        f"{program.parent}. Run as an ordinary user, or move the portal and DATA out of the "
        "locked folder (for example to /srv)."
    )


def _owner_or_nobody(data: Path) -> Identity:
    owner = data.stat()
    if owner.st_uid:
        return Identity(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise CannotStart(
            "PostgreSQL does not run as root, and this machine has no user 'nobody' to run it as. "
            "Run as an ordinary user."
        ) from None
    return Identity(nobody.pw_uid, nobody.pw_gid)


def _reaches(identity: Identity, data: Path, program: Path) -> bool:
    become = becoming(identity)

    def ask() -> None:
        become()
        # As PostgreSQL asks itself, by access(2).
        if not (os.access(program, os.R_OK | os.X_OK) and os.access(data.parent, os.X_OK)):
            os._exit(1)

    try:
        return subprocess.run(["/bin/true"], preexec_fn=ask, check=False, cwd="/").returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def becoming(
    identity: Identity | None = None, *, parent_dies: signal.Signals | None = None
) -> Callable[[], None]:
    """Return what a child does before its program: change user, and agree to die with us."""
    parent = os.getpid()

    def prepare() -> None:
        if identity is not None and identity.is_another:
            _become(identity)
        if parent_dies is not None:
            end_with_parent(parent_dies)  # after the change of user, which would clear it
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def end_with_parent(how: signal.Signals) -> None:
    """Have the kernel send us the signal when our parent ends (on Linux)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)


def _become(identity: Identity) -> None:
    if identity.opens_locked_folders and _LIBC is not None:
        # Else access(2) would answer as if the right were not there.
        _LIBC.prctl(_PR_SET_SECUREBITS, _KEEP_RIGHTS_OVER_SETUID, 0, 0, 0)
    os.setgroups([])
    os.setgid(identity.gid)
    os.setuid(identity.uid)
    os.umask(0o077)
    if identity.opens_locked_folders:
        _keep_the_right_to_pass_folders()


def _keep_the_right_to_pass_folders() -> None:
    if _LIBC is None:
        return
    bit = 1 << _CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_CAP_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable
    failed = _LIBC.capset(header, sets) or _LIBC.prctl(
        _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0
    )
    if failed:
        raise OSError(ctypes.get_errno(), "the capability is not ours to keep")
