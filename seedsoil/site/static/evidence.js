// Sorts and filters the tables of evidence, and keeps their downloads to the rows shown. The tables are whole without it.

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

for (const box of document.querySelectorAll(".evidence")) {
  const [input, status, link] = ["input", "[role=status]", ".download-csv"].map((name) => box.querySelector(name));
  const body = box.querySelector("tbody");
  const rows = [...body.rows];
  const words = new Map(rows.map((row) => [row, plain(row.textContent)]));

  // Records of the download, the header first; a record ends at a line break outside quotation marks.
  const [scheme, csv] = [/^[^,]*,/.exec(link.href)[0], decodeURIComponent(link.href.replace(/^[^,]*,/, ""))];
  const [header, ...records] = csv.match(/(?:[^"\n]|"[^"]*")+/g);
  const record = new Map(rows.map((row, number) => [row, records[number]]));

  const update = () => {
    const shown = [...body.rows].filter((row) => !row.hidden);
    const count = (some) => some.filter((row) => !row.classList.contains("retracted")).length;
    const retracted = shown.length - count(shown);
    const all = shown.length < rows.length ? `${count(shown)} of ${count(rows)} rows` : `${count(rows)} rows`;
    status.textContent = all + (retracted ? `, and ${retracted} retracted` : "");
    link.href = scheme + encodeURIComponent([header, ...shown.map((row) => record.get(row)), ""].join("\n"));
  };

  const filter = () => {
    const wanted = plain(input.value).split(/\s+/);
    rows.forEach((row) => (row.hidden = !wanted.every((word) => words.get(row).includes(word))));
    update();
  };
  input.addEventListener("input", filter);
  if (input.value) filter(); // the browser kept it from an earlier visit

  // Empty cells come last in both directions.
  box.querySelectorAll("thead button").forEach((button, column) => {
    button.disabled = false;
    button.addEventListener("click", () => {
      const header = button.parentElement;
      const down = header.ariaSort === "ascending";
      box.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
      const compare = (a, b) => (a !== "" && b !== "" && a - b) || a.localeCompare(b, "en");
      const keys = new Map(rows.map((row) => [row, key(row)]));
      const order = (a, b) => (!keys.get(a) - !keys.get(b)) || compare(keys.get(a), keys.get(b)) * (down ? -1 : 1);
      body.append(...[...body.rows].sort(order));
      update();
    });
  });

  // A link to a row that the filter hides shows it again.
  addEventListener("hashchange", () => {
    const row = rows.find((row) => row.hidden && `#${row.id}` === location.hash);
    if (row) {
      input.value = "";
      filter();
      row.scrollIntoView();
    }
  });
}
