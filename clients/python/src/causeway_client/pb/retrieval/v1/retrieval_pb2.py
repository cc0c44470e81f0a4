"""Messages of proto/retrieval/v1/retrieval.proto; made by scripts/proto.sh, not by hand.

The module that protoc writes refuses a protobuf that is older than its compiler, and claims the names of its
messages for the whole process. This one loads the same description into a pool of its own.
"""

from google.protobuf import descriptor_pool, message_factory

POOL = descriptor_pool.DescriptorPool()
DESCRIPTOR = POOL.AddSerializedFile(
    b'\n/causeway_client/pb/retrieval/v1/retrieval.proto\x12\x15causeway.retrieval.v1"\x80\x02\n\rSearchRequest\x12\r\n\x05query\x18'
    b'\x01 \x01(\t\x12\t\n\x01k\x18\x02 \x01(\x05\x12\x0f\n\x07profile\x18\x03 \x01(\t\x123\n\x06filter\x18\x04 \x01(\x0b2#.causeway.retrieval.v1.SearchFilter\x122\n\tpage_hint\x18'
    b'\x05 \x01(\x0b2\x1f.causeway.retrieval.v1.PageHint\x12\x14\n\x0cinclude_text\x18\x06 \x01(\x08\x12 \n\x18include_sentence_vectors\x18\x07 \x01(\x08\x12\x0f\n\x07ex'
    b'plain\x18\x08 \x01(\x08\x12\x12\n\npage_token\x18\t \x01(\t"\x9c\x01\n\x0cSearchFilter\x12\x14\n\x0cdocument_ids\x18\x01 \x03(\t\x12\x12\n\nuri_prefix\x18\x02 \x01(\t\x12\x10\n\x08tags_a'
    b'ny\x18\x03 \x03(\t\x12\x10\n\x08tags_all\x18\x04 \x03(\t\x12\x10\n\x08language\x18\x05 \x01(\t\x12\x14\n\x0cupdated_from\x18\x06 \x01(\t\x12\x16\n\x0eupdated_before\x18\x07 \x01(\t"&\n\x08PageHi'
    b'nt\x12\x0b\n\x03url\x18\x01 \x01(\t\x12\r\n\x05title\x18\x02 \x01(\t"\xa3\x02\n\x0eSearchResponse\x120\n\x08passages\x18\x01 \x03(\x0b2\x1e.causeway.retrieval.v1.Passage\x12'
    b'\x14\n\x0cdegradations\x18\x02 \x03(\t\x125\n\x07timings\x18\x03 \x01(\x0b2$.causeway.retrieval.v1.SearchTimings\x12\x15\n\rindex_version\x18\x04 \x01(\t\x12'
    b'\x0f\n\x07profile\x18\x05 \x01(\t\x12\x18\n\x10content_revision\x18\x06 \x01(\x03\x12\x17\n\x0fnext_page_token\x18\x07 \x01(\t\x127\n\x0bexplanation\x18\x08 \x01(\x0b2".causeway.'
    b'retrieval.v1.Explanation"\xd9\x01\n\x0bExplanation\x122\n\x04plan\x18\x01 \x01(\x0b2$.causeway.retrieval.v1.ExplainedPlan\x125\n\x06stag'
    b'es\x18\x02 \x03(\x0b2%.causeway.retrieval.v1.ExplainedStage\x12=\n\ncandidates\x18\x03 \x03(\x0b2).causeway.retrieval.v1.Explaine'
    b'dCandidate\x12\x10\n\x08in_cache\x18\x04 \x01(\x08\x12\x0e\n\x06offset\x18\x05 \x01(\x05"\xfd\x01\n\rExplainedPlan\x12\r\n\x05level\x18\x01 \x01(\x05\x12\t\n\x01k\x18\x02 \x01(\x05\x12\x10\n\x08prefetch'
    b'\x18\x03 \x01(\x05\x12\x0e\n\x06fusion\x18\x04 \x01(\t\x12\x14\n\x0cdense_weight\x18\x05 \x01(\x01\x12\x10\n\x08language\x18\x06 \x01(\t\x12\x14\n\x0crerank_model\x18\x07 \x01(\t\x12\x14\n\x0crerank_depth'
    b'\x18\x08 \x01(\x05\x12\x18\n\x10rerank_budget_ms\x18\t \x01(\x01\x12\x14\n\x0cper_document\x18\n \x01(\x05\x12\x18\n\x10relevance_weight\x18\x0b \x01(\x01\x12\x12\n\nneighbours\x18\x0c \x01(\t'
    b'"L\n\x0eExplainedStage\x12\x0c\n\x04name\x18\x01 \x01(\t\x12\x0f\n\x07took_ms\x18\x02 \x01(\x01\x12\r\n\x05found\x18\x03 \x01(\x05\x12\x0c\n\x04note\x18\x04 \x01(\t"\xc4\x02\n\x12ExplainedCandidat'
    b'e\x12\x12\n\npassage_id\x18\x01 \x01(\t\x12\x13\n\x0bdocument_id\x18\x02 \x01(\t\x12\x0b\n\x03uri\x18\x03 \x01(\t\x12\r\n\x05title\x18\x04 \x01(\t\x12\x14\n\x0cheading_path\x18\x05 \x03(\t\x122\n\x06scor'
    b'es\x18\x06 \x01(\x0b2".causeway.retrieval.v1.StageScores\x12\x12\n\ndense_rank\x18\x07 \x01(\x05\x12\x11\n\tbm25_rank\x18\x08 \x01(\x05\x12\x12\n\nfused_rank\x18\t '
    b'\x01(\x05\x12\x13\n\x0brerank_rank\x18\n \x01(\x05\x12\r\n\x05boost\x18\x0b \x01(\x01\x12\r\n\x05score\x18\x0c \x01(\x01\x12\x0c\n\x04rank\x18\r \x01(\x05\x12\x0f\n\x07outcome\x18\x0e \x01(\t\x12\x12\n\nbecause_of\x18'
    b'\x0f \x01(\t"j\n\rSearchTimings\x12\x10\n\x08embed_ms\x18\x01 \x01(\x01\x12\x11\n\tsearch_ms\x18\x02 \x01(\x01\x12\x0f\n\x07fuse_ms\x18\x03 \x01(\x01\x12\x10\n\x08total_ms\x18\x04 \x01(\x01\x12\x11\n\tre'
    b'rank_ms\x18\x05 \x01(\x01"\xaf\x03\n\x07Passage\x12\x12\n\npassage_id\x18\x01 \x01(\t\x12\x13\n\x0bdocument_id\x18\x02 \x01(\t\x12\x0b\n\x03uri\x18\x03 \x01(\t\x12\r\n\x05title\x18\x04 \x01(\t\x12\x14\n\x0che'
    b'ading_path\x18\x05 \x03(\t\x12\x0c\n\x04text\x18\x06 \x01(\t\x12\r\n\x05score\x18\x07 \x01(\x01\x122\n\x06scores\x18\x08 \x01(\x0b2".causeway.retrieval.v1.StageScores\x12\r\n'
    b'\x05start\x18\t \x01(\x05\x12\x0b\n\x03end\x18\n \x01(\x05\x12\x12\n\nupdated_at\x18\x0b \x01(\t\x12\x0b\n\x03url\x18\x0c \x01(\t\x12\x0c\n\x04page\x18\r \x01(\x05\x12\x10\n\x08language\x18\x0e \x01(\t\x12\x0c\n\x04tags\x18\x0f'
    b' \x03(\t\x12\x0f\n\x07product\x18\x10 \x01(\t\x12\x0f\n\x07version\x18\x11 \x01(\t\x12@\n\x10sentence_vectors\x18\x14 \x01(\x0b2&.causeway.retrieval.v1.SentenceVec'
    b'tors\x12\x12\n\njoined_ids\x18\x15 \x03(\t\x12\x15\n\rneighbour_ids\x18\x16 \x03(\t"u\n\x0fSentenceVectors\x12\x10\n\x08embedder\x18\x01 \x01(\t\x12\x12\n\ndimensions\x18\x02'
    b' \x01(\x05\x12\x0e\n\x06starts\x18\x03 \x03(\x05\x12\x0c\n\x04ends\x18\x04 \x03(\x05\x12\x0e\n\x06values\x18\x05 \x01(\x0c\x12\x0e\n\x06scales\x18\x06 \x03(\x02"\x85\x01\n\x0bStageScores\x12\x12\n\x05dense\x18\x01 \x01(\x01H\x00\x88'
    b'\x01\x01\x12\x11\n\x04bm25\x18\x02 \x01(\x01H\x01\x88\x01\x01\x12\x12\n\x05fused\x18\x03 \x01(\x01H\x02\x88\x01\x01\x12\x13\n\x06rerank\x18\x04 \x01(\x01H\x03\x88\x01\x01B\x08\n\x06_denseB\x07\n\x05_bm25B\x08\n\x06_fusedB\t\n\x07_rera'
    b'nk")\n\x12GetPassagesRequest\x12\x13\n\x0bpassage_ids\x18\x01 \x03(\t"G\n\x13GetPassagesResponse\x120\n\x08passages\x18\x01 \x03(\x0b2\x1e.causeway.re'
    b'trieval.v1.Passage"\x11\n\x0fGetIndexRequest"\xf5\x01\n\x10GetIndexResponse\x12\x15\n\rindex_version\x18\x01 \x01(\t\x12\x18\n\x10content_revisio'
    b'n\x18\x02 \x01(\x03\x12\x19\n\x11accepted_revision\x18\x03 \x01(\x03\x12\x10\n\x08embedder\x18\x04 \x01(\t\x12\x10\n\x08passages\x18\x05 \x01(\x03\x128\n\tdocuments\x18\x06 \x01(\x0b2%.causeway'
    b'.retrieval.v1.DocumentCounts\x127\n\x08progress\x18\x07 \x01(\x0b2%.causeway.retrieval.v1.IngestProgress"S\n\x0eDocumentCou'
    b'nts\x12\x0f\n\x07pending\x18\x01 \x01(\x03\x12\x0f\n\x07indexed\x18\x02 \x01(\x03\x12\x0f\n\x07skipped\x18\x03 \x01(\x03\x12\x0e\n\x06failed\x18\x04 \x01(\x03"J\n\x0eIngestProgress\x12\r\n\x05phase\x18\x01 '
    b'\x01(\t\x12\x0c\n\x04done\x18\x02 \x01(\x03\x12\r\n\x05total\x18\x03 \x01(\x03\x12\x0c\n\x04rate\x18\x04 \x01(\x01"\xa6\x01\n\x15IndexDocumentsRequest\x127\n\x06source\x18\x01 \x01(\x0b2%.causeway.'
    b'retrieval.v1.DocumentSourceH\x00\x129\n\x08document\x18\x02 \x01(\x0b2%.causeway.retrieval.v1.DocumentHeaderH\x00\x12\x11\n\x07content\x18'
    b'\x03 \x01(\x0cH\x00B\x06\n\x04part"5\n\x0eDocumentSource\x12\x11\n\tsource_id\x18\x01 \x01(\t\x12\x10\n\x08complete\x18\x02 \x01(\x08"\xb5\x01\n\x0eDocumentHeader\x12\x0b\n\x03uri\x18\x01 \x01'
    b'(\t\x12\x14\n\x0ccontent_type\x18\x02 \x01(\t\x12\x0b\n\x03url\x18\x03 \x01(\t\x12\x0e\n\x06access\x18\x04 \x03(\t\x12\x12\n\nupdated_at\x18\x05 \x01(\t\x12\x0c\n\x04tags\x18\x06 \x03(\t\x12\x10\n\x08language\x18'
    b'\x07 \x01(\t\x12\x0f\n\x07product\x18\x08 \x01(\t\x12\x0f\n\x07version\x18\t \x01(\t\x12\r\n\x05title\x18\n \x01(\t"\x9b\x01\n\x16IndexDocumentsResponse\x12\x10\n\x08accepted\x18\x01 \x01(\x05\x12'
    b"\x11\n\tunchanged\x18\x02 \x01(\x05\x12\x0f\n\x07removed\x18\x03 \x01(\x05\x129\n\x08rejected\x18\x04 \x03(\x0b2'.causeway.retrieval.v1.RejectedDocument\x12\x10\n\x08re"
    b'vision\x18\x05 \x01(\x03"/\n\x10RejectedDocument\x12\x0b\n\x03uri\x18\x01 \x01(\t\x12\x0e\n\x06reason\x18\x02 \x01(\t"L\n\x14ListDocumentsRequest\x12\x11\n\tpage_size\x18\x01'
    b' \x01(\x05\x12\x12\n\npage_token\x18\x02 \x01(\t\x12\r\n\x05state\x18\x03 \x01(\t"d\n\x15ListDocumentsResponse\x122\n\tdocuments\x18\x01 \x03(\x0b2\x1f.causeway.retri'
    b'eval.v1.Document\x12\x17\n\x0fnext_page_token\x18\x02 \x01(\t")\n\x12GetDocumentRequest\x12\x13\n\x0bdocument_id\x18\x01 \x01(\t"H\n\x13GetDocumentR'
    b'esponse\x121\n\x08document\x18\x01 \x01(\x0b2\x1f.causeway.retrieval.v1.Document".\n\x16DeleteDocumentsRequest\x12\x14\n\x0cdocument_ids'
    b'\x18\x01 \x03(\t";\n\x17DeleteDocumentsResponse\x12\x0f\n\x07deleted\x18\x01 \x01(\x05\x12\x0f\n\x07missing\x18\x02 \x03(\t"-\n\x15RetryDocumentsRequest\x12\x14\n\x0cdocu'
    b'ment_ids\x18\x01 \x03(\t":\n\x16RetryDocumentsResponse\x12\x0f\n\x07retried\x18\x01 \x01(\x05\x12\x0f\n\x07missing\x18\x02 \x03(\t">\n\x17GetContentReportReques'
    b't\x12\x10\n\x08examples\x18\x01 \x01(\x05\x12\x11\n\tsource_id\x18\x02 \x01(\t"f\n\x18GetContentReportResponse\x12\x11\n\tdocuments\x18\x01 \x01(\x03\x127\n\x08findings\x18\x02 '
    b'\x03(\x0b2%.causeway.retrieval.v1.ContentFinding"f\n\x0eContentFinding\x12\x0c\n\x04kind\x18\x01 \x01(\t\x12\r\n\x05count\x18\x02 \x01(\x03\x127\n\x08example'
    b's\x18\x03 \x03(\x0b2%.causeway.retrieval.v1.ContentExample"\x99\x01\n\x0eContentExample\x12/\n\x02at\x18\x01 \x01(\x0b2#.causeway.retrieval.v'
    b'1.ContentPlace\x122\n\x05other\x18\x02 \x01(\x0b2#.causeway.retrieval.v1.ContentPlace\x12\x0e\n\x06detail\x18\x03 \x01(\t\x12\x12\n\nsimilarity\x18\x04 \x01'
    b'(\x01"Q\n\x0cContentPlace\x12\x13\n\x0bdocument_id\x18\x01 \x01(\t\x12\x0b\n\x03uri\x18\x02 \x01(\t\x12\x11\n\tsource_id\x18\x03 \x01(\t\x12\x0c\n\x04line\x18\x04 \x01(\t"\xf9\x03\n\x08Document\x12\x13'
    b'\n\x0bdocument_id\x18\x01 \x01(\t\x12\x0b\n\x03uri\x18\x02 \x01(\t\x12\r\n\x05title\x18\x03 \x01(\t\x12\x14\n\x0ccontent_type\x18\x04 \x01(\t\x12\r\n\x05state\x18\x05 \x01(\t\x12\x0e\n\x06reason\x18\x06 \x01(\t'
    b'\x12\x11\n\tretryable\x18\x07 \x01(\x08\x12\x10\n\x08attempts\x18\x08 \x01(\x05\x12\x10\n\x08passages\x18\t \x01(\x05\x12\x12\n\nsize_bytes\x18\n \x01(\x03\x12\x14\n\x0ccontent_hash\x18\x0b \x01(\t\x12\x0e\n'
    b'\x06access\x18\x0c \x03(\t\x12\x11\n\tsource_id\x18\r \x01(\t\x12\x14\n\x0clast_seen_at\x18\x0e \x01(\t\x12\x17\n\x0flast_changed_at\x18\x0f \x01(\t\x12\x0b\n\x03url\x18\x10 \x01(\t\x12\x0c\n\x04tags'
    b'\x18\x11 \x03(\t\x12\x10\n\x08language\x18\x12 \x01(\t\x12\x0f\n\x07product\x18\x13 \x01(\t\x12\x0f\n\x07version\x18\x14 \x01(\t\x12\x13\n\x0breason_code\x18\x15 \x01(\t\x12\x12\n\nupdated_at\x18\x16 \x01(\t\x12'
    b'\x17\n\x0fnext_attempt_at\x18\x19 \x01(\t\x12\x14\n\x0cduplicate_of\x18\x1a \x01(\t\x12\x19\n\x11near_duplicate_of\x18\x1b \x01(\t\x12\x12\n\nsimilarity\x18\x1c \x01(\x01"\x17\n\x15Cre'
    b'ateSnapshotRequest"J\n\x16CreateSnapshotResponse\x12\x0f\n\x07content\x18\x01 \x01(\x0c\x12\x10\n\x08passages\x18\x02 \x01(\x03\x12\r\n\x05total\x18\x03 \x01(\x03"(\n\x15Ve'
    b'rifySnapshotRequest\x12\x0f\n\x07content\x18\x01 \x01(\x0c"\xd8\x01\n\x16VerifySnapshotResponse\x12\x0f\n\x07matches\x18\x01 \x01(\x08\x12\x0c\n\x04root\x18\x02 \x01(\t\x12\x10\n\x08pa'
    b'ssages\x18\x03 \x01(\x03\x12\x0e\n\x06served\x18\x04 \x01(\x03\x12\x0f\n\x07missing\x18\x05 \x01(\x03\x12\r\n\x05extra\x18\x06 \x01(\x03\x12\x0f\n\x07changed\x18\x07 \x01(\x03\x12\x0f\n\x07vectors\x18\x08 \x01(\x03\x12;\n\x08ex'
    b'amples\x18\t \x03(\x0b2).causeway.retrieval.v1.SnapshotDifference"I\n\x12SnapshotDifference\x12\x12\n\npassage_id\x18\x01 \x01(\t\x12\x0b\n'
    b'\x03uri\x18\x02 \x01(\t\x12\x12\n\ndifference\x18\x03 \x01(\t")\n\x16RestoreSnapshotRequest\x12\x0f\n\x07content\x18\x01 \x01(\x0c"^\n\x17RestoreSnapshotResponse'
    b'\x12\x10\n\x08revision\x18\x01 \x01(\x03\x12\x10\n\x08passages\x18\x02 \x01(\x03\x12\x11\n\tdocuments\x18\x03 \x01(\x03\x12\x0c\n\x04root\x18\x04 \x01(\t2\x94\n\n\tRetrieval\x12U\n\x06Search\x12$.caus'
    b'eway.retrieval.v1.SearchRequest\x1a%.causeway.retrieval.v1.SearchResponse\x12d\n\x0bGetPassages\x12).causeway.ret'
    b'rieval.v1.GetPassagesRequest\x1a*.causeway.retrieval.v1.GetPassagesResponse\x12[\n\x08GetIndex\x12&.causeway.retr'
    b"ieval.v1.GetIndexRequest\x1a'.causeway.retrieval.v1.GetIndexResponse\x12o\n\x0eIndexDocuments\x12,.causeway.retri"
    b'eval.v1.IndexDocumentsRequest\x1a-.causeway.retrieval.v1.IndexDocumentsResponse(\x01\x12j\n\rListDocuments\x12+.ca'
    b'useway.retrieval.v1.ListDocumentsRequest\x1a,.causeway.retrieval.v1.ListDocumentsResponse\x12d\n\x0bGetDocumen'
    b't\x12).causeway.retrieval.v1.GetDocumentRequest\x1a*.causeway.retrieval.v1.GetDocumentResponse\x12p\n\x0fDeleteDo'
    b'cuments\x12-.causeway.retrieval.v1.DeleteDocumentsRequest\x1a..causeway.retrieval.v1.DeleteDocumentsRespon'
    b'se\x12m\n\x0eRetryDocuments\x12,.causeway.retrieval.v1.RetryDocumentsRequest\x1a-.causeway.retrieval.v1.RetryDocu'
    b'mentsResponse\x12s\n\x10GetContentReport\x12..causeway.retrieval.v1.GetContentReportRequest\x1a/.causeway.retriev'
    b'al.v1.GetContentReportResponse\x12o\n\x0eCreateSnapshot\x12,.causeway.retrieval.v1.CreateSnapshotRequest\x1a-.cau'
    b'seway.retrieval.v1.CreateSnapshotResponse0\x01\x12o\n\x0eVerifySnapshot\x12,.causeway.retrieval.v1.VerifySnapshot'
    b'Request\x1a-.causeway.retrieval.v1.VerifySnapshotResponse(\x01\x12r\n\x0fRestoreSnapshot\x12-.causeway.retrieval.v1.'
    b'RestoreSnapshotRequest\x1a..causeway.retrieval.v1.RestoreSnapshotResponse(\x01b\x06proto3'
)

