-- The vectors of passages' sentences, by what the passages say.

CREATE TABLE sentence_vectors (
    embedder  text  NOT NULL,
    text_hash bytea NOT NULL,  -- SHA-256 of what is embedded of the passage
    sentences bytea NOT NULL,  -- see sentence_vectors.SentenceVectors.to_bytes
    PRIMARY KEY (embedder, text_hash)
);
