// The page of a call when the network is poor. What is typed, and what came of the call, are kept in this tab
// (sessionStorage) under the key of the call until the server has them: one call, its answers, nothing else. It is
// cleared when the call ends, on any other page of the desk, and at sign-out. Without this file every form is plain.
const STORE = "reflexes-call";
const root = document.querySelector("[data-call]");
const over = document.querySelector("[data-call-over]");
const RETRY = 5000;
const PATIENCE = 10000;

const forget = () => sessionStorage.removeItem(STORE);
const keep = () => {
  if (Object.keys(kept.answers).length || kept.ending) sessionStorage.setItem(STORE, JSON.stringify(kept));
  else forget();
};
function load(key) {
  const found = JSON.parse(sessionStorage.getItem(STORE) || "null");
  if (found && found.key === key) return found;
  forget();
  return { key, answers: {}, at: "", ending: null };
}

for (const link of document.querySelectorAll('a[href*="deconnexion"]')) link.addEventListener("click", forget);
if (over && over.dataset.callHeld) load(over.dataset.callHeld);
else if (over) forget();
const kept = root && !over ? load(root.dataset.call) : null;
const script = root && !over ? JSON.parse(document.getElementById("call-script").textContent) : null;
const said = root && root.querySelector("[data-said]");
const form = root && root.querySelector("form[data-step]");
let offline = false;
let leaving = false;

function say(what, time) {
  offline = what === "offline";
  if (!said) return;
  said.textContent = said.dataset[what].replace("{time}", time || "");
  if (what !== "signedOut") return;
  const link = document.createElement("a");
  link.href = `${root.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`;
  link.textContent = said.dataset.signInWords;
  said.append(" ", link);
}
const now = () =>
  new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

// Sends a form; returns the answer, or null once it has said why nothing arrived.
async function post(url, fields) {
  const body = new URLSearchParams(fields);
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  try {
    const answer = await fetch(url, {
      method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.redirected && new URL(answer.url).pathname.startsWith(root.dataset.signIn)) {
      say("signedOut");
      return null;
    }
    if (answer.status >= 500) throw new Error(answer.status);
    return answer;
  } catch {
    say("offline");
    return null;
  }
}

// ---- Answers, as they are typed ----
const fieldsOf = (answers) => Object.entries(answers).map(([name, words]) => [`a-${name}`, words]);
function typed() {
  const name = form.elements.step.value;
  const fields = [...form.elements].filter((field) => field.name === `a-${name}`);
  if (!fields.length) return;
  const words = fields.filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked);
  script.answers[name] = words.map((field) => field.value).join(" ").trim();
  kept.answers[name] = script.answers[name];
  kept.at = name;
  keep();
}
function settle(sent) {
  for (const [name, words] of Object.entries(sent)) if (kept.answers[name] === words) delete kept.answers[name];
  keep();
}
async function push() {
  if (leaving || kept.ending || !Object.keys(kept.answers).length) return;
  const sent = { ...kept.answers };
  say("saving");
  const answer = await post(root.dataset.save, [...fieldsOf(sent), ["at", kept.at]]);
  if (!answer) return;
  if (!answer.ok) {
    said.textContent = await answer.text();
    return;
  }
  settle(sent);
  say("saved", now());
  const { urgent } = await answer.json();
  root.querySelector("[data-sounds]").textContent = urgent;
}
let waiting = null;
function soon() {
  typed();
  clearTimeout(waiting);
  waiting = setTimeout(push, 800);
}