SearchRequest = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["SearchRequest"])
SearchFilter = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["SearchFilter"])
PageHint = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["PageHint"])
SearchResponse = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["SearchResponse"])
Explanation = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["Explanation"])
ExplainedPlan = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["ExplainedPlan"])
ExplainedStage = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["ExplainedStage"])
ExplainedCandidate = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["ExplainedCandidate"])
SearchTimings = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["SearchTimings"])
Passage = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["Passage"])
SentenceVectors = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["SentenceVectors"])
StageScores = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["StageScores"])
GetPassagesRequest = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["GetPassagesRequest"])
GetPassagesResponse = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["GetPassagesResponse"])
GetIndexRequest = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["GetIndexRequest"])
GetIndexResponse = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["GetIndexResponse"])
DocumentCounts = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["DocumentCounts"])
IngestProgress = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["IngestProgress"])
IndexDocumentsRequest = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["IndexDocumentsRequest"])
DocumentSource = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["DocumentSource"])
DocumentHeader = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["DocumentHeader"])
IndexDocumentsResponse = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["IndexDocumentsResponse"])
RejectedDocument = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["RejectedDocument"])
ListDocumentsRequest = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["ListDocumentsRequest"])
ListDocumentsResponse = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["ListDocumentsResponse"])
GetDocumentRequest = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["GetDocumentRequest"])
GetDocumentResponse = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["GetDocumentResponse"])
DeleteDocumentsRequest = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["DeleteDocumentsRequest"])
DeleteDocumentsResponse = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["DeleteDocumentsResponse"])
RetryDocumentsRequest = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["RetryDocumentsRequest"])
RetryDocumentsResponse = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["RetryDocumentsResponse"])
GetContentReportRequest = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["GetContentReportRequest"])
GetContentReportResponse = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["GetContentReportResponse"])
ContentFinding = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["ContentFinding"])
ContentExample = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["ContentExample"])
ContentPlace = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["ContentPlace"])
Document = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["Document"])
CreateSnapshotRequest = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["CreateSnapshotRequest"])
CreateSnapshotResponse = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["CreateSnapshotResponse"])
VerifySnapshotRequest = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["VerifySnapshotRequest"])
VerifySnapshotResponse = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["VerifySnapshotResponse"])
SnapshotDifference = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["SnapshotDifference"])
RestoreSnapshotRequest = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["RestoreSnapshotRequest"])
RestoreSnapshotResponse = message_factory.GetMessageClass(DESCRIPTOR.message_types_by_name["RestoreSnapshotResponse"])
