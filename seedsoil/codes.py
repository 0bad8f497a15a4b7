"""What the codes of problems mean: what is wrong, and a message as the check prints it, with its mend.

A code is stable: it is the title of an annotation on a pull request, and can be searched for. The page "What the check
says" is made from this, and a test brings about each example.
"""

from __future__ import annotations

from typing import NamedTuple


class Explained(NamedTuple):
    """What a code says is wrong, and a message that has it."""

    why: str
    example: str


PARTS: dict[str, dict[str, Explained]] = {
    "Any table": {
        "missing-file": Explained(
            "A table that the data package names has no file.",
            "data/derived/transbig_cohort.csv: found no file, expected table transbig_cohort; derive the table "
            "again: ./book derive transbig_cohort [missing-file]",
        ),
        "broken-package": Explained(
            "The data package, which describes the tables, is not JSON.",
            "data/datapackage.json:1:2: found Expecting property name enclosed in double quotes, expected JSON; "
            "mend the line [broken-package]",
        ),
        "unknown-table": Explained(
            "A table is asked for that the data package does not name.",
            "data/datapackage.json: found no table 'proportion', expected one of absence_searches, cells_search, "
            "effects, findings, living_integrity, living_sentences, proportions, questions, references_read, "
            "sides_searched, theses, "
            "thesis_tests, transbig_cohort, vocabulary; did you mean proportions? [unknown-table]",
        ),
        "unknown-row": Explained(
            "A chapter asks a table for rows that it does not have.",
            "data/datapackage.json: found no row with the id 'cole-postive', expected one of the table proportions; "
            "did you mean cole-positive? [unknown-row]",
        ),
        "byte-order-mark": Explained(
            "The file begins with a mark that some editors add and nobody sees.",
            "data/references_read.csv:1: found a byte order mark, expected UTF-8 without one; save the file as "
            '"UTF-8" [byte-order-mark]',
        ),
        "carriage-return": Explained(
            "Lines end as they do on Windows, so that every line looks changed.",
            "data/references_read.csv:1: found a carriage return, expected lines that end in LF alone; save the "
            "file with Unix line ends [carriage-return]",
        ),
        "open-last-line": Explained(
            "The last line has no end, so that the next row would be glued to it.",
            "data/references_read.csv:4: found a last line without an end, expected a line feed; add a line "
            "end, so that rows can follow [open-last-line]",
        ),
        "not-utf-8": Explained(
            "The file holds bytes that are no UTF-8 text.",
            "data/references.bib:11: found the bytes b'\\xf6', expected UTF-8; save the file as UTF-8 [not-utf-8]",
        ),
        "wrong-separator": Explained(
            "Cells are parted by tabs or semicolons.",
            "data/tables/proportions.csv:1: found columns separated by semicolons, expected commas; save the "
            "file as CSV separated by commas [wrong-separator]",
        ),
        "broken-row": Explained(
            "A row cannot be read as comma-separated cells, mostly for an open quotation mark.",
            "data/findings.csv:2: found a broken row (unexpected end of data), expected comma-separated cells; "
            "close the quotation mark, or double one inside a quoted cell [broken-row]",
        ),
        "missing-column": Explained(
            "A column that the data package describes is not in the file.",
            "data/tables/proportions.csv:1:study: found no such column, expected the columns "
            "id,ref,study,population,what,patients,percent,read_at; add the column [missing-column]",
        ),
        "unknown-column": Explained(
            "A column is in the file that the data package does not describe.",
            "data/tables/proportions.csv:1:trial: found an unknown column, expected the columns "
            "id,ref,study,population,what,patients,percent,read_at; remove or rename it [unknown-column]",
        ),
        "repeated-column": Explained(
            "Two columns have one name.",
            "data/tables/proportions.csv:1:population: found 2 such columns, expected the columns "
            "id,ref,study,population,what,patients,percent,read_at; remove one [repeated-column]",
        ),
        "column-order": Explained(
            "The columns are in another order than in the data package.",
            "data/tables/proportions.csv:1: found the order "
            "ref,id,study,population,what,patients,percent,read_at, expected the columns "
            "id,ref,study,population,what,patients,percent,read_at; reorder the columns [column-order]",
        ),
        "no-rows": Explained(
            "A computed table has a header and nothing below it.",
            "data/derived/transbig_cohort.csv: found no row below the header, expected at least one; derive the "
            "table again: ./book derive transbig_cohort [no-rows]",
        ),
        "empty-row": Explained(
            "A row has nothing in it.",
            "data/tables/proportions.csv:3: found an empty row, expected 8 cells; remove the row [empty-row]",
        ),
        "cell-count": Explained(
            "A row has more or fewer cells than the header.",
            "data/tables/proportions.csv:2: found 9 cells, expected 8; add the missing cells, or quote a cell "
            "that contains a comma [cell-count]",
        ),
        "empty-cell": Explained(
            "A cell that must hold a value is empty.",
            "data/tables/proportions.csv:2:population: found an empty cell, expected a value; fill it in [empty-cell]",
        ),
        "wrong-type": Explained(
            "A cell is no number, whole number or date where the column holds such.",
            "data/effects.csv:2:estimate: found '1,46', expected a number; write a decimal point: 1.46 [wrong-type]",
        ),
        "not-allowed": Explained(
            "A cell holds a word that is none of those the column allows.",
            "data/tables/proportions.csv:2:read_at: found 'abstrct', expected one of abstract, full text, "
            "table, summary, unverified; did you mean abstract? [not-allowed]",
        ),
        "out-of-range": Explained(
            "A number is too small or too large, or a text is not of the form that the column asks for.",
            "data/tables/proportions.csv:2:percent: found '306', expected at most 100; correct the cell [out-of-range]",
        ),
        "against-constraint": Explained(
            "Numbers of one row contradict each other: an interval is reversed or does not hold its estimate, a part "
            "is larger than the whole, a time ends before it begins.",
            "data/derived/transbig_cohort.csv:2:events,patients: found events 70, patients 64, expected events <= "
            "patients; derive the table again: ./book derive transbig_cohort [against-constraint]",
        ),
        "long-text": Explained(
            "A text is longer than its column allows.",
            "data/findings.csv:2:finding: found 'Without it cells wakeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee'… "
            "(261 characters), expected a length of at most 240; shorten it from 261 [long-text]",
        ),
        "outer-space": Explained(
            "A text begins or ends with a space, so that it is not the same as without.",
            "data/findings.csv:2:finding: found ' Without it cells wake', expected no space at either end; "
            "remove it [outer-space]",
        ),
        "unseen-character": Explained(
            "A text holds a character that nobody sees, or that turns the direction of writing.",
            "data/findings.csv:2:finding: found the character U+200B (zero width space) in 'Without it\\u200b "
            "cells wake', expected text that can be seen; remove it [unseen-character]",
        ),
        "other-alphabet": Explained(
            "A letter or digit looks like another and is not it, so that no search finds the word.",
            "data/findings.csv:2:finding: found the character U+0435 (cyrillic small letter ie) in 'Without it "
            "c\u0435lls wake', expected Latin or Greek letters and the digits 0 to 9; write it in Latin letters "
            "[other-alphabet]",
        ),
        "broken-letters": Explained(
            "UTF-8 was read as if each byte were a letter.",
            "data/findings.csv:2:finding: found 'Ã©' in 'Without it cÃ©lls wake', expected the letter that these signs "
            "were made from; save the file as UTF-8 and type it again [broken-letters]",
        ),
        "parted-accent": Explained(
            "An accent stands behind its letter as a character of its own, so that the word is not the same as others.",
            "data/findings.csv:2:finding: found 'e\u0301' in 'Without it ce\u0301lls wake', expected a letter together "
            "with its accent (NFC); type the letter again [parted-accent]",
        ),
        "spreadsheet-formula": Explained(
            "A spreadsheet that opens the table would run the cell.",
            "data/findings.csv:2:finding: found '=1+1', expected text that no spreadsheet runs as a formula; "
            "begin the cell with a letter or a digit [spreadsheet-formula]",
        ),
        "html-markup": Explained(
            "A browser would take a part of the text for HTML.",
            "data/findings.csv:2:finding: found 'Without it cells <b>wake</b>', expected text without HTML; "
            "remove the tag; before a number, < may stay [html-markup]",
        ),
        "repeated-key": Explained(
            "Two rows have the key that tells rows apart.",
            "data/tables/proportions.csv:3:id: found the key cole-positive of line 2, expected a new key; "
            "remove or correct one of the two [repeated-key]",
        ),
        "future-date": Explained(
            "A date is one that no place on earth has reached.",
            "data/references_read.csv:2:verified_on: found 2126-01-02, a day to come, expected at most "
            "2026-11-22; correct the date [future-date]",
        ),
        "unknown-name": Explained(
            "A key or an id names nothing in the table that it points to.",
            "data/findings.csv:2:ref: found 'ames2010marow', expected a key of data/references.bib; did you "
            "mean ames2010marrow? [unknown-name]",
        ),
        "unverified-without-note": Explained(
            "A row says that it was not read at its source, and does not say why.",
            "data/findings.csv:2:note: found an unverified row without a note, expected the reason; say what "
            "could not be checked [unverified-without-note]",
        ),
    },
    "Findings and vocabulary": {
        "unknown-term": Explained(
            "A cell names something that is no term of the vocabulary, or a term of another kind.",
            "data/findings.csv:2:source: found 'osteoblasts', expected a term of kind cell in "
            "data/vocabulary.csv; did you mean osteoblast? A new term goes to data/vocabulary.csv "
            "[unknown-term]",
        ),
        "repeated-term": Explained(
            "A cell names one term twice.",
            "data/findings.csv:2:factor: found 'TGFB2' 2 times, expected each term once; remove the others "
            "[repeated-term]",
        ),
        "id-of-two-rows": Explained(
            "A finding and an effect have one id, and prose binds to rows by id alone.",
            "data/findings.csv:2:id: found 'ames-tgfb2', the id of line 2 of data/effects.csv, expected an id "
            "of its own; rename one of the two [id-of-two-rows]",
        ),
        "value-not-read": Explained(
            "A cell holds a value, and the note beside it says that what was read does not tell it.",
            "data/findings.csv:2:species: found 'mouse' beside the note 'species not in the abstract', expected "
            "a value that was read; write not stated, or correct the note [value-not-read]",
        ),
        "experiment-entered-twice": Explained(
            "Two rows tell one experiment: the same work, subject and outcome.",
            "data/findings.csv:3:id: found the subject and outcome of 'ames-tgfb2' (line 2) in another row, "
            "expected one row for each experiment; merge the two, and keep the withdrawn id in "
            "data/former_ids.csv; or say in the columns what differs [experiment-entered-twice]",
        ),
        "group-of-two-names": Explained(
            "One laboratory stands under two names, so that it would count as two voices.",
            "data/findings.csv:2:group: found 'Ames A' beside 'Ames AB', expected one name for a group; write one "
            "of the two in every row, or more of the first name if they are two people [group-of-two-names]",
        ),
        "half-relation": Explained(
            "A row names a relation without a finding, or a finding without a relation.",
            "data/findings.csv:2:related_to: found 'contradicts' without a finding, expected the id of a "
            "finding; fill it in, or remove the relation [half-relation]",
        ),
        "related-to-itself": Explained(
            "A row is related to itself.",
            "data/findings.csv:2:related_to: found the row itself, expected the id of another finding; correct "
            "it [related-to-itself]",
        ),
        "one-sided-contradiction": Explained(
            "A row contradicts another that does not say so in turn.",
            "data/findings.csv:2:related_to: found 'boyd-tgfb2', whose row does not say that it contradicts "
            "this one, expected contradictions told in both rows; add contradicts and ames-tgfb2 to line 3 "
            "[one-sided-contradiction]",
        ),
        "knockout-without-genetic": Explained(
            "A gene is knocked out in the host, and the animal is not called a genetic model.",
            "data/findings.csv:2:model: found 'in vitro' with a knockout in the osteoblast of mice, expected genetic "
            "among the models; add genetic, or correct what was done to the factor [knockout-without-genetic]",
        ),
        "human-data-without-patients": Explained(
            "A row has human data, and neither people among its species nor patients among its models.",
            "data/findings.csv:2:model: found 'genetic' in a row with human data, expected patients among them; add "
            "patients, or write no for the human data [human-data-without-patients]",
        ),
        "spread-at-the-primary": Explained(
            "A tumor where it arose or was implanted has a stage that only spread has.",
            "data/findings.csv:2:stage: found 'arrival' of a growing tumor, expected a stage of the primary; write "
            "primary, or correct the organ or the outcome [spread-at-the-primary]",
        ),
        "target-not-told": Explained(
            "Something was seen to go with the survival of patients, and the row says on what it acts.",
            "data/findings.csv:2:target: found 'tumor cell', which the finding does not name, in an association with "
            "survival of patients, expected a target that was read; write -, or say in the finding what was seen of it "
            "[target-not-told]",
        ),
        "replication-against": Explained(
            "A row that replicates another points the other way.",
            "data/findings.csv:3:relation: found promotes in a replication of 'ames-tgfb2', which says restrains,"
            " expected the same direction; write contradicts in both rows, or correct what was done and what came"
            " of it [replication-against]",
        ),
        "name-of-two-terms": Explained(
            "A label or synonym is a name of two terms, so that no search can tell which is meant.",
            "data/vocabulary.csv:3:label: found 'Tumor cell', also a name of 'tumor cell', expected a name of one"
            " term; leave it with one of the two [name-of-two-terms]",
        ),
        "identifier-of-another-kind": Explained(
            "Cells have identifiers of the Cell Ontology, organs of Uberon, factors of the HGNC or FamPlex.",
            "data/vocabulary.csv:3:ontology_id: found 'UBERON:0000062' for a cell, expected CL:…; look it up "
            "again [identifier-of-another-kind]",
        ),
        "identifier-of-two-terms": Explained(
            "Two terms have one identifier.",
            "data/vocabulary.csv:4:ontology_id: found 'CL:0000062', also of 'osteoblast', expected one term; look"
            " both up again [identifier-of-two-terms]",
        ),
        "term-in-other-case": Explained(
            "Two terms of a kind differ in capital letters alone.",
            "data/vocabulary.csv:4:term: found 'tumor cell', the term of line 3 in other case, expected each "
            "term once; remove or correct one of the two [term-in-other-case]",
        ),
        "undefined-term": Explained(
            "A term that a reader must know has no definition.",
            "data/vocabulary.csv:3:definition: found the cell 'osteoblast' without a definition, expected a "
            "definition in our words; fill it in [undefined-term]",
        ),
        "no-double-agent": Explained(
            "A term is called a double agent that cannot be one, for it does not act.",
            "data/vocabulary.csv:5:double_agent: found the organ 'bone marrow' as a double agent, expected a "
            "cell or factor; write no [no-double-agent]",
        ),
        "one-sided-double-agent": Explained(
            "A double agent has no finding of one of the two sides that counts.",
            "data/vocabulary.csv:2:double_agent: found the double agent 'TGFB2' without a finding that it "
            "promotes spread, expected one each way at least; add the finding, or write no; unverified rows, "
            "retracted references and outcomes other than metastasis, dissemination, outgrowth and dormancy do "
            "not count [one-sided-double-agent]",
        ),
    },
    "Theses and questions": {
        "rule-of-a-test": Explained(
            "A test of a thesis has no rule that can be read and come out either way, or lacks what its kind measures.",
            "data/thesis_tests.csv:2:holds: found 'over 1', expected above or below a bound, within or outside two, "
            "as above 50% or within 0.80 to 1.25; or never; write it in one of these forms [rule-of-a-test]",
        ),
        "unknown-result": Explained(
            "A test of a thesis rests on a result that its page does not bind, or binds under a name that only running "
            "the page would tell.",
            "data/thesis_tests.csv:2:result: found 'shares', expected a name that a cell of chapters/sleep.md binds; "
            "did you mean share? [unknown-result]",
        ),
        "one-sided-question": Explained(
            "A question has no result that would speak for its claim, or none that would speak against it.",
            "data/questions.csv:2:refutes: found no result that refutes the claim, expected one beside that which "
            "supports it; say what the deciding study would have to find; what cannot come out otherwise is no "
            "question [one-sided-question]",
        ),
        "closed-without-row": Explained(
            "A question is closed and names no row that decided it, or is open and names one.",
            "data/questions.csv:2:closed_by: found a closed question without a row, expected rows where it is closed "
            "alone; name the finding or effect that decided it in closed_by, or open the question again "
            "[closed-without-row]",
        ),
        "row-on-both-sides": Explained(
            "A question counts one row for its claim and against it.",
            "data/questions.csv:2:rows_against: found 'ames-tgfb2', which is also in rows_for, expected each row on "
            "one side; take it out on one side [row-on-both-sides]",
        ),
    },
    "Effects": {
        "half-interval": Explained(
            "An interval has one end.",
            "data/effects.csv:2:ci_high: found one end of an interval, expected both ends or none; fill in the "
            "other end [half-interval]",
        ),
        "interval-without-level": Explained(
            "An interval does not say its level.",
            "data/effects.csv:2:ci_level: found an interval without its level, expected a level in percent, as "
            "95; fill it in [interval-without-level]",
        ),
        "level-without-interval": Explained(
            "A level stands beside no interval.",
            "data/effects.csv:2:ci_level: found a level without an interval, expected an interval; fill it in, "
            "or remove the level [level-without-interval]",
        ),
        "reversed-interval": Explained(
            "The lower end of an interval is above the upper.",
            "data/effects.csv:2:ci_low: found the reversed interval 1.9 to 1.12, expected the lower end first; "
            "exchange the two [reversed-interval]",
        ),
        "estimate-outside": Explained(
            "An estimate lies outside its interval.",
            "data/effects.csv:2:estimate: found 2.46 outside its interval 1.12 to 1.9, expected ci_low ≤ "
            "estimate ≤ ci_high; correct it from the source [estimate-outside]",
        ),
        "p-against-interval": Explained(
            "The printed P and the interval give different z, by more than rounding allows.",
            "data/effects.csv:2:p: found P 0.5 beside an interval that gives 0.005, expected a P that fits the "
            "interval, or a note with a word on P; look at the source again; if it is printed so, say in the "
            "note that P does not fit [p-against-interval]",
        ),
        "no-exact-p": Explained(
            "A standard error is said to come from P where P is not exact, or an interval was printed.",
            "data/effects.csv:2:se_from: found p beside an interval or without an exact P, expected an exact P "
            "and no interval; empty the cell [no-exact-p]",
        ),
        "same-ratio": Explained(
            "Two rows have the same ratio and interval, as after a slip between rows.",
            "data/effects.csv:3:estimate: found the ratio and interval of line 2, expected numbers of its own, "
            "or a note with the words same ratio; look at both sources again [same-ratio]",
        ),
        "study-of-two-works": Explained(
            "Two works go by one name of study for one endpoint, so that patients might be counted twice.",
            "data/effects.csv:3:study: found 'Cole', also the study of another reference in line 2, expected a "
            "name of its own, or a shared overlap group; name the study so that the two are told apart "
            "[study-of-two-works]",
        ),
        "n-of-the-whole": Explained(
            "The number of patients is that of a whole trial or review, and not of the ratio.",
            "data/effects.csv:2:n: found 350 with the note 'n is that of the whole trial', expected the "
            "patients in this ratio, or nothing; move the number to n_whole [n-of-the-whole]",
        ),
        "half-site": Explained(
            "A site of metastasis is compared with, and the other is not named.",
            "data/effects.csv:2:site: found no site beside a site that it is compared with, expected both; fill "
            "it in [half-site]",
        ),
        "skew-interval": Explained(
            "The two arms of an interval differ on the log scale, as they do where a digit was mistyped.",
            "data/effects.csv:2:ci_low,ci_high: found an interval that reaches 0.69 up and 0.27 down on the log "
            "scale, expected arms within 12% of each other, or a note; correct it from the source, or say in "
            "the note that it is printed so [skew-interval]",
        ),
        "interval-of-no-width": Explained(
            "Both ends of an interval are one number.",
            "data/effects.csv:2:ci_low,ci_high: found an interval of no width at 1.46, expected two ends that "
            "differ; correct it from the source, or empty the interval and say in the note what is printed "
            "[interval-of-no-width]",
        ),
        "own-comparator": Explained(
            "An intervention is compared with itself.",
            "data/effects.csv:3:comparator: found 'cells in marrow', the intervention itself, expected what it "
            "was compared with; correct one of the two [own-comparator]",
        ),
    },
    "References": {
        "merge-conflict": Explained(
            "Two branches changed the bibliography at one place, and Git left both.",
            "data/references.bib:10: found the mark of a merge conflict, expected entries; run ./book cite "
            "format, which keeps the entries of both sides [merge-conflict]",
        ),
        "broken-bibtex": Explained(
            "The bibliography cannot be read, mostly for a brace too few or too many.",
            "data/references.bib:10: found broken BibTeX (syntax error in line 19: '}' expected), expected an "
            "entry with balanced braces; close the braces, and write every value in braces [broken-bibtex]",
        ),
        "repeated-entry": Explained(
            "Two entries have one key.",
            "data/references.bib:10:ames2010marrow: found a second entry with the key ames2010marrow (the first "
            "is on line 1), expected each key once; merge the two or rename one [repeated-entry]",
        ),
        "work-entered-twice": Explained(
            "Two entries are one work, by DOI, PMID, or title and first author.",
            "data/references.bib:10:boyd2011marrow: found the PMID 101 of ames2010marrow again, expected each "
            "work once; keep one entry [work-entered-twice]",
        ),
        "entry-type": Explained(
            "An entry is of a type that the book does not print.",
            "data/references.bib:10:boyd2011marrow: found the type @blog, expected one of @article, @book, "
            "@incollection, @inproceedings, @techreport, @phdthesis, @mastersthesis, @dataset; change the type "
            "[entry-type]",
        ),
        "broken-names": Explained(
            "What stands for the authors is no list of names to BibTeX, which would print one and lose the others.",
            "data/references.bib:10:boyd2011marrow: found the sign ; in the name 'Boyd, B.; Cole, C.' in the author, "
            "expected a list of names; write names as `Surname, Given and Surname, Given`, and a group in braces "
            "[broken-names]",
        ),
        "unprintable-latex": Explained(
            "A field has LaTeX that no page can show as text.",
            "data/references.bib:10:boyd2011marrow: found the LaTeX command \\bone in the title, expected LaTeX that "
            "has a form as text; write what a reader should see, in Unicode [unprintable-latex]",
        ),
        "malformed-address": Explained(
            "An address is none that a page may link to.",
            "data/references.bib:10:boyd2011marrow: found the address 'ftp://boyd', expected one that begins with "
            "https://; correct it [malformed-address]",
        ),
        "missing-field": Explained(
            "An entry lacks a field that every entry of its type has.",
            "data/references.bib:10:boyd2011marrow: found no pmid, expected one; add `pmid = {…},` as read at "
            "the source [missing-field]",
        ),
        "malformed-year": Explained(
            "A year is not of four digits.",
            "data/references.bib:10:boyd2011marrow: found the year '11', expected four digits; correct it "
            "[malformed-year]",
        ),
        "malformed-doi": Explained(
            "A DOI is not bare, or is none.",
            "data/references.bib:10:boyd2011marrow: found the DOI 'doi.org/10.1000/boyd2011marrow', expected "
            "one as 10.1038/ncb2861; write it bare, or none or unread [malformed-doi]",
        ),
        "malformed-pmid": Explained(
            "A PMID is not of digits.",
            "data/references.bib:10:boyd2011marrow: found the PMID 'PMC102', expected digits; write digits, or "
            "none or unread [malformed-pmid]",
        ),
        "unknown-status": Explained(
            "A status is none that the book knows.",
            "data/references.bib:10:boyd2011marrow: found the status 'withdrawn', expected retracted; correct "
            "it, or remove the field [unknown-status]",
        ),
        "unread-reference": Explained(
            "No row says where a reference was read.",
            "data/references.bib:19: found the reference cole2012women, which nobody read, expected a row for "
            "it in data/references_read.csv; add the row, or remove the reference [unread-reference]",
        ),
        "half-notice": Explained(
            "A correction has a day and no words, or a retracted work no notice.",
            "data/references_read.csv:2:correction: found a day without its notice, expected the notice; say "
            "what was corrected [half-notice]",
        ),
        "unmarked-retraction": Explained(
            "A retraction was read, and the bibliography does not mark it.",
            "data/references_read.csv:2:correction: found the retraction of ames2010marrow, which "
            "data/references.bib does not mark, expected both to say so; add status = {retracted} to the entry "
            "in data/references.bib [unmarked-retraction]",
        ),
    },
    "Pages": {
        "broken-contents": Explained(
            "The table of contents is not YAML, mostly after a merge.",
            "_toc.yml:3: found could not find expected ':', expected a table of contents in YAML; look for marks of a "
            "merge conflict, and at the indentation [broken-contents]",
        ),
        "missing-page": Explained(
            "The table of contents names a page that has no file.",
            "_toc.yml:4: found chapters/slepe, which no file bears, expected the name of a page; did you mean sleep? "
            "[missing-page]",
        ),
        "typed-number": Explained(
            "An estimate is typed into a sentence, and would stay when the data change.",
            "chapters/sleep.md:20:44: found the typed percentage '30%', expected a number bound to code or "
            "data; use {glue:text}, {effect}, {estimate} or {value}; a definition goes to "
            "data/allowed_numbers.txt with its reason [typed-number]",
        ),
        "broken-exception": Explained(
            "A line of the numbers that may be typed is not of its form.",
            "data/allowed_numbers.txt:1: found 'chapters/sleep.md: at least 10 µm', expected file: exact text  "
            "# reason; complete the line [broken-exception]",
        ),
        "unused-exception": Explained(
            "A number that may be typed is not on its page any more.",
            "data/allowed_numbers.txt:1: found the exception 'at least 12 µm', expected typed so in "
            "chapters/sleep.md; remove the line, or correct it [unused-exception]",
        ),
        "missing-alt-text": Explained(
            "A picture has no words for those who do not see it.",
            "chapters/sleep.md:28:1: found the figure 'curve.png' without alt text, expected alt text that says "
            "what the picture shows; add a line `:alt: …` to it [missing-alt-text]",
        ),
        "missing-caption": Explained(
            "A figure that code draws has no caption.",
            "chapters/sleep.md:23:1: found a cell with a figure without a caption, expected a caption; add "
            "`mystnb: {figure: {caption: …}}` to its options [missing-caption]",
        ),
        "unsafe-markup": Explained(
            "The page would run a script, or fetch something from another host.",
            "chapters/sleep.md:21:1: found a script or a frame, '<script', expected text of the book; remove it; a "
            "picture belongs to the repository, and what moves to a code cell [unsafe-markup]",
        ),
        "foreign-markup": Explained(
            "It is markup of another program, which readers would see as it is typed.",
            "chapters/sleep.md:21:5: found '[@a', as Pandoc writes it, expected MyST; write {cite:p}`key`, or a "
            "directive as ```{note} [foreign-markup]",
        ),
        "repeated-heading": Explained(
            "Two headings have one name, so that a link to the second leads to the first; or a page has two titles.",
            "chapters/sleep.md:21:1: found a second title, 'Again', expected one title; make it a section, ## … "
            "[repeated-heading]",
        ),
        "unbound-name": Explained(
            "The text shows a name that no cell of the page gives a value.",
            "chapters/sleep.md:20:68: found the name 'shares', expected a name that a code cell of this page "
            "binds; did you mean share? [unbound-name]",
        ),
        "raw-markup": Explained(
            "Markup stands where nothing renders it, and readers would see it as it is typed.",
            "chapters/sleep.md:18:32: found '{cite:p}', expected text, or a role that is rendered; write a role as "
            "{name}`text`, and cite in the text of the page [raw-markup]",
        ),
        "citation-in-heading": Explained(
            "A heading cites; the contents and the title of the window would show the key.",
            "chapters/sleep.md:7:9: found the citation 'boyd2011marrow' in a heading, expected words alone; cite in "
            "the first sentence below it [citation-in-heading]",
        ),
        "missing-reference-list": Explained(
            "A page cites and has no list of references.",
            "chapters/sleep.md:18:32: found a citation, expected a list of references on the same page; add a "
            "{references} directive at the end of the page [missing-reference-list]",
        ),
        "other-endpoint": Explained(
            "A sentence speaks of death or survival, and the work that it cites measured something else.",
            "chapters/sleep.md:20:1: found 'died' with cole2012women, whose rows end in relapse, expected the "
            "endpoint of the row; say what was measured, or write above the line: % allowed: died — and why "
            "[other-endpoint]",
        ),
        "stronger-verb": Explained(
            "A verb says that something was prevented or stopped, and the row says that it was lessened.",
            "chapters/sleep.md:18:1: found 'prevents' with boyd2011marrow, whose row says 'fewer', expected a "
            "verb no stronger than that of the row; use the verb of the row, or write above the line: % "
            "allowed: prevents — and why [stronger-verb]",
        ),
        "absence-without-search": Explained(
            "A sentence says that nothing was found, and names no recorded search.",
            "chapters/sleep.md:19:1: found 'Nobody has tested' without a search, expected {searched}`claim` "
            "with three queries or more in data/tables/absence_searches.csv; record the search, say what was "
            "read instead, or write above the line: % allowed: Nobody has tested — and why "
            "[absence-without-search]",
        ),
        "few-queries": Explained(
            "A claim of absence rests on fewer than three different queries.",
            "data/tables/absence_searches.csv:2:query: found 2 queries for 'sleep-human', expected 3 different "
            "ones at least; search again in other words, or say what was read instead [few-queries]",
        ),
        "claim-of-two-kinds": Explained(
            "The searches for one claim give it two wordings, or two chapters.",
            "data/tables/absence_searches.csv:3:chapter: found 'sleep' beside 'niche' in line 2, expected one "
            "for each claim; make them the same, or give the claim a name of its own [claim-of-two-kinds]",
        ),
        "unknown-search": Explained(
            "A side of a cell, a family of factors or an organ names a search that no table of searches has.",
            "data/tables/sides_searched.csv:2:promoting: found 'cells_search/osteoblasts', expected a search, as its "
            "table and id; did you mean cells_search/osteoblast? [unknown-search]",
        ),
        "search-of-other-side": Explained(
            "A side rests on a search whose purpose was the other side.",
            "data/tables/sides_searched.csv:2:restraining: found 'cells_search/osteoblast', whose purpose is "
            "'osteoblast, promoting side', expected a search for the restraining side; name a search for this side, "
            "or search for it [search-of-other-side]",
        ),
        "cell-not-searched": Explained(
            "A cell acts in a finding, and no searches for its two sides are named.",
            "data/findings.csv:2:source: found 'osteoblast', expected a cell that was searched for; search for both "
            "sides of the cell, and name it in data/tables/sides_searched.csv [cell-not-searched]",
        ),
        "unbound-words": Explained(
            "Words say how much, and nothing binds them; a question, which the check lists when it is told to ask.",
            "chapters/sleep.md:21:1: found 'Several groups' in 'Several groups saw it.', expected something "
            "that binds it: a value, a computed number, a count; bind it, say less, or write above the line: % "
            "allowed: Several groups — and why [unbound-words]",
        ),
        "malformed-message": Explained(
            "A block of key messages is not of its form.",
            "chapters/sleep.md:9:1: found a clause of says, about, rows, expected says, about, claim and rows, "
            "or says and computed; write it in that form [malformed-message]",
        ),
        "misplaced-row": Explained(
            "A clause links a row on another subject, so that unlike things would be added up.",
            "chapters/sleep.md:10:21: found the row 'ames-tgfb2' (factor -, not TGFB2) in the clause 'TGF-β2 "
            "holds cells asleep', expected a row on its subject; link rows on its subject alone, or correct the "
            "subject [misplaced-row]",
        ),
        "unlinked-row": Explained(
            "A row on the subject of a clause is neither linked nor dismissed with a reason.",
            "chapters/sleep.md:10:21: found the row 'boyd-tgfb2' on the subject of the clause 'TGF-β2 holds "
            "cells asleep', expected it linked or dismissed; add it to the rows of the clause, or dismiss it "
            "there with the reason [unlinked-row]",
        ),
    },
    "The living layer": {
        "no-search": Explained(
            "A chapter without a standing search is to be searched for.",
            "data/living/searches/slep.yml: found no file, expected one of sleep; did you mean sleep? [no-search]",
        ),
        "search-form": Explained(
            "The standing search of a chapter is not written as it must be.",
            "data/living/searches/sleep.yml: found the state 'alive', expected one of living, paused, retired; "
            "correct the file [search-form]",
        ),
        "broken-run": Explained(
            "The file of a run cannot be read.",
            "data/living/runs/1.json: found no run (JSONDecodeError), expected the JSON of a run; restore the file "
            "from git [broken-run]",
        ),
        "no-decision": Explained(
            "A file of decisions has a row that is none; nothing of it was entered.",
            "back.csv:2:record: found 'pmid:9', expected the id of a record that a search of sleep found; correct the "
            "cell; nothing of the file was entered [no-decision]",
        ),
        "no-such-sentence": Explained(
            "The sentence that is said to carry a finding is not in the abstract of its work.",
            "data/living/sentences.csv:ames-tgfb2: found sentence 3, expected one of the 2 sentences of the abstract, "
            "by its number or word for word; ./book verify --mark ames-tgfb2 shows them; nothing was kept "
            "[no-such-sentence]",
        ),
        "sentence-of-no-row": Explained(
            "A sentence is kept for a row that is not there, as after a row was renamed.",
            "data/living/sentences.csv:2:row: found 'ames-tgfb3', expected the id of a finding or an effect, or pmid: "
            "or doi: of a work that is cited or was found; did you mean ames-tgfb2? [sentence-of-no-row]",
        ),
        "retraction-not-told": Explained(
            "A source calls a cited work retracted, and its entry does not say so.",
            "data/references.bib:19:status: found cole2012women, which Crossref calls retracted (2026-01-02), "
            "expected status = {retracted} in its entry; read the notice, and add the line; its rows then no longer "
            "count [retraction-not-told]",
        ),
    },
    "Chapters": {
        "chapter-front-matter": Explained(
            "The lines at the top of a chapter lack its title, description, authors or reviewers.",
            "chapters/sleep.md:1:1: found no authors in the front matter, expected a list of names; add a line "
            "`authors: …` between the --- lines at the top [chapter-front-matter]",
        ),
        "chapter-sections": Explained(
            "A chapter has its sections in one order, so that a reader of one finds his way in the next.",
            "chapters/sleep.md:1:1: found no mini-analysis, expected a section that begins with 'Mini-analysis: '; add "
            "`## Mini-analysis: …` before `## Evidence` [chapter-sections]",
        ),
        "chapter-directive": Explained(
            "A section of a chapter lacks the directive that fills it.",
            "chapters/sleep.md:1:1: found no {changes}, expected it in the section 'What changed'; add a {changes} "
            "directive there [chapter-directive]",
        ),
        "message-count": Explained(
            "A chapter has so few key messages that they say little, or so many that nobody keeps them.",
            "chapters/sleep.md:9:1: found 1 key message, expected 3 to 6; say what a reader must remember, and no more "
            "[message-count]",
        ),
        "few-works": Explained(
            "A chapter cites too few works for a review.",
            "chapters/sleep.md:1:1: found 2 works cited, expected 25 at least; read and cite more of the literature "
            "[few-works]",
        ),
    },
    "Issue forms": {
        "form-too-long": Explained(
            "The text is longer than an issue may be.",
            "the form: found 70,000 characters, expected 65,536 at most; shorten the answers, and attach what is long "
            "[form-too-long]",
        ),
        "no-form": Explained(
            "The text has no heading of a form, so that nothing tells what was answered.",
            "the form: found no heading of a form, expected those of add-a-paper, correct-a-number, dispute-a-claim; "
            "fill one in, or keep the headings that it has given the issue [no-form]",
        ),
        "no-heading": Explained(
            "The heading of a field that needs an answer is gone, or stands in code, a quotation or a comment.",
            "the form:What is wrong with it: found no such heading, expected it with its answer; write the line "
            "### What is wrong with it and the answer below it [no-heading]",
        ),
        "heading-twice": Explained(
            "A heading of the form stands twice, so that two texts may be its answer.",
            "the form:7:What is wrong with it: found the heading in the lines 5, 7, expected it once; keep the one "
            "with the answer; in an answer, write it without ### [heading-twice]",
        ),
        "no-answer": Explained(
            "A field that needs an answer has none.",
            "the form:5:What is wrong with it: found no answer, expected one; write it below its heading [no-answer]",
        ),
        "answer-not-offered": Explained(
            "A choice was changed by hand to one that the form does not offer.",
            "the form:45:Outcome: found 'mor', expected one of more, less, same; did you mean more? "
            "[answer-not-offered]",
        ),
        "no-identifier": Explained(
            "A work is named by something else than its DOI or PMID.",
            "the form:1:DOI or PMID: found 'ncb2861', expected a DOI as 10.1038/ncb2861 or a PMID as 24161934; take it "
            "from the page of the work [no-identifier]",
        ),
        "no-row": Explained(
            "A number is to be corrected at an address that is not that of a row.",
            "the form:1:Address of the page or the figure: found 'index.html', expected the address of a row, as "
            "…/evidence/NAME.html; open the number, then its row, and take that address; a figure or a sentence is "
            "told in words, to an editor [no-row]",
        ),
    },
    "Public files": {
        "not-the-pinned-file": Explained(
            "A public file is missing, or is another than the one whose digest is recorded.",
            "raw/cohort.csv: found no file, expected 156609 bytes with SHA-256 6270…1f1b; download "
            "https://example.org/cohort.csv by hand and put it at raw/cohort.csv [not-the-pinned-file]",
        ),
        "unexpected-raw-file": Explained(
            "A public file holds something else than what the code that reads it was written for.",
            "raw.npy: found the assays dens_5000, expected dens_10000 to dens_20000; take the pinned file, or "
            "mend seedsoil/derive/jin.py [unexpected-raw-file]",
        ),
    },
}
CODES = {code: explained for part in PARTS.values() for code, explained in part.items()}
