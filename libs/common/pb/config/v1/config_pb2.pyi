from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetManifestRequest(_message.Message):
    __slots__ = ("tenant_id", "manifest_id")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_ID_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    manifest_id: str
    def __init__(self, tenant_id: _Optional[str] = ..., manifest_id: _Optional[str] = ...) -> None: ...

class GetManifestResponse(_message.Message):
    __slots__ = ("bundle",)
    BUNDLE_FIELD_NUMBER: _ClassVar[int]
    bundle: ManifestBundle
    def __init__(self, bundle: _Optional[_Union[ManifestBundle, _Mapping]] = ...) -> None: ...

class WatchManifestRequest(_message.Message):
    __slots__ = ("tenant_ids",)
    TENANT_IDS_FIELD_NUMBER: _ClassVar[int]
    tenant_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, tenant_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class WatchManifestResponse(_message.Message):
    __slots__ = ("bundle", "removed_tenant_id", "synced")
    BUNDLE_FIELD_NUMBER: _ClassVar[int]
    REMOVED_TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    SYNCED_FIELD_NUMBER: _ClassVar[int]
    bundle: ManifestBundle
    removed_tenant_id: str
    synced: bool
    def __init__(self, bundle: _Optional[_Union[ManifestBundle, _Mapping]] = ..., removed_tenant_id: _Optional[str] = ..., synced: _Optional[bool] = ...) -> None: ...

class ManifestBundle(_message.Message):
    __slots__ = ("tenant_id", "environment", "manifest_id", "manifest_json", "environment_revision", "tenant_json", "content_revision")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_ID_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_JSON_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_REVISION_FIELD_NUMBER: _ClassVar[int]
    TENANT_JSON_FIELD_NUMBER: _ClassVar[int]
    CONTENT_REVISION_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    environment: str
    manifest_id: str
    manifest_json: bytes
    environment_revision: str
    tenant_json: bytes
    content_revision: int
    def __init__(self, tenant_id: _Optional[str] = ..., environment: _Optional[str] = ..., manifest_id: _Optional[str] = ..., manifest_json: _Optional[bytes] = ..., environment_revision: _Optional[str] = ..., tenant_json: _Optional[bytes] = ..., content_revision: _Optional[int] = ...) -> None: ...

class ReportRevisionRequest(_message.Message):
    __slots__ = ("revisions",)
    REVISIONS_FIELD_NUMBER: _ClassVar[int]
    revisions: _containers.RepeatedCompositeFieldContainer[ContentRevision]
    def __init__(self, revisions: _Optional[_Iterable[_Union[ContentRevision, _Mapping]]] = ...) -> None: ...

class ContentRevision(_message.Message):
    __slots__ = ("tenant_id", "index_version", "content_revision")
    TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    INDEX_VERSION_FIELD_NUMBER: _ClassVar[int]
    CONTENT_REVISION_FIELD_NUMBER: _ClassVar[int]
    tenant_id: str
    index_version: str
    content_revision: int
    def __init__(self, tenant_id: _Optional[str] = ..., index_version: _Optional[str] = ..., content_revision: _Optional[int] = ...) -> None: ...

class ReportRevisionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
