// Half-day grid: draw across cells with a finger or a mouse, walk with the arrow keys. Without this file the boxes
// are ticked one by one.
const boxOf = (target) => target?.closest?.("[data-half-days] .grid-cell")?.querySelector("input:not(:disabled)");
const underFinger = (event) => boxOf(document.elementFromPoint(event.clientX, event.clientY));
let painting = null;

function paint(box) {
  if (!box || box.checked === painting.to) return;
  box.checked = painting.to;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("pointerdown", (event) => {
  const box = boxOf(event.target);
  if (box && event.isPrimary && event.button === 0) painting = { first: box, to: !box.checked, moved: false };
});

document.addEventListener("pointermove", (event) => {
  if (!painting) return;
  const box = underFinger(event);
  if (!box || (box === painting.first && !painting.moved)) return;
  if (!painting.moved) {
    painting.moved = true;
    paint(painting.first);
  }
  paint(box);
});

// A gesture that drew must not also click the box it ended on.
document.addEventListener("click", (event) => {
  if (painting?.moved && boxOf(event.target)) event.preventDefault();
  painting = null;
}, true);

for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => setTimeout(() => { painting = null; }));
}

document.addEventListener("keydown", (event) => {
  const box = boxOf(event.target);
  const row = event.target.closest?.(".grid-row");
  if (!box || !row) return;
  const cells = [...row.children];
  const column = cells.indexOf(box.closest(".grid-cell"));
  const rows = [...row.closest("[data-half-days]").querySelectorAll(".grid-row:not(.grid-days)")];
  const line = rows.indexOf(row);
  const next = {
    ArrowRight: () => cells[column + 1],
    ArrowLeft: () => cells[column - 1],
    ArrowDown: () => rows[line + 1]?.children[column],
    ArrowUp: () => rows[line - 1]?.children[column],
  }[event.key]?.();
  if (!next) return;
  event.preventDefault();
  next.querySelector("input").focus();
});

// The name of a day becomes a button that ticks its morning and its afternoon, or unticks both.
for (const grid of document.querySelectorAll("[data-half-days]")) {
  for (const days of grid.querySelectorAll(".grid-days")) {
    days.removeAttribute("aria-hidden");
    const rows = [...days.parentElement.querySelectorAll(".grid-row:not(.grid-days)")];
    [...days.children].forEach((name, column) => {
      const boxes = rows.map((row) => row.children[column].querySelector("input:not(:disabled)")).filter(Boolean);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "grid-day";
      button.append(...name.childNodes);
      button.setAttribute("aria-label", `${grid.dataset.wholeDay} ${name.title}`);
      button.disabled = !boxes.length;
      button.addEventListener("click", () => {
        const to = !boxes.every((box) => box.checked);
        for (const box of boxes) {
          if (box.checked === to) continue;
          box.checked = to;
          box.dispatchEvent(new Event("change", { bubbles: true }));
        }
      });
      name.replaceWith(button);
    });
  }
}
