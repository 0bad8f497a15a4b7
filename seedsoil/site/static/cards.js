// Shows the reference behind a citation, the definition behind a term, or the row or code behind a number, without
// leaving the place one reads.
// A mouse or the keyboard opens a card beside the link: Escape closes it (WCAG 1.4.13), the pointer may rest on it.
// A tap opens a sheet at the foot of the screen, with all that the page knows of the work; a second tap follows the
// link, and the place one left stays marked for the way back. That of a number opens by a click and by Enter as well.

const { isBound, linksOf, toldOf } = window.boundNumbers ?? { isBound: () => false }; // `numbers.js`

const ANCHORS = ".citation a[href^='#ref-'], a.term, a.bound";
const make = (className, role) => {
  const box = Object.assign(document.createElement("div"), { id: className, className, hidden: true });
  box.setAttribute("role", role);
  document.querySelector("article").append(box);
  return box;
};
const card = make("citation-card", "tooltip");
const sheet = make("citation-sheet", "dialog");

let link; // whose card or sheet is open
let asked; // the last that was asked for: what it shows may still be fetched, and nothing asked before it opens then
let timer;

function close() {
  clearTimeout(timer);
  link?.removeAttribute("aria-describedby");
  link = asked = undefined;
  card.hidden = sheet.hidden = true;
}

const entryOf = (link) => document.getElementById(link.hash.slice(1));
// Every place of the page that cites what `link` does, in its order.
const places = (link) => [...document.querySelectorAll(`.citation a[href='${link.getAttribute("href")}']`)];

async function said(link) {
  if (isBound(link)) return toldOf(link);
  if (link.dataset.definition) return [link.dataset.definition];
  return [...(entryOf(link)?.cloneNode(true).childNodes ?? [])].filter((node) => node.className !== "backlink");
}

async function open(next) {
  clearTimeout(timer);
  const mine = (asked = {});
  const text = await said(next);
  if (!text.length || link === next || asked !== mine) return;
  close();
  link = next;
  card.replaceChildren(...text);
  card.querySelectorAll("a").forEach((inner) => inner.remove());
  card.hidden = false;
  link.setAttribute("aria-describedby", card.id);

  // Below the link, above it where the window ends, and not beside the text, where the sidebar would cover it.
  const [around, frame] = [card.parentElement, card.offsetParent].map((box) => box.getBoundingClientRect());
  const [first, last] = [0, -1].map((line) => [...link.getClientRects()].at(line));
  const below = last.bottom + card.offsetHeight < innerHeight;
  const left = Math.max(around.left, Math.min(first.left, around.right - card.offsetWidth));
  card.style.left = `${left - frame.left}px`;
  card.style.top = `${(below ? last.bottom : first.top - card.offsetHeight) - frame.top}px`;
}

async function openSheet(next, byKeyboard) {
  const mine = (asked = {});
  const text = await said(next);
  if (!text.length) return void location.assign(next.href);
  const further = isBound(next) && (await linksOf(next));
  const rows = (!further && !next.dataset.definition && (await window.evidenceOf?.(next.hash.slice(1)))) || [];
  if (asked !== mine) return;
  close();
  link = next;
  const shut = Object.assign(document.createElement("button"), { type: "button", textContent: "Close", onclick: shutSheet });
  const more = Object.assign(document.createElement("a"), { href: link.href });
  more.textContent = !link.dataset.definition ? "In the list of references" : link.hash ? "In the glossary" : "In the atlas";
  const words = document.createElement("div");
  words.append(...text);
  const parts = [words];
  if (further) parts.push(further);
  else if (!link.dataset.definition) {
    const cited = places(link).map((place) => [`#${place.closest("[id]").id}`, place.closest("section")?.querySelector("h1, h2, h3").firstChild.textContent]);
    if (rows.length) parts.push(list("It gave this page", rows));
    if (cited.length > 1) parts.push(list("Cited under", cited));
  }
  sheet.setAttribute("aria-label", isBound(link) ? "Where this number comes from" : link.dataset.definition ? "Definition" : "Reference");
  sheet.replaceChildren(shut, ...parts, ...(isBound(link) ? [] : [more]));
  sheet.hidden = false;
  if (byKeyboard) shut.focus();
}

function shutSheet() {
  const back = link;
  close();
  back?.focus({ preventScroll: true });
}

function list(heading, entries) {
  const box = document.createElement("ul");
  for (const [href, textContent] of entries) {
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("a"), { href, textContent }));
    box.append(item);
  }
  const fold = document.createElement("details");
  fold.append(Object.assign(document.createElement("summary"), { textContent: `${heading} (${entries.length})` }), box);
  return fold;
}

// The place that was left: marked, and where the entry's way back leads.
function leave(link) {
  document.querySelectorAll(".place-left").forEach((place) => place.classList.remove("place-left"));
  const back = entryOf(link)?.querySelector(".backlink");
  const place = link.closest("[id]");
  if (!back || !place.matches(".citation")) return;
  link.classList.add("place-left");
  back.href = `#${place.id}`;
  back.setAttribute("aria-label", "Back to where you were");
}

const hasText = (link) => isBound(link) || link.dataset.definition || entryOf(link);

const soon = (action, delay) => (clearTimeout(timer), (timer = setTimeout(action, delay)));
const on = (event, action) =>
  document.addEventListener(event, (event) => {
    const anchor = event.target.closest?.(ANCHORS);
    if (anchor) action(anchor, event);
  });

on("pointerover", (anchor, { pointerType }) => pointerType === "mouse" && soon(() => open(anchor), 150));
on("pointerout", (_, { pointerType }) => pointerType === "mouse" && soon(close, 250));
on("focusin", (anchor) => anchor.matches(":focus-visible") && sheet.hidden && open(anchor));
on("focusout", () => card.hidden || close());
on("click", (anchor, event) => {
  const stays = isBound(anchor) ? !(event.ctrlKey || event.metaKey || event.shiftKey) : event.pointerType === "touch" && link !== anchor;
  if (stays && hasText(anchor)) {
    event.preventDefault();
    return void openSheet(anchor, !event.pointerType);
  }
  leave(anchor);
  close();
});
card.addEventListener("pointerenter", () => clearTimeout(timer));
card.addEventListener("pointerleave", () => soon(close, 250));
document.addEventListener("keydown", ({ key }) => key === "Escape" && (sheet.hidden ? close() : shutSheet()));
document.addEventListener("click", (event) => {
  if (sheet.hidden) return;
  if (event.target.closest(".citation-sheet a")) {
    if (link) leave(link);
    close();
  } else if (!event.target.closest(`.citation-sheet, ${ANCHORS}`)) close();
});
