from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Vote(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VOTE_UNSPECIFIED: _ClassVar[Vote]
    VOTE_UP: _ClassVar[Vote]
    VOTE_DOWN: _ClassVar[Vote]
VOTE_UNSPECIFIED: Vote
VOTE_UP: Vote
VOTE_DOWN: Vote

class RecordFeedbackRequest(_message.Message):
    __slots__ = ("feedback_id", "query_id", "vote", "rating", "labels", "comment", "manifest_id")
    FEEDBACK_ID_FIELD_NUMBER: _ClassVar[int]
    QUERY_ID_FIELD_NUMBER: _ClassVar[int]
    VOTE_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_ID_FIELD_NUMBER: _ClassVar[int]
    feedback_id: str
    query_id: str
    vote: Vote
    rating: int
    labels: _containers.RepeatedScalarFieldContainer[str]
    comment: str
    manifest_id: str
    def __init__(self, feedback_id: _Optional[str] = ..., query_id: _Optional[str] = ..., vote: _Optional[_Union[Vote, str]] = ..., rating: _Optional[int] = ..., labels: _Optional[_Iterable[str]] = ..., comment: _Optional[str] = ..., manifest_id: _Optional[str] = ...) -> None: ...

class RecordFeedbackResponse(_message.Message):
    __slots__ = ("duplicate",)
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    duplicate: bool
    def __init__(self, duplicate: _Optional[bool] = ...) -> None: ...
