// All pages of the book as one, in the page that is open: run by seedsoil/site/pdf.py in the browser that prints it.
// Names on a page get the name of their page before them, links to pages of the book lead within it, and each page
// keeps its running head.
async ({ names, root, title }) => {
  const address = (name) => new URL(`${name}.html`, root).href;
  const within = new Map(names.map((name) => [address(name), name.replaceAll(/[^\w-]/g, "-")]));
  const FOLDED = "details:is(.evidence, .long-table, .changes, .folded-references)"; // as in book.js
  const sheets = new Set([...document.querySelectorAll("link[rel=stylesheet]")].map((link) => link.href));
  const loaded = [];
  const parts = [];
  const tables = new Map(); // the page of each table of evidence, and the name of the page that it is of
  for (const [from, name] of within) {
    const page = new DOMParser().parseFromString(await (await fetch(from)).text(), "text/html");
    const part = page.querySelector("article");
    for (const box of part.querySelectorAll("[data-table]")) {
      for (const table of box.dataset.table.split(" ").map((page) => new URL(page, from).href)) {
        const whole = new DOMParser().parseFromString(await (await fetch(table)).text(), "text/html");
        box.querySelector("noscript").before(whole.querySelector(".evidence table"));
        tables.set(table, name);
      }
      box.querySelector("noscript").remove();
    }
    for (const fold of part.querySelectorAll(FOLDED)) fold.open = true;
    for (const named of part.querySelectorAll("[id]")) named.id = `${name}--${named.id}`;
    for (const relation of ["for", "headers", "aria-labelledby", "aria-describedby"]) {
      for (const node of part.querySelectorAll(`[${relation}]`)) {
        const ids = node.getAttribute(relation).split(/\s+/);
        node.setAttribute(relation, ids.map((id) => `${name}--${id}`).join(" "));
      }
    }
    for (const image of part.querySelectorAll("img[src]")) image.src = new URL(image.getAttribute("src"), from).href;
    for (const link of part.querySelectorAll("a[href]")) {
      const [target, place] = new URL(link.getAttribute("href"), from).href.split("#");
      const other = within.get(target) ?? tables.get(target);
      link.setAttribute("href", other ? `#${place ? `${other}--${place}` : other}` : `${target}${place ? `#${place}` : ""}`);
    }
    for (const link of page.querySelectorAll("head > link[rel=stylesheet]")) {
      const copy = document.createElement("link");
      Object.assign(copy, { rel: "stylesheet", href: new URL(link.getAttribute("href"), from).href, media: link.media });
      if (sheets.has(copy.href)) continue;
      sheets.add(copy.href);
      loaded.push(new Promise((done) => (copy.onload = done)));
      document.head.append(copy);
    }
    part.id = name;
    part.style.page = name;
    const paper = [...page.head.querySelectorAll("style")].map((style) => style.textContent);
    const style = document.createElement("style");
    style.textContent = paper.filter((text) => text.startsWith("@page{")).join("").replace("@page{", `@page ${name}{`);
    document.head.append(style);
    parts.push(part);
  }
  document.title = title;
  document.body.style.page = parts[0].id; // else an empty page of no name would come first
  // Nothing stands beside the pages: what is left of the open page would come on a page of its own.
  document.querySelector("article").replaceWith(...parts);
  for (let node = parts[0]; node !== document.body; node = node.parentElement) {
    for (const other of [...node.parentElement.children]) if (!other.querySelector("article") && !parts.includes(other)) other.remove();
  }
  // A link whose place is not in the book leads to the published page.
  for (const link of document.querySelectorAll("article a[href^='#']")) {
    const id = decodeURIComponent(link.hash.slice(1));
    if (document.getElementById(id)) continue;
    const [name, place] = id.split("--");
    const from = [...within].find(([, other]) => other === name)[0];
    link.href = place ? `${from}#${place}` : from;
  }
  await Promise.all(loaded);
}
