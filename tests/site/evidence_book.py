"""A small book with evidence of its own, for the tests of roles, tables of evidence, key messages and cards."""

import csv
import io
import json

from tests.site.test_book import WORDS, write_book

HOSTILE = '<script>alert("row")</script><img src=x onerror=alert(1)>'

TABLES = {
    "findings": """
id,ref,group,process,source,factor,organ,stage,perturbation,outcome,outcome_of,species,model,human_data,finding,read_at,relation,related_to,note
kaplan-vegfr1,kaplan2005vegfr,Lyden D,niche,hpc,VEGFR1,lung,pre-metastatic,antibody,less,metastasis,mouse,experimental metastasis,no,Marrow cells cluster before tumor cells come,abstract,contradicts,dawson-vegfr1,
dawson-vegfr1,dawson2009vegfr,Munn L,niche,hpc,VEGFR1,lung,arrival,antibody,same,metastasis,mouse,spontaneous metastasis,no,Blocking VEGFR1 does not change metastasis,abstract,contradicts,kaplan-vegfr1,
erler-lox,erler2006lysyl,Giaccia A,niche,tumor,LOX,lung,outgrowth,knockdown,less,metastasis,mouse,orthotopic,no,LOX readies the lung,abstract,,,the paper is retracted
ames-tgfb2,ames2010marrow,Aguirre J,dormancy,osteoblast,TGFB2,bone,dormancy,none,more,dormancy,mouse,experimental metastasis,no,TGFB2 keeps cells asleep,full text,,,
boyd-tgfb2,boyd2011marrow,Other B,dormancy,osteoblast,TGFB2,bone,dormancy,none,more,dormancy,mouse,genetic,no,TGFB2 keeps cells asleep here too,abstract,replicates,ames-tgfb2,
cole-marrow,cole2012women,Cole Z,dormancy,tumor,-,bone,dormancy,none,more,metastasis,human,patients,yes,Women with cells in marrow relapse,table,,,
doyle-guess,doyle2013guess,not stated,dormancy,tumor,LOX,lung,dormancy,none,more,outgrowth,mouse,in vitro,no,Nobody could read this one,unverified,,,no full text
""",
    "effects": """
id,ref,process,study,setting,intervention,comparator,n,endpoint,measure,estimate,ci_low,ci_high,ci_level,p,shared_control,overlap,read_at,note
halo301-os,ames2010marrow,ecm,HALO 301,advanced,pegvorhyaluronidase,placebo,492,death,HR,1.00,0.80,1.27,95,,,,table,
braun-death,cole2012women,dormancy,Braun,prognostic,cells in marrow,none,4703,death,RR,2.15,,,,,,braun,abstract,the abstract gives no interval
braun-early,cole2012women,dormancy,Braun,prognostic,cells in marrow,none,4703,early death,RR,2.40,1.20,4.90,96,,,braun,abstract,
doyle-ratio,doyle2013guess,immune,Doyle,adjuvant,serum,saline,9,relapse,OR,0.90,0.40,1.90,95,,,,unverified,
erler-ratio,erler2006lysyl,ecm,Erler,adjuvant,LOX,none,21,relapse,HR,0.50,0.30,0.90,95,,,,abstract,
""",
    "proportions": "\nid,ref,patients,percent,empty\nbraun-positive,cole2012women,4703,30.60,\n",
    "doubling": '\nref,tumor,days\ncole2012women,"primary, in situ",157\n',
    "vocabulary": """
term,kind,label,definition,ontology_id,synonyms,double_agent
hpc,cell,hematopoietic progenitor,,,,no
bone,organ,bone marrow,,,,no
lung,organ,lung,,,,no
lung,cancer,lung cancer,,,,no
""",
}
for name in ("findings", "effects"):
    head, *rows = TABLES[name].strip().splitlines()
    TABLES[name] = "\n".join(["", f"{head},added,readings", *(f"{row},2026-11-22,1" for row in rows), ""])
PATHS = {"absence_searches": "tables/absence_searches.csv"}
KEYS = {
    "doubling": ["ref", "tumor"],
    "vocabulary": ["term"],
    "references_read": ["key"],
    "former_ids": ["former"],
}

REFERENCES = {
    "kaplan2005vegfr": ("Kaplan, R.", "Marrow cells", "Nature", 2005, {}),
    "dawson2009vegfr": ("Dawson, M.", "{VEGFR1} again", "Nature", 2009, {"design": "Mouse experiments"}),
    "erler2006lysyl": ("Erler, J.", "Lysyl oxidase", "Nature", 2006, {"status": "retracted"}),
    "ames2010marrow": ("Ames, A.", "Asleep", "Cell", 2010, {}),
    "boyd2011marrow": ("Boyd, B.", "Asleep again", "Cell", 2011, {}),
    "cole2012women": ("Cole, C.", "Women", "Lancet", 2012, {"design": "Cohort"}),
    "doyle2013guess": ("Doyle, D.", "A guess", "Cell", 2013, {}),
}

CORRECTIONS = {"ames2010marrow": "Erratum in Cell 150:1,2012-05-04"}
TABLES["references_read"] = "\nkey,read_at,source,verified_on,note,correction,corrected_on\n" + "".join(
    f"{key},abstract,PubMed {number},2026-11-21,,{CORRECTIONS.get(key, ',')}\n" for number, key in enumerate(REFERENCES)
)
TABLES["absence_searches"] = """
id,claim_id,chapter,claim,query,place,searched_on,found
asleep-1,asleep,dormancy,nothing sleeps,asleep,pages,2026-11-27,nothing
asleep-2,asleep,dormancy,nothing sleeps,dormant,pages,2026-11-28,nothing
"""
TABLES["former_ids"] = """
former,id,withdrawn_on,reason
ames-asleep,ames-tgfb2,2026-11-27,two names of one row
"""

LIST = "\n\n## References\n\n```{references}\n```\n"


def page(text: str) -> str:
    return f"---\ntitle: Title\n---\n\n# Title\n\n{WORDS}\n\n{text}{LIST}"


def write_evidence_book(root, pages: dict[str, str]) -> None:
    """The pages, each with a list of its references, beside the tables and references above."""
    entries = []
    for number, (key, (author, title, journal, year, more)) in enumerate(REFERENCES.items(), 100):
        fields = {"author": author, "title": title, "journal": journal, "year": year, "pmid": number} | more
        entries.append(
            f"@article{{{key},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"
        )
    write_book(root, {name: page(text) for name, text in pages.items()}, "\n".join(entries))
    resources = [
        {"name": name, "path": PATHS.get(name, f"{name}.csv"), "schema": {"primaryKey": KEYS.get(name, ["id"])}}
        for name in TABLES
    ]
    (root / "data/datapackage.json").write_text(json.dumps({"resources": resources}))
    (root / "data/tables").mkdir(exist_ok=True)
    for name, text in TABLES.items():
        (root / "data" / PATHS.get(name, f"{name}.csv")).write_text(text.removeprefix("\n"))


def change(root, table: str, row: str, column: str, value: str) -> None:
    """Put a value into the row whose first cell is `row`."""
    path = root / f"data/{table}.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    (found,) = [cells for cells in rows if next(iter(cells.values())) == row]
    found[column] = value
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(file.getvalue())
