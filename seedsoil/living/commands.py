"""`./book search`, `screen`, `integrity`, `verify`: thin; the work is in the modules beside this one."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from seedsoil.files import ROOT


def add_parsers(add) -> None:
    """Add the commands; `add(name, run, text)` gives a parser for each."""
    from seedsoil.living import citing

    command = add("search", search, "search the literature for a chapter, or for all, since the last good answers")
    command.add_argument("chapters", nargs="*", metavar="CHAPTER")
    command.add_argument("--source", action="append", choices=("europepmc", "pubmed", "openalex"))
    command.add_argument("--approve", action="store_true", help="sign the query of the chapter as it is")
    command.add_argument("--by", default="", metavar="NAME", help="who signs")
    command.add_argument(
        "--silent-days", action="store_true", help="print the days since any source last answered well"
    )
    command = add("screen", screen, "read what waits for a chapter, most worth reading first, and decide")
    command.add_argument("chapter", metavar="CHAPTER")
    command.add_argument("--by", default="", metavar="NAME", help="who decides")
    command.add_argument("--html", type=Path, metavar="FILE", help="write the queue as a page for a browser or a phone")
    command.add_argument("--out", type=Path, metavar="FILE", help="write the queue for another tool, as .ris or .csv")
    command.add_argument("--take", type=Path, metavar="FILE", help="enter the decisions of the page, a .csv or .ris")
    command.add_argument("--minutes", type=float, metavar="N", help="how long the decisions of --take took")
    command = add("verify", verify, "look again for the sentences that rows were read from")
    text = "keep where a row, or a work as pmid:123, was read: shows the sentences of its abstract"
    command.add_argument("--mark", metavar="ROW", help=text)
    citing.options(command)
    add("integrity", integrity, "ask every source whether a cited work was retracted, questioned or corrected")


def search(options: Namespace) -> int:
    from seedsoil.living import queries, ranking, search, standing
    from seedsoil.living.progress import Progress

    chapters = options.chapters or queries.chapters(ROOT)
    today = datetime.now(UTC).date()
    if options.silent_days:
        print(standing.silent_days(ROOT, today))
        return 0
    if options.approve:
        if not options.by or len(options.chapters) != 1:
            raise ValueError("found no name or not one chapter, expected --approve CHAPTER --by NAME.")
        query = queries.approve(ROOT, options.chapters[0], options.by, today)
        print(f"{query.chapter}: signed by {query.approved_by}, digest {query.digest}.")
        return 0
    failed = 0
    for chapter in chapters:
        if queries.load(ROOT, chapter).state != "living" and not options.chapters:
            print(f"{chapter}: {queries.load(ROOT, chapter).state}, not searched.")
            continue
        with Progress(chapter) as progress:
            run = search.run(ROOT, chapter, today, options.source or queries.SOURCES, progress.say, progress.at)
        failed += any(answer["error"] for answer in run["sources"].values())
        print(f"{chapter}: {run['new']} new records, {run['already_cited']} of them cited already.")
        ranking.renewed(ROOT, chapter)  # now, so that the screening opens at once
    return int(failed > 0)


def screen(options: Namespace) -> int:
    from seedsoil.living import exchange, queries, ranking, screening, screening_page

    chapter = queries.load(ROOT, options.chapter).chapter
    for path, writer in ((options.html, screening_page.write), (options.out, exchange.write)):
        if path:
            queue = ranking.renewed(ROOT, chapter)
            writer(ROOT, queue, path)
            print(f"wrote {len(queue.waiting)} records to {path}")
    if options.html or options.out:
        return 0
    if not options.by:
        raise ValueError("found no name, expected --by NAME: a decision is a person's.")
    if options.take:
        print(f"{exchange.take(ROOT, chapter, options.take, options.by, options.minutes)} decisions entered.")
        return 0
    with screening.keyboard() as ask:
        run = screening.screen(ROOT, chapter, options.by, ask, print)
    print(f"{run['include']} included, {run['exclude']} excluded, {run['maybe']} put off, in {run['minutes']} minutes.")
    ranking.renewed(ROOT, chapter)  # with what was decided, for the next session
    return 0


def integrity(options: Namespace) -> int:
    from seedsoil.living import integrity
    from seedsoil.living.progress import Progress

    with Progress("integrity") as progress:
        looked = integrity.run(ROOT, datetime.now(UTC).date(), say=progress.say, at=progress.at)
    told = [one for one in looked.changed if one.status not in ("none seen", "unknown")]
    for one in told:
        print(f"{one.key}: {one.status} by {one.source} ({one.notice}).")
    problems = integrity.problems(ROOT)
    print("\n".join(map(str, problems)) or f"{len(told)} new notices, and no retraction that an entry does not tell.")
    if looked.failed:  # and what they know stays unknown, which is not clean
        print(f"No answer from {', '.join(integrity.LABELS[source] for source in looked.failed)}; ask again later.")
    return int(bool(problems or looked.failed))


def verify(options: Namespace) -> int:
    from seedsoil.living import sentences, verifying
    from seedsoil.living.progress import Progress

    today = datetime.now(UTC).date()
    if options.mark and options.sentence:
        print(f"Kept: {sentences.mark(ROOT, options.mark, options.sentence, options.kind, today)}")
        return 0
    if options.mark:
        print("\n".join(sentences.numbered(sentences.told(ROOT, options.mark))) or "No source has its abstract.")
        return 0
    with Progress("verify") as progress:
        other = verifying.verify(ROOT, today, progress.at)
    for one in other:
        print(f"{one.row}: sentence {one.sentence} {one.state}")
    return int(any(one.state in ("changed", "another work") for one in other))
