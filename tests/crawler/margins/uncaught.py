"""Changes of weights that no case catches, and why; the tests hold that there are no others."""

from __future__ import annotations

UNCAUGHT = {
    "judging.relevance.silent x 1.5": "where nothing speaks of cooperation the sum stays below zero already",
    "judging.relevance.with_others x 1.5": "nothing that speaks for relevance makes up for it as it is",
    "judging.language.vietnamese_one_in x 0.5": "a text with so few marks is Vietnamese to the classifier too",
    "judging.language.zawgyi x 0.5": "the detector is sure of every text: below 0.01 or above 0.99",
    "judging.language.zawgyi x 1.5": "the detector is sure of every text: below 0.01 or above 0.99",
    "judging.dates.day_ahead x 1.5": "days are whole: one and a half is one",
    "judging.locating.before x 1.5": "no word of place with the kind of a place behind it is longer",
    "judging.register.one_field x 0.5": "nothing that is less sure than it is weighed against it",
    "judging.relevance.one_subject x 0.5": "a headline that names both as one passes by half of it where nothing speaks against it",
    "judging.relevance.one_subject x 1.5": "what speaks against such a headline weighs more than all of it",
    "judging.relevance.headline_words x 0.5": "ten words more or less on the way to seventy weigh less than any other reason",
    "judging.names.unknown x 0.5": "it decides only in Thai, Lao, Khmer and Burmese, where a name is known whole or hardly at all",
    "judging.names.unknown x 1.5": "it decides only in Thai, Lao, Khmer and Burmese, where a name is known whole or hardly at all",
    "judging.bases.close x 0.5": "parties in the sentence make a general word a base, too",
    "judging.bases.close x 1.5": "parties in the sentence make a general word a base, too",
    "judging.register.in_story x 0.5": "names of one story that are so little alike differ in what they are for, and that parts them before",
}
