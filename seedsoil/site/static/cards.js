// Shows the reference behind a citation on hover and on keyboard focus, copied from the list on this page.
// Escape closes it (WCAG 1.4.13); the pointer may rest on it; a tap only follows the link.

const card = Object.assign(document.createElement("div"), { id: "citation-card", className: "citation-card", hidden: true });
card.setAttribute("role", "tooltip");
document.querySelector("article").append(card);

let link; // the citation whose card is open
let timer;

function close() {
  clearTimeout(timer);
  link?.removeAttribute("aria-describedby");
  link = undefined;
  card.hidden = true;
}

function open(citation) {
  const entry = document.getElementById(citation.hash.slice(1))?.firstElementChild;
  clearTimeout(timer);
  if (!entry || link === citation) return;
  close();
  link = citation;
  card.replaceChildren(...entry.cloneNode(true).childNodes);
  card.querySelectorAll("a").forEach((inner) => inner.remove());
  card.hidden = false;
  link.setAttribute("aria-describedby", card.id);

  // Below the link, above it where the window ends, and not beside the text, where the sidebar would cover it.
  const [text, frame] = [card.parentElement, card.offsetParent].map((box) => box.getBoundingClientRect());
  const [first, last] = [0, -1].map((line) => [...link.getClientRects()].at(line));
  const below = last.bottom + card.offsetHeight < innerHeight;
  const left = Math.max(text.left, Math.min(first.left, text.right - card.offsetWidth));
  card.style.left = `${left - frame.left}px`;
  card.style.top = `${(below ? last.bottom : first.top - card.offsetHeight) - frame.top}px`;
}

const soon = (action, delay) => (clearTimeout(timer), (timer = setTimeout(action, delay)));

for (const citation of document.querySelectorAll(".citation a[href^='#ref-']")) {
  const mouse = (action) => (event) => event.pointerType === "mouse" && action();
  citation.addEventListener("pointerenter", mouse(() => soon(() => open(citation), 150)));
  citation.addEventListener("pointerleave", mouse(() => soon(close, 250)));
  citation.addEventListener("focus", () => citation.matches(":focus-visible") && open(citation));
  citation.addEventListener("blur", close);
  citation.addEventListener("click", close);
}
card.addEventListener("pointerenter", () => clearTimeout(timer));
card.addEventListener("pointerleave", () => soon(close, 250));
document.addEventListener("keydown", (event) => event.key === "Escape" && close());
