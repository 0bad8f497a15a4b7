// What the folds "What if …" have in common: boxes to tick off, and the choice in the address, as ?fig-failed=lapis-os.reml

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// The boxes of one group, ticked but for those whose token is in the address; those without a token are no choice.
export function boxes(title, entries, left) {
  const list = entries.map(([token, ...label]) => {
    const box = make("input", { type: "checkbox", checked: Boolean(token) && !left.has(token), disabled: !token, value: token ?? "" });
    return make("label", {}, box, " ", ...label);
  });
  return make("fieldset", {}, make("legend", {}, title), ...list);
}

export const placesOf = (group) => [...group.querySelectorAll("input")].flatMap((box, place) => (box.checked ? [place] : []));

export function choice(name, label, options, left) {
  const select = make("select", { name }, ...options.map(([value, text]) => make("option", { value, selected: left.has(value) }, text)));
  return make("label", {}, `${label} `, select);
}

// What the address holds for a fold.
export const read = (name) => new Set((new URLSearchParams(location.search).get(name) ?? "").split(".").filter(Boolean));

// What was ticked off, and what was chosen in place of the first.
export function tokensOf(form) {
  const off = [...form.querySelectorAll("input:not(:checked, :disabled)")];
  const other = [...form.querySelectorAll("select")].filter((select) => select.selectedIndex);
  return [...off, ...other].map(({ value }) => value);
}

function keep(name, tokens) {
  const address = new URL(location);
  if (tokens.length) address.searchParams.set(name, tokens.join("."));
  else address.searchParams.delete(name);
  address.hash = tokens.length ? name : "";
  history.replaceState(null, "", address);
}

// Words are put in only where they are others: a screen reader says them then.
export function tell(status, text) {
  if (status.textContent !== text) status.textContent = text;
}

// Makes the form live: `draw` answers to each choice, which the address then holds.
export function live(fold, form, draw) {
  form.append(make("button", { type: "reset" }, "All again"));
  form.addEventListener("submit", (event) => event.preventDefault());
  const answer = () => (draw(), keep(fold.dataset.name, tokensOf(form)));
  form.addEventListener("change", answer);
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    form.querySelectorAll("input:enabled").forEach((box) => (box.checked = true));
    form.querySelectorAll("select").forEach((select) => (select.selectedIndex = 0));
    answer();
  });
  draw();
  return form;
}
