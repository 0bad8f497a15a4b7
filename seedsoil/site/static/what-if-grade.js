// Below a key message: its rows, to be ticked off, and the grades of its clauses without them.

import { boxes, live, make, read, tokensOf } from "./choices.js";
import { judge, lowest, rowOf, sentence } from "./judging.js";

export async function form(fold) {
  const words = JSON.parse(document.querySelector("[data-words]").dataset.words);
  const clauses = [...fold.parentElement.querySelectorAll("[data-clause]")].map((item) => {
    const told = JSON.parse(item.dataset.clause);
    const links = [...item.querySelectorAll("a[href^='#row-']")].slice(-told.rows.length); // the last, after those of its text
    const rows = told.rows.map((row, i) => ({ id: links[i].hash.slice("#row-".length), ...rowOf(links[i].textContent, row) }));
    return { told, rows, says: item.firstElementChild.textContent };
  });
  const names = new Map(clauses.flatMap(({ rows }) => rows).map(({ id, name }) => [id, name]));
  const isAlone = (name) => [...names.values()].filter((other) => other === name).length === 1;
  const label = (id, name) => (isAlone(name) ? name : `${name} (${id})`);
  const group = boxes("Rows", [...names].map(([id, name]) => [id, label(id, name)]), read(fold.dataset.name));
  const status = make("div", { role: "status" });
  group.append(status);
  const ofMessage = fold.parentElement.querySelector("summary").lastChild; // ": the lowest of 4 clauses"
  const made = make("form", {}, group);
  return live(fold, made, () => {
    const off = tokensOf(made);
    const found = clauses.map(({ told, rows }) => judge(words, told, rows.filter(({ id }) => !off.includes(id))));
    const answers = clauses.flatMap(({ says, rows }, i) =>
      rows.some(({ id }) => off.includes(id)) ? [make("p", {}, says, make("strong", {}, found[i].word), sentence(words, found[i]))] : [],
    );
    const message = make("p", {}, make("strong", {}, lowest(words, found.map(({ word }) => word))), ofMessage.cloneNode());
    status.replaceChildren(...(off.length ? [...answers, message] : []));
  });
}
