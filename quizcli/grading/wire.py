"""Values between the judge and the candidate: a JSON document and its tensors as one safetensors blob.

Nothing here executes what it reads: no pickle, and shapes and dtypes are checked by safetensors.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

LENGTH = struct.Struct("<Q")
MAX_FRAME = 256 * 1024 * 1024
CARRIED = {
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.bool,
    torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Foreign:
    """Stands for a value that cannot travel, by a description of it."""

    description: str


class BrokenFrame(Exception):
    """The bytes are not a frame."""


def encode(value: Any, tensors: list[Tensor], layout: bool = False) -> Any:
    """A JSON form of a value; its tensors are appended to the list, with their memory layout if asked for."""
    if isinstance(value, Tensor):
        return _encode_tensor(value, tensors, layout)
    if value is None or isinstance(value, (bool, int, float, str)):
        return {"value": value}
    if isinstance(value, (tuple, list)):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [encode(item, tensors, layout) for item in value]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {key: encode(item, tensors, layout) for key, item in value.items()}}
    return {"foreign": f"a {type(value).__name__}"}


def _encode_tensor(value: Tensor, tensors: list[Tensor], layout: bool) -> Any:
    value = value.detach()
    if value.layout != torch.strided or value.dtype not in CARRIED:
        return {"foreign": f"a tensor of dtype {str(value.dtype).removeprefix('torch.')} and {value.layout}"}
    if value.device.type != "cpu":
        return {"foreign": f"a tensor on the device {value.device}"}
    if not layout:
        tensors.append(value.contiguous().clone())
        return {"tensor": len(tensors) - 1}
    length = value.untyped_storage().nbytes() // value.element_size()
    tensors.append(value.as_strided((length,), (1,), 0).clone())
    strides = [list(value.shape), list(value.stride()), value.storage_offset()]
    return {"tensor": len(tensors) - 1, "layout": strides}


def decode(form: Any, tensors: list[Tensor]) -> Any:
    """The value that :func:`encode` described.

    Raises:
        BrokenFrame: the form is none of ours.
    """
    try:
        if "value" in form:
            return form["value"]
        if "tensor" in form:
            tensor = tensors[form["tensor"]]
            return tensor.as_strided(*form["layout"]) if "layout" in form else tensor
        if "tuple" in form:
            return tuple(decode(item, tensors) for item in form["tuple"])
        if "list" in form:
            return [decode(item, tensors) for item in form["list"]]
        if "dict" in form:
            return {str(key): decode(item, tensors) for key, item in form["dict"].items()}
        return Foreign(str(form["foreign"]))
    except (
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        RuntimeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise BrokenFrame(str(error)) from None


def pack(document: Any, tensors: list[Tensor]) -> bytes:
    """A frame: its length, then the blob."""
    named = {str(index): tensor for index, tensor in enumerate(tensors)}
    blob = save(named, {"json": json.dumps(document)})
    return LENGTH.pack(len(blob)) + blob


def unpack(blob: bytes) -> tuple[Any, list[Tensor]]:
    """The document and the tensors of a blob.

    Raises:
        BrokenFrame: the blob is none of ours.
    """
    try:
        (length,) = LENGTH.unpack_from(blob)
        header = json.loads(blob[LENGTH.size : LENGTH.size + length])
        document = json.loads(header["__metadata__"]["json"])
        named = load(blob)
        return document, [named[str(index)] for index in range(len(named))]
    except (
        SafetensorError,
        struct.error,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise BrokenFrame(str(error)) from None


def read_frame(read: Callable[[int], bytes]) -> bytes | None:
    """One blob from a blocking reader; None at the end of the stream."""
    head = _exactly(read, LENGTH.size)
    return None if head is None else _exactly(read, LENGTH.unpack(head)[0])


def _exactly(read: Callable[[int], bytes], size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        piece = read(min(size - len(data), 1 << 20))
        if not piece:
            return None
        data += piece
    return bytes(data)
