// What `cards.js` says of a number that is bound: to a row, whose twin as JSON is fetched when asked for, or to code.

window.boundNumbers = (() => {
  const isBound = (link) => link.matches("a.bound");

  const root = document.documentElement.dataset.content_root;
  const isCode = (link) => "from" in link.dataset || "among" in link.dataset;
  const tablesOf = (link) => (link.dataset.from ?? link.dataset.among).split(" ").filter(Boolean);
  const records = new Map(); // by address, as promises

  function recordOf(link) {
    const name = /^#row-(.*)$/.exec(link.getAttribute("href"))?.[1];
    const address = name ? `${root}evidence/${name}.json` : link.href.replace(/\.html$/, ".json");
    if (!records.has(address)) records.set(address, fetch(address).then((answer) => (answer.ok ? answer.json() : null), () => null));
    return records.get(address);
  }

  // Paragraphs that say where the number comes from; none where that cannot be had.
  async function toldOf(link) {
    if (isCode(link)) {
      const tables = tablesOf(link);
      const from = `${"among" in link.dataset ? " with other numbers; together they rest on" : ", from"} the table${tables.length > 1 ? "s" : ""} ${tables.join(", ")}`;
      return [line(`Computed by code on this page${tables.length ? from : ""}.`)];
    }
    const record = await recordOf(link);
    if (!record) return [];
    const { cells, subject, says, ratio, in_whom: inWhom, reference, read } = record;
    const measured = ratio ? `${cells.measure} ${ratio}` : says;
    const standing = [
      record.retracted && "✕ Retracted.",
      record.unverified && "? Unverified, and not counted.",
      record.contested_by?.length && `≠ Contested by ${record.contested_by_names.join(", ")}.`,
    ].filter(Boolean);
    return [
      line(subject, "strong"),
      line(inWhom ? `${measured} (${inWhom})` : measured),
      reference && line(`${reference.cited_as}: ${reference.title}`),
      read && line(read),
      standing.length && line(standing.join(" "), "strong"),
    ].filter(Boolean);
  }

  // Where one can go from a number: to its row or cell, to the page of the row, to the form for an error.
  async function linksOf(link) {
    const list = document.createElement("ul");
    const add = (node) => list.appendChild(document.createElement("li")).append(node);
    const lead = (href, textContent) => add(Object.assign(document.createElement("a"), { href, textContent }));
    const record = isCode(link) ? null : await recordOf(link);
    if (isCode(link)) {
      lead(link.getAttribute("href"), "To the cell");
      for (const table of tablesOf(link)) lead(`${root}chapters/data.html#table-${table}`, `Table ${table}`);
    } else {
      if (link.hash.startsWith("#row-")) lead(link.getAttribute("href"), "To its row on this page");
      lead(`${root}evidence/${record.id}.html`, "The page of the row");
    }
    const here = document.querySelector("link[rel=canonical]")?.href ?? location.href;
    const address = record?.url ?? here + link.hash;
    const form = record?.report ?? formOf(address, link.textContent);
    if (form) lead(form, "Report this number");
    const copy = Object.assign(document.createElement("button"), { type: "button", textContent: "Copy link" });
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(address);
      copy.textContent = "Copied";
    });
    add(copy);
    return list;
  }

  // The form of the repository to which the button above the page leads, with its fields filled in.
  function formOf(page, found) {
    const issues = document.querySelector("a[href*='/issues/new']")?.href.split("?")[0];
    const fields = { template: "correct-a-number.yml", title: `Correct: ${found}`, page, found };
    return issues && `${issues}?${new URLSearchParams(fields)}`;
  }

  function line(text, tag) {
    const paragraph = document.createElement("p");
    paragraph.append(tag ? Object.assign(document.createElement(tag), { textContent: text }) : text);
    return paragraph;
  }

  return { isBound, toldOf, linksOf };
})();
