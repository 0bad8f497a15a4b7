"""The queue as one page for a browser, on a laptop or a phone, without a network: its decisions come back as a file."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from seedsoil.files import replace_file
from seedsoil.living import ranking, sentences
from seedsoil.living.ranking import Queue
from seedsoil.living.screening import REASONS, plain

SHELL = Path(__file__).with_name("screening.html")


def write(root: Path, queue: Queue, path: Path) -> None:
    """Write the page of a queue. What the sources gave stands in it as data, and the script sets it as text."""
    texts = ranking.abstracts(root)
    records = [
        {
            "record": one.record.id,
            "title": plain(one.record.title),
            "where": plain(f"{one.record.authors[:200]} · {one.record.journal} {one.record.year}"),
            "kind": one.record.kind + (" · RETRACTED" if one.record.state == "retracted" else ""),
            "sentences": [plain(sentence) for sentence in sentences.split(texts.get(one.record.id, ""))],
            "rank": f"relevance {one.relevance:.2f} · leverage {one.leverage}" + (" · at random" if one.drawn else ""),
            "change": [plain(text) for text in one.would_change],
        }
        for one in queue.waiting
    ]
    data = json.dumps({"chapter": queue.chapter, "how": queue.how, "reasons": REASONS, "records": records})
    # In a script element only these signs could end it.
    data = data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    page = SHELL.read_text(encoding="utf-8")
    replace_file(path, page.replace("CHAPTER", escape(queue.chapter)).replace("/* DATA */ {}", data))
