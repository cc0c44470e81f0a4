"""How much each measure counts when the fit of an answer is judged.

Made by `python -m evals.fit_answers` from development halves only: two logistic models. The first tells
3,093 questions of SQuAD 2.0 with an answer from near misses. The second adds questions about three sets of
documentation, what they do not answer, and the out-of-scope questions of CLINC150; a question about documents
counts 13 times one of SQuAD's. On the held-out half of SQuAD 2.0 the fit tells the two apart with AUC .757.
"""

from __future__ import annotations

from collections.abc import Mapping

CLOSE_FOUND: Mapping[str, float] = {"passage_cosine": 2.453}
"""Of the closeness, by the names of `sentence_features.FEATURES`."""

CLOSE_ALIGNED: Mapping[str, float] = {
    "unmatched_name": -0.469,
    "unmatched_number": -1.632,
    "unmatched_likeness": 0.528,
    "unmatched_share": 0.768,
    "function_words": 1.569,
    "opposites": -1.515,
    "other_ordinal": -1.143,
    "negated": -0.923,
    "only_question_negated": -2.06,
}
"""Of the closeness, by the names of `alignment.FEATURES`."""

CLOSE_BIAS = -2.411

ANSWER: Mapping[str, float] = {
    "cosine": 0.419,
    "names": 0.5,
    "no_fact": -0.735,
    "defines": 2.245,
    "relevance": 2.505,
    "closeness": 0.868,
}
"""Of the whole answer: features of its best sentence, the relevance of its passages, and the closeness."""

ANSWER_BIAS = -2.032
