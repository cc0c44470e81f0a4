-- What is said about a document, by its source or by itself, and where in it a passage stands.

ALTER TABLE documents ADD COLUMN given TEXT NOT NULL DEFAULT '{}';  -- JSON: title, tags, language, product, version of the header
ALTER TABLE documents ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';   -- JSON array, sorted; the source's and its own, once read
ALTER TABLE documents ADD COLUMN language TEXT NOT NULL DEFAULT ''; -- ISO 639-1, once read
ALTER TABLE documents ADD COLUMN product TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN version TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN own_url TEXT NOT NULL DEFAULT '';  -- address that the document names, where its source names none
ALTER TABLE documents ADD COLUMN own_updated_at TEXT NOT NULL DEFAULT ''; -- likewise, RFC 3339 in UTC
ALTER TABLE documents ADD COLUMN read_access TEXT NOT NULL DEFAULT '[]';  -- JSON array: the tags it was last read under
ALTER TABLE documents ADD COLUMN reason_code TEXT NOT NULL DEFAULT '';    -- the reason as one word

ALTER TABLE passages ADD COLUMN page INTEGER NOT NULL DEFAULT 0;    -- from 1, where the source has pages or slides
ALTER TABLE passages ADD COLUMN language TEXT NOT NULL DEFAULT '';  -- ISO 639-1
-- JSON array: the tags it was read under. A passage is shown to those who meet these and the document's present ones.
ALTER TABLE passages ADD COLUMN access TEXT NOT NULL DEFAULT '[]';
