// Below a forest plot: its studies, to be ticked off, and the pool of those that are left.

import { boxes, choice, live, make, placesOf, read, tell, tokensOf } from "./choices.js";
import { answer } from "./pooling.js";

const DC = "http://purl.org/dc/elements/1.1/";

// What the picture above carries; the browser has it already.
async function carried(fold) {
  const text = await (await fetch(fold.previousElementSibling.querySelector("img").src)).text();
  const picture = new DOMParser().parseFromString(text, "image/svg+xml");
  return JSON.parse(picture.getElementsByTagNameNS(DC, "description")[0].textContent);
}

export async function form(fold) {
  const plot = await carried(fold);
  const { words } = plot;
  const left = read(fold.dataset.name);
  const groups = plot.panels.map((panel, number) => {
    const seen = new Map();
    const entries = panel.studies.map(({ id, label, log }) => {
      seen.set(id, (seen.get(id) ?? 0) + 1);
      const token = (number ? `${number + 1}_` : "") + id + (seen.get(id) > 1 ? `_${seen.get(id)}` : "");
      return [log === undefined ? null : token, label];
    });
    const group = boxes(panel.title || "Studies", entries, left);
    const status = make("p", { role: "status" });
    group.append(status);
    return { panel, group, status };
  });
  const options = (...names) => names.map((name) => [name, words[name]]);
  const methods = [
    choice("method", "Variance between studies", options("pm", "reml"), left),
    choice("interval", "Interval", options("cautious", "plain"), left),
  ];
  const note = make("p", {}, words.note);
  const made = make("form", {}, ...groups.map(({ group }) => group), ...methods, note);
  return live(fold, made, () => {
    const { method, interval } = Object.fromEntries(new FormData(made));
    const isChosen = tokensOf(made).length > 0; // of all together the words above tell
    for (const { panel, group, status } of groups)
      tell(status, isChosen ? answer(plot, panel, placesOf(group), method, interval === "cautious") : "");
  });
}
