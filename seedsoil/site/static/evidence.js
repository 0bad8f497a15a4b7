// Shows the tables of evidence: ten rows first, those that readers choose.
// What is chosen stands in the address, so that it can be sent to others. Without scripts a link leads to each table:
// it is fetched when its fold is opened or a link leads into it.

const FIRST = 10;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

class Evidence {
  constructor(box) {
    this.box = box;
    this.pages = box.dataset.table.split(" ");
    [this.form, this.more, this.link] = ["form", ".more", ".download-csv"].map((name) => box.querySelector(name));
    this.status = this.form.querySelector("[role=status]");
    this.all = false; // more than the first are shown
    box.addEventListener("toggle", () => box.open && this.show());
    this.more.addEventListener("click", () => this.showMore());
    this.link.addEventListener("click", (event) => this.take(event));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    const chosen = () => (this.show(), keepAddress());
    this.form.addEventListener("input", chosen);
    this.form.addEventListener("reset", () => setTimeout(chosen));
    addEventListener("beforeprint", () => this.print());
  }

  async ready() {
    this.asked ??= Promise.all(this.pages.map(async (page) => (await fetch(page)).text()));
    this.read(await this.asked.catch(() => []));
    return this.rows;
  }

  // Paper does not wait.
  print() {
    const request = new XMLHttpRequest();
    const now = (page) => (request.open("GET", page, false), request.send(), request.responseText);
    if (!this.rows) this.read(this.pages.map(now));
    this.drawAll();
  }

  // Where nothing came, as from a disk, the link is shown.
  read(texts) {
    const noscript = this.box.querySelector("noscript");
    if (this.rows || !noscript) return;
    const tableOf = (text) => new DOMParser().parseFromString(text, "text/html").querySelector(".evidence table");
    const [first, ...others] = texts.map(tableOf);
    if (!first) return void (noscript.outerHTML = noscript.textContent);
    for (const other of others) first.tBodies[0].append(...other.tBodies[0].rows);
    this.table = first;
    leadWithin(this.table);
    this.body = this.table.tBodies[0];
    this.rows = [...this.body.rows]; // as sorted
    this.stored = [...this.rows]; // as in the file
    this.words = new Map(this.rows.map((row) => [row, plain(row.id + row.textContent)]));
    this.total = tally(this.rows)[0];
    this.body.replaceChildren();
    noscript.replaceWith(this.table);
    this.table.querySelectorAll("thead button").forEach((button, column) => {
      button.disabled = false;
      button.addEventListener("click", () => this.sort(button.parentElement, column));
    });
  }

  fits(row) {
    return [...new FormData(this.form)].every(([name, value]) => {
      const facet = name.replace(/^\w+-/, "");
      if (facet === "words") return plain(value).split(/\s+/).every((word) => this.words.get(row).includes(word));
      return !value || row.dataset[facet].split("|").includes(value);
    });
  }

  async show() {
    if (!this.rows) this.status.textContent = "Fetching …";
    if (await this.ready()) this.draw();
    else this.status.textContent = "";
  }

  draw() {
    const chosen = this.rows.filter((row) => this.fits(row));
    const [count, retracted] = tally(chosen);
    const shown = this.all ? chosen : chosen.slice(0, FIRST);
    const same = shown.length === this.body.rows.length && shown.every((row, place) => row === this.body.rows[place]);
    if (!same) this.body.replaceChildren(...shown); // a row that stays keeps the focus
    const of = count === this.total ? "" : ` of ${this.total}`;
    this.status.textContent = `${count}${of} ${this.total === 1 ? "row" : "rows"}${retracted}`;
    this.more.hidden = this.body.rows.length === chosen.length;
    this.more.textContent = `Show all ${chosen.length}`;
    this.chosen = chosen;
  }

  // The file has all rows of the page; those chosen are cut from it, in their order.
  async take(event) {
    if (!this.chosen || !("rows" in this.link.dataset)) return;
    event.preventDefault();
    const file = await (await fetch(this.link.href)).text();
    const [header, ...records] = file.match(/(?:[^"\n]|"[^"]*")+/g); // quoted line breaks end no record
    const text = [header, ...this.chosen.map((row) => records[this.stored.indexOf(row)]), ""].join("\n");
    const href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    Object.assign(document.createElement("a"), { href, download: this.link.download }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  }

  drawAll() {
    this.all = true;
    if (this.rows) this.draw();
  }

  // The button goes; the focus goes on where the new rows begin.
  showMore() {
    const next = this.body.rows.length;
    this.drawAll();
    this.body.rows[next].tabIndex = -1;
    this.body.rows[next].focus();
  }

  // Empty cells come last in both directions.
  sort(header, column) {
    const down = header.ariaSort === "ascending";
    this.table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
    const keys = new Map(this.rows.map((row) => [row, key(row)]));
    const compare = (a, b) => (a !== "" && b !== "" && a - b) || a.localeCompare(b, "en");
    const order = (a, b) => (!keys.get(a) - !keys.get(b)) || compare(keys.get(a), keys.get(b)) * (down ? -1 : 1);
    this.rows.sort(order);
    this.draw();
  }

  holds(id) {
    return this.rows?.some((row) => row.id === id || row.querySelector(`#${CSS.escape(id)}`));
  }
}

// Rows are counted without the retracted ones, which are told apart.
function tally(rows) {
  const count = rows.filter((row) => !row.classList.contains("retracted")).length;
  return [count, rows.length > count ? `, and ${rows.length - count} retracted` : ""];
}

const boxes = [...document.querySelectorAll(".evidence")].map((box) => new Evidence(box));

// ?findings-organ=lung
function keepAddress() {
  const state = new URLSearchParams(location.search);
  for (const [name, value] of boxes.flatMap(({ form }) => [...new FormData(form)]))
    state.delete(name), value && state.append(name, value);
  history.replaceState(null, "", `${location.pathname}${state.size ? `?${state}` : ""}`);
}

function readAddress() {
  for (const { box, form } of boxes)
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = form.elements[name];
      if (!field || (field.options && ![...field.options].some((option) => option.value === value))) continue;
      field.value = value;
      box.open = true;
    }
}

// Without scripts, links to rows lead to the pages of the tables, and those in the tables back.
function leadWithin(root) {
  const pages = boxes.flatMap(({ pages }) => [...pages, pages[0].replace(/-\w+(-\d+)?\.html$/, ".html")]);
  for (const link of root.querySelectorAll("a[href*='.html#']")) {
    const [page, place] = link.getAttribute("href").split("#");
    if (pages.includes(page)) link.setAttribute("href", `#${place}`);
  }
}

const allRead = () => Promise.all(boxes.map((box) => box.ready()));

// A link to a row, or to a place within one, shows it whatever was chosen.
async function showTarget() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (!id || document.getElementById(id)) return;
  await allRead();
  const holder = boxes.find((box) => box.holds(id));
  if (!holder) return;
  for (const field of holder.form.elements) field.value = "";
  holder.drawAll();
  window.reveal();
}

// The rows that a work gave to the page, each with its address and what it says; for the sheet of a citation.
window.evidenceOf = async (ref) =>
  (await allRead())
    .flatMap((rows) => rows ?? [])
    .filter((row) => row.id && row.querySelector(`.citation a[href="#${ref}"]`))
    .map((row) => [`#${row.id}`, row.cells[0].firstElementChild.textContent]);

leadWithin(document);
readAddress();
showTarget();
addEventListener("hashchange", showTarget);
