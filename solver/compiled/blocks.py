"""Many arrays handed to kernels as one argument: the address of a header that lists them.

Numba passes a tuple of arrays field by field, hundreds of words at every call, and takes
ages to compile that. A block costs one word. Its arrays are borrowed: whoever calls a
kernel keeps the block alive meanwhile.

Compiled code is cached beside each module by that module's own age alone, blind to what
changed in those that it calls. So a block's type carries a digest of all kernels' sources:
when any of them changes, everything that takes a block is compiled anew.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    register_model,
    typeof_impl,
    unbox,
)
from numba.core.typing.templates import AttributeTemplate
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

WORD = ir.IntType(64)

kernel: Any = njit(
    nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True
)  # called by other kernels only, and compiled and cached with those
entry: Any = njit(nogil=True, error_model="numpy", cache=True)  # called from Python


def _digest() -> str:
    texts = [one.read_bytes() for one in sorted(Path(__file__).parent.glob("*.py"))]
    kernels = [text for text in texts if b"@kernel" in text or b" = range(" in text]
    return hashlib.sha256(b"".join(kernels)).hexdigest()[:12]


DIGEST = _digest()


class BlockType(types.Type):  # type: ignore[misc]
    """What fields a block has: name, number type, dimensions, place in the header."""

    def __init__(self, name: str, shape: tuple[tuple[str, str, int], ...]) -> None:
        self.shape = shape
        self.fields: dict[str, tuple[Any, int]] = {}
        offset = 0
        for field, dtype, ndim in shape:
            array = types.Array(from_dtype(np.dtype(dtype)), ndim, "C")
            self.fields[field] = (array, offset)
            offset += 1 + 2 * ndim
        layout = hashlib.sha256(repr(shape).encode()).hexdigest()[:8]
        super().__init__(name=f"{name}({DIGEST}-{layout})")


class Block:
    """The arrays of a named tuple, in the form that kernels take."""

    def __init__(self, arrays: Any) -> None:
        self.arrays = arrays
        fields = zip(type(arrays)._fields, arrays, strict=True)
        shape = tuple((name, array.dtype.str, array.ndim) for name, array in fields)
        self.type = BlockType(type(arrays).__name__, shape)
        words: list[int] = []
        for array in arrays:
            if not array.flags.c_contiguous:
                raise ValueError("kernels take arrays in one piece")
            words += [array.ctypes.data, *array.shape, *array.strides]
        self.header = np.array(words, dtype=np.int64)
        self.address = self.header.ctypes.data


@typeof_impl.register(Block)
def _type_of(block: Block, _: Any) -> BlockType:
    return block.type


@register_model(BlockType)
class _BlockModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: BlockType) -> None:
        super().__init__(manager, kind, WORD)


@unbox(BlockType)
def _unbox(_: BlockType, block: Any, c: Any) -> NativeValue:
    held = c.pyapi.object_getattr_string(block, "address")
    address = c.pyapi.long_as_longlong(held)
    c.pyapi.decref(held)
    return NativeValue(address)


@infer_getattr
class _BlockAttribute(AttributeTemplate):  # type: ignore[misc]
    key = BlockType

    def generic_resolve(self, block: BlockType, name: str) -> Any:
        return block.fields[name][0] if name in block.fields else None


@lower_getattr_generic(BlockType)
def _field(context: Any, builder: Any, block: BlockType, value: Any, name: str) -> Any:
    kind, offset = block.fields[name]
    header = builder.inttoptr(value, WORD.as_pointer())
    words = [_word(builder, header, offset + k) for k in range(1 + 2 * kind.ndim)]
    array = make_array(kind)(context, builder)
    populate_array(
        array,
        data=builder.inttoptr(words[0], array.data.type),
        shape=cgutils.pack_array(builder, words[1 : 1 + kind.ndim]),
        strides=cgutils.pack_array(builder, words[1 + kind.ndim :]),
        itemsize=context.get_constant(types.intp, kind.dtype.bitwidth // 8),
        meminfo=None,
    )
    return array._getvalue()  # noqa: SLF001 - how numba hands a value on


def _word(builder: Any, header: Any, place: int) -> Any:
    """A word of the header, which never changes while a kernel runs."""
    word = builder.load(builder.gep(header, [ir.Constant(WORD, place)]))
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word
