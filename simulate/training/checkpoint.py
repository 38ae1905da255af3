"""A checkpoint: named tensors as safetensors, with step, identity of the training, and digest. Nothing is unpickled."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from simulate.run.store import write_atomic

FORMAT = "losing-dimensions checkpoint 2"


class UnreadableCheckpoint(ValueError):
    """A file is not a checkpoint of this training."""


def write(path: Path | str, tensors: Mapping[str, torch.Tensor], identity: str, step: int) -> None:
    """Writes a checkpoint, whole or not at all: named tensors as safetensors, with step, identity and digest.

    Arguments:
        path: the file.
        tensors: by name.
        identity: of the training.
        step: where it stands.

    Raises:
        CannotWrite: where the file cannot be written.
    """
    state = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    about = {"format": FORMAT, "identity": identity, "step": str(step)}
    write_atomic(path, save(state, {**about, "digest": _digest(state, about)}))


def read(path: Path | str, tensors: Mapping[str, torch.Tensor], identity: str) -> int:
    """Copies a checkpoint into tensors; these are untouched where it is refused.

    Arguments:
        path: the file.
        tensors: by name, of the shapes and types that were written.
        identity: of the training.

    Returns:
        The step at which it was written.

    Raises:
        UnreadableCheckpoint: for a damaged file, another training, or other tensors.
    """
    try:
        content = Path(path).read_bytes()
        stored, about = load(content), _about(content)
    except (OSError, SafetensorError, ValueError) as error:
        raise UnreadableCheckpoint(f"{path} must be a whole safetensors file: {error}") from error
    if about.get("format") == FORMAT and about.pop("digest", None) != _digest(stored, about):
        raise UnreadableCheckpoint(f"{path} must be a checkpoint as it was written: its digest differs")
    found, wanted = ({name: (value.shape, value.dtype) for name, value in each.items()} for each in (stored, tensors))
    step, told = about.get("step", ""), (about.get("format"), about.get("identity"))
    if told != (FORMAT, identity) or found != wanted or not step.isdecimal():
        what = "settings, seeds, data or network"
        raise UnreadableCheckpoint(f"{path} must be a checkpoint of this training: its {what} differ")
    with torch.no_grad():
        for name, value in tensors.items():
            value.copy_(stored[name])
    return int(step)


def _digest(tensors: dict[str, torch.Tensor], about: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode() + save(tensors)).hexdigest()


def _about(content: bytes) -> dict[str, str]:
    """The metadata, which `safetensors` reads from files alone: 8 bytes of length, then JSON."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]).get("__metadata__") or {}