// ---- Steps, while the network is down: the same conditions as the server's, already read ----
const numberIn = (side) => {
  if (typeof side === "number") return side;
  return /^\s*-?\d{1,15}([.,]\d{1,6})?\s*$/.test(side) ? Number(side.trim().replace(",", ".")) : null;
};
function holds([sign, ...of], seen) {
  if (sign === "or") return of.some((one) => holds(one, seen));
  if (sign === "and") return of.every((one) => holds(one, seen));
  if (sign === "not") return !holds(of[0], seen);
  if (sign === "selected") return (seen[of[0]] || "").split(" ").includes(of[1]);
  const sides = of.map((side) => (Array.isArray(side) ? seen[side[1]] || "" : side));
  const order = sign.includes("<") || sign.includes(">");
  if (!order && !sides.some((side) => typeof side === "number")) return (sides[0] === sides[1]) === (sign === "=");
  const [left, right] = sides.map(numberIn);
  if (left === null || right === null) return sign === "!=";
  const signs = { "=": left === right, "!=": left !== right, "<": left < right, "<=": left <= right };
  return { ...signs, ">": left > right, ">=": left >= right }[sign];
}
function road() {
  const seen = {};
  return script.steps.filter((step) => {
    if (step.relevant && !holds(step.relevant, seen)) return false;
    if (step.name in script.answers) seen[step.name] = script.answers[step.name];
    return true;
  });
}
const made = (tag, facts, ...inside) => {
  const one = Object.assign(document.createElement(tag), facts);
  one.append(...inside);
  return one;
};
function draw(step) {
  const words = script.answers[step.name] || "";
  const help = step.hint ? [made("p", { className: "help" }, step.hint)] : [];
  const name = `a-${step.name}`;
  if (step.kind === "note") return [made("p", { className: "desk-ask" }, step.label), ...help];
  if (step.kind.startsWith("select")) {
    const type = step.kind === "select_one" ? "radio" : "checkbox";
    const choices = step.choices.map(([value, label]) => {
      const box = made("input", { type, name, value, checked: words.split(" ").includes(value) });
      return made("label", { className: "choice desk-choice" }, box, made("span", {}, label));
    });
    const legend = made("legend", { className: "desk-ask" }, step.label);
    return [made("fieldset", { className: "desk-field" }, legend, ...help, ...choices)];
  }
  const label = made("label", { className: "desk-ask", htmlFor: "said" }, step.label);
  const field = step.kind === "text" ? made("textarea", { rows: 5 }) : made("input", {});
  if (step.kind === "date") field.type = "date";
  Object.assign(field, { id: "said", name, value: words });
  return [made("div", { className: "desk-field" }, label, ...help, field)];
}
function show(step) {
  const steps = road();
  const place = form.querySelector("[data-place]");
  form.elements.step.value = step.name;
  kept.at = step.name;
  form.querySelector("[data-asked]").replaceChildren(...draw(step));
  place.textContent = place.dataset.words
    .replace("{place}", steps.findIndex((one) => one.name === step.name) + 1)
    .replace("{places}", steps.length);
  form.querySelector("[data-back]").hidden = steps[0].name === step.name;
  const first = form.querySelector("[data-asked] textarea, [data-asked] input");
  if (first) first.focus();
}
function goOnHere(back) {
  const steps = road();
  const beside = steps[steps.findIndex((one) => one.name === form.elements.step.value) + (back ? -1 : 1)];
  if (beside) show(beside);
  else document.getElementById("fin").scrollIntoView();
}

if (form) {
  form.addEventListener("input", soon);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    typed();
    clearTimeout(waiting);
    const back = event.submitter?.value === "back";
    const sent = { ...kept.answers };
    const fields = [...fieldsOf(sent), ["step", form.elements.step.value], ["go", back ? "back" : "next"]];
    const answer = await post(form.action, fields);
    if (answer?.ok) {
      settle(sent);
      const { to } = await answer.json();
      leaving = true;
      if (to.split("#")[0] === location.pathname && to.includes("#")) {
        location.hash = "";
        location.hash = to.split("#")[1];
        leaving = false;
      } else location.assign(to);
    } else if (answer) said.textContent = await answer.text();
    else if (offline) goOnHere(back);
  });
  // What was typed before the session ended, or before the network came back, is in the field again, and on its way.
  const here = form.elements.step.value;
  Object.assign(script.answers, kept.answers);
  const standing = script.steps.find((step) => step.name === (kept.at || here)) || script.steps[0];
  if (Object.keys(kept.answers).length && standing) show(standing);
}

// ---- The end of the call, sent once: the identifier was made with the page ----
async function sendEnding() {
  const ending = kept.ending;
  if (!ending) return;
  say("saving");
  const answer = await post(ending.url, [...ending.fields, ...fieldsOf(kept.answers)]);
  if (!answer) return;
  kept.ending = null;
  if (answer.ok) {
    forget();
    leaving = true;
    location.assign(answer.url);
    return;
  }
  keep();
  // Refused: the server shows the page with its sentence and what was typed.
  const again = made("form", { method: "post", action: ending.url, hidden: true });
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const [name, value] of [...ending.fields.filter(([name]) => name !== "csrfmiddlewaretoken"), ["csrfmiddlewaretoken", token]])
    again.append(made("input", { type: "hidden", name, value }));
  document.body.append(again);
  again.submit();
}
for (const ending of root && !over ? root.querySelectorAll("form[data-ending]") : []) {
  ending.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form) typed();
    clearTimeout(waiting);
    if (kept.ending && !("urgent" in ending.dataset)) return;
    kept.ending = { url: ending.action, fields: [...new FormData(ending, event.submitter).entries()] };
    keep();
    if ("urgent" in ending.dataset) {
      const panel = root.querySelector("[data-urgent-panel]");
      const words = panel.querySelector("[data-urgent-said]");
      panel.hidden = false;
      panel.focus();
      panel.scrollIntoView();
      words.textContent = words.dataset.going;
      sendEnding().then(() => { if (offline) words.textContent = words.dataset.offline; });
    } else sendEnding();
  });
}
for (const away of root && !over ? root.querySelectorAll("form[data-leaving]") : []) {
  away.addEventListener("submit", () => { leaving = true; forget(); });
}

if (kept) {
  const again = () => (kept.ending ? sendEnding() : push());
  addEventListener("online", again);
  setInterval(() => { if (offline) again(); }, RETRY);
  again();
  if (root.dataset.live === "yes") {
    setInterval(async () => {
      const answer = leaving || kept.ending ? null : await post(root.dataset.renew, []);
      if (answer && !answer.ok) said.textContent = await answer.text();
      else if (answer && said.textContent === said.dataset.offline) said.textContent = "";
    }, 60000);
  }
}
