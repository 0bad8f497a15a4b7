// Counts the works of each place of the map again, for the process and the standing that a reader chooses.

const SIGNS = ["↑", "↓", "="]; // promotes, restrains, no effect, as `evidence_map.py` writes them
const SAYS = ["promoting", "restraining", "without effect"];
const form = document.querySelector(".evidence-map-choice");
const table = document.querySelector("table.evidence-map");
const places = [...table.querySelectorAll("td[data-rows]")].map((cell) => ({ cell, rows: JSON.parse(cell.dataset.rows) }));

function draw() {
  const chosen = new FormData(form);
  const process = chosen.get("process");
  const must = [...chosen.keys()].filter((name) => name !== "process");
  const all = new Set();
  for (const { cell, rows } of places) {
    const refs = SIGNS.map(() => new Set());
    for (const [ref, way, subject, standing] of rows)
      if ((!process || subject === process) && must.every((name) => standing.includes(name))) refs[way].add(ref), all.add(ref);
    const told = (words) => refs.flatMap(({ size }, way) => (size ? [words(size, way)] : []));
    const link = cell.firstElementChild;
    const [seen, said] = link.children;
    const [organ, stage] = [cell.parentElement.cells[0].textContent, cell.dataset.stage];
    seen.textContent = told((count, way) => SIGNS[way] + count).join(" ");
    said.textContent = `${organ}, ${stage}: ${told((count, way) => `${count} ${SAYS[way]}`).join(", ") || "no finding"}`;
    cell.classList.toggle("gap", !seen.textContent);
    const address = new URL(link.href);
    process ? address.searchParams.set("findings-subject", process) : address.searchParams.delete("findings-subject");
    must.includes("human") ? address.searchParams.set("findings-humans", "human data") : address.searchParams.delete("findings-humans");
    link.href = address;
  }
  form.querySelector("[role=status]").textContent = `${all.size} works`;
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", draw);
form.addEventListener("reset", () => setTimeout(draw));
draw();
