// A form with data-autosave="address" is saved a moment after each change; its state is said in words beside it, from
// the words the page carries (data-saving, data-saved, data-offline). The answer may carry the new value of hidden
// fields (JSON: {"fields": {"version": 4}}), or a refusal in one sentence (409, 422), which is said as it is.
// Without this file the form has its button.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const said = form.querySelector("[data-autosave-said]");
  let waiting = null;
  let saving = Promise.resolve();
  let busy = 0;

  async function save() {
    said.textContent = said.dataset.saving;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form) });
      if (answer.status === 409 || answer.status === 422) {
        said.textContent = await answer.text();
        return;
      }
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
        const { fields } = await answer.json();
        for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
      }
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      said.textContent = said.dataset.saved.replace("{time}", time);
    } catch {
      said.textContent = said.dataset.offline;
      waiting = setTimeout(inTurn, 10000);
    }
  }

  // One save at a time: the next one needs the version that this one answers.
  function inTurn() {
    busy += 1;
    saving = saving.then(save).finally(() => { busy -= 1; });
  }

  for (const change of ["input", "change"]) {
    form.addEventListener(change, () => {
      clearTimeout(waiting);
      waiting = setTimeout(inTurn, 800);
    });
  }

  // The button waits for a save under way: it would otherwise carry the version before it.
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (!busy) return;
    event.preventDefault();
    const pressed = event.submitter;
    saving.then(() => form.requestSubmit(pressed));
  });
}
