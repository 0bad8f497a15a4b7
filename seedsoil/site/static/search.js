// The page of the search: asks the index as the reader types, and shows what it answers. Question and choices stand in the
// address. The index is fetched with the first question, and what is shown of a document when it is shown.

const FIRST = 8; // results of a kind that are shown at first
const form = document.querySelector(".search-choice");
const results = document.querySelector(".search-results");
const status = form.querySelector("[role=status]");
const HEADS = { rows: "Rows of evidence", passages: "Passages", references: "References" };

const fetched = new Map();

function get(name) {
  if (!fetched.has(name)) fetched.set(name, fetch(`search/${name}.json`).then((answer) => answer.json()));
  return fetched.get(name);
}

const index = async () => (fetched.get("made") ?? fetched.set("made", get("index").then((told) => new SearchIndex(told))).get("made"));

const make = (tag, attributes, ...children) => {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
};

const result = (address, text, below) => {
  const item = make("li", {}, make("a", { href: address }, text));
  if (below) item.append(make("small", {}, below));
  return item;
};

const shownOf = async (kind, together, number) => (await get(`${kind}-${Math.floor(number / together)}`))[number % together];

// A heading, the first results, and a button for the others; `item` makes the entry of one, now or later.
async function section(title, note, found, item) {
  const list = make("ol", {}, ...(await Promise.all(found.slice(0, FIRST).map(item))));
  const box = make("section", {}, make("h2", {}, `${title} (${found.length})`), ...(note ? [make("p", {}, note)] : []), list);
  if (found.length > FIRST) {
    const more = make("button", { type: "button", className: "more" }, `Show all ${found.length}`);
    more.addEventListener("click", async () => {
      more.disabled = true;
      list.append(...(await Promise.all(found.slice(FIRST).map(item))));
      more.remove();
      list.children[FIRST].firstElementChild.focus();
    });
    box.append(more);
  }
  return box;
}

const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

let latest = 0;

async function show() {
  const turn = ++latest;
  const { q: question, ...choices } = Object.fromEntries(new FormData(form));
  const chosen = Object.values(choices).filter(Boolean);
  if (!question.trim() && !chosen.length) {
    results.replaceChildren();
    status.textContent = "";
    return;
  }
  const asked = await index();
  const { terms, answers, unknown, nearest } = asked.ask(question, chosen);
  const boxes = [];
  const term = ({ address, label, kind, rows }) => result(address, label, `${kind}${rows ? `, in ${counted(rows, "row")}` : ""}`);
  if (terms.length) boxes.push(await section("Terms", "", terms, term));
  for (const [kind, name] of KINDS.entries()) {
    const { documents, all } = answers[kind];
    const entry = async (number) => result(...(await shownOf(kind, asked.together, number)));
    if (documents.length) boxes.push(await section(HEADS[name], all ? "" : "None has all that was asked for; these have the most of it.", documents, entry));
  }
  if (turn !== latest) return; // the reader has asked something else since
  const missing = unknown.map((said) => `“${said}” is not in the index.`);
  if (!boxes.length && !missing.length) missing.push("Nothing was found.");
  const told = make("div", { className: "not-found" });
  if (nearest.length) {
    const links = nearest.map((one) => make("li", {}, make("a", { href: `?${new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(location.search)), q: one })}` }, one)));
    told.append(make("p", {}, "Did you mean:"), make("ul", {}, ...links));
  }
  results.replaceChildren(...(told.children.length ? [told] : []), ...boxes);
  const counts = [counted(terms.length, "term"), ...KINDS.map((name, kind) => counted(answers[kind].documents.length, name.slice(0, -1)))];
  status.textContent = [...missing, ...(boxes.length ? [counts.join(", ")] : [])].join(" ");
}

// ?q=SDF-1&organ=organ-lung
function keepAddress() {
  const state = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  history.replaceState(null, "", `${location.pathname}${state.size ? `?${state}` : ""}`);
}

function readAddress() {
  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = form.elements[name];
    if (!field) continue;
    if (field.type === "checkbox") field.checked = field.value === value;
    else if (!field.options || [...field.options].some((option) => option.value === value)) field.value = value;
  }
}

// The arrows lead from the field to the results and through them, and Escape back to the field.
function move(event) {
  const links = [form.elements.q, ...results.querySelectorAll("a, button")];
  const place = links.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1, Escape: -place }[event.key];
  if (!step || place < 0 || !links[place + step]) return;
  event.preventDefault();
  links[place + step].focus();
}

let wait;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", () => {
  clearTimeout(wait);
  wait = setTimeout(() => (keepAddress(), show()), 150);
});
form.addEventListener("reset", () => setTimeout(() => (keepAddress(), show())));
document.querySelector("#text").addEventListener("keydown", move);
readAddress();
show();
