"""Writes the messages of the published Python client as a module that any supported protobuf can load."""

from __future__ import annotations

import sys
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

_HEADER = '''"""Messages of {name}; made by scripts/proto.sh, not by hand.

The module that protoc writes refuses a protobuf that is older than its compiler, and claims the names of its
messages for the whole process. This one loads the same description into a pool of its own.
"""

from google.protobuf import descriptor_pool, message_factory

POOL = descriptor_pool.DescriptorPool()
DESCRIPTOR = POOL.AddSerializedFile(
'''
_WIDTH = 100


def module_of(file: FileDescriptorProto) -> str:
    """The text of the module for one file."""
    for message in file.message_type:
        for field in message.field:
            field.ClearField(
                "json_name"
            )  # as in the other stubs: what follows from the name need not be said
    raw = file.SerializeToString(deterministic=True)
    lines = [f"    {raw[at : at + _WIDTH]!r}\n" for at in range(0, len(raw), _WIDTH)]
    names = [message.name for message in file.message_type]
    classes = [
        f'{name} = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["{name}"])\n'
        for name in names
    ]
    name = file.name.replace("causeway_client/pb", "proto", 1)
    return "".join([_HEADER.format(name=name), *lines, ")\n\n", *classes])


def main(descriptors: Path, folder: Path) -> None:
    """Writes a module for each file of a descriptor set.

    Args:
        descriptors: What `protoc --descriptor_set_out` wrote.
        folder: Where the package of the client lies.
    """
    for file in FileDescriptorSet.FromString(descriptors.read_bytes()).file:
        path = folder / file.name.replace(".proto", "_pb2.py")
        path.write_text(module_of(file), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
