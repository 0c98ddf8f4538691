/* Verifies the published record of a public draw. One file, no dependency, nothing sent: works opened from a disk.
   The same steps as verify_draw.py, written again: see docs/algorithms/lottery.md. Whole numbers only (BigInt). */
(function () {
  "use strict";

  const FORMAT = "reflexes-draw/1";

  // --- SHA-256 (FIPS 180-4) and HMAC (RFC 2104): no browser feature that a page on a disk may lack ---------------
  const ROUND = [];
  const START = [];
  (function () {
    const root = (number, power) => Math.floor((Math.pow(number, power) % 1) * 4294967296);
    for (let number = 2; ROUND.length < 64; number++) {
      let prime = true;
      for (let d = 2; d * d <= number; d++) if (number % d === 0) prime = false;
      if (!prime) continue;
      if (START.length < 8) START.push(root(number, 1 / 2));
      ROUND.push(root(number, 1 / 3));
    }
  })();

  function sha256(bytes) {
    const length = bytes.length;
    const padded = new Uint8Array(((length + 8) >> 6 << 6) + 64);
    padded.set(bytes);
    padded[length] = 128;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(length / 536870912));
    view.setUint32(padded.length - 4, (length << 3) >>> 0);
    const state = Int32Array.from(START, (word) => word | 0);
    const words = new Int32Array(64);
    const turn = (word, by) => (word >>> by) | (word << (32 - by));
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i);
      for (let i = 16; i < 64; i++) {
        const a = words[i - 15], b = words[i - 2];
        words[i] = (words[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + words[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = (state[i] + word) | 0; });
    }
    const out = new Uint8Array(32);
    state.forEach((word, i) => new DataView(out.buffer).setInt32(4 * i, word));
    return out;
  }

  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => {
    if (typeof text !== "string" || !/^([0-9a-f]{2})*$/i.test(text)) throw new TypeError("hex");
    return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  };
  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => { whole.set(part, at); return at + part.length; }, 0);
    return whole;
  };

  function hmac(key, text) {
    const inner = new Uint8Array(64).fill(0x36), outer = new Uint8Array(64).fill(0x5c);
    key.forEach((byte, i) => { inner[i] ^= byte; outer[i] ^= byte; });
    return sha256(joined(outer, sha256(joined(inner, utf8(text)))));
  }

  // --- One way of writing plain data: keys sorted, no space, UTF-8 ------------------------------------------------
  function canonical(value) {
    if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
    if (value && typeof value === "object") {
      return "{" + Object.keys(value).sort().map((key) => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
    }
    return JSON.stringify(value);
  }
  const hash = (value) => hex(sha256(utf8(canonical(value))));

  // --- The tree of the list (RFC 6962) ----------------------------------------------------------------------------
  const leaf = (line) => sha256(joined(Uint8Array.of(0), utf8(canonical(line))));
  const node = (left, right) => sha256(joined(Uint8Array.of(1), left, right));
  function root(leaves) {
    if (leaves.length === 0) return sha256(new Uint8Array(0));
    if (leaves.length === 1) return leaves[0];
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    return node(root(leaves.slice(0, split)), root(leaves.slice(split)));
  }
  function follows(shown, top) {
    let value = leaf(shown.line);
    for (const [side, other] of shown.way) value = side === "left" ? node(unhex(other), value) : node(value, unhex(other));
    return hex(value) === top;
  }

  // --- Fractions, as pairs of BigInt -------------------------------------------------------------------------------
  const fraction = (top, bottom) => ({ top: BigInt(top), bottom: BigInt(bottom) });
  const less = (a, b) => a.top * b.bottom < b.top * a.bottom;
  const minus = (a, b) => fraction(a.top * b.bottom - b.top * a.bottom, a.bottom * b.bottom);
  function percent(value) {
    const negative = value.top < 0n;
    const thousandths = ((negative ? -value.top : value.top) * 200000n / value.bottom + 1n) / 2n;
    const sign = negative && thousandths ? "-" : "";
    return sign + thousandths / 1000n + "." + String(thousandths % 1000n).padStart(3, "0") + " %";
  }

  // --- The checks ---------------------------------------------------------------------------------------------------
  const whole = (value) => {
    if (!Number.isSafeInteger(value)) throw new TypeError("number");
    return value;
  };
  const same = (a, b) => canonical(a) === canonical(b);
  const count = (list, test) => list.reduce((sum, one) => sum + (test(one) ? 1 : 0), 0);

  function most(plan, group) {
    if (group.left_out) return 0;
    return group.kind < 0 ? whole(group.people) : Math.min(whole(group.people), whole(plan.households[group.kind]));
  }

  function poolHolds(plan, pool) {
    const people = new Set(pool.map((line) => line[0]));
    if (hash(pool) !== plan.pool.sha256 || hex(root(pool.map(leaf))) !== plan.pool.root) return false;
    if (people.size !== pool.length || pool.length !== plan.pool.people) return false;
    const counts = plan.groups.map(() => 0);
    const homes = new Map();
    for (const [, group, home] of pool) {
      if (!(group >= 0 && group < counts.length) || (plan.groups[group].kind >= 0) !== (home !== "")) return false;
      counts[group] += 1;
      if (home !== "") homes.set(home, [...(homes.get(home) || []), group]);
    }
    if (!same(counts, plan.groups.map((group) => group.people))) return false;
    const shapes = plan.households.map(() => []);
    for (const members of homes.values()) {
      members.sort((a, b) => a - b);
      const kind = plan.groups[members[0]].kind;
      if (kind >= shapes.length) return false;
      shapes[kind].push(members.join());
    }
    return shapes.every((alike, kind) => new Set(alike).size <= 1 && alike.length === plan.households[kind]);
  }

  function allowed(plan, seats) {
    const homes = plan.households.map(() => 0);
    for (let at = 0; at < seats.length; at++) {
      const group = plan.groups[at];
      if (seats[at] < 0 || seats[at] > most(plan, group)) return false;
      if (group.kind >= 0) homes[group.kind] += seats[at];
    }
    if (seats.reduce((a, b) => a + b, 0) !== plan.size) return false;
    if (homes.some((many, kind) => many > plan.households[kind])) return false;
    return plan.quotas.every(([feature, value, low, high]) => {
      const held = seats.reduce((sum, many, at) => sum + (plan.groups[at].answers[feature] === value ? many : 0), 0);
      return low <= held && held <= high;
    });
  }

  function wrongTicket(plan) {
    const good = plan.compositions.map((composition) => {
      const seats = plan.groups.map(() => 0);
      for (const [group, many] of composition) {
        if (!(group >= 0 && group < seats.length)) throw new TypeError("composition");
        seats[group] += whole(many);
      }
      return allowed(plan, seats);
    });
    const at = plan.tickets.findIndex((place) => !good[place]);
    return at < 0 ? null : at + 1;
  }

  function boundOf(plan) {
    const bound = plan.bound;
    const numbers = (list) => list.map((text) => BigInt(text));
    const seat = BigInt(bound.seat), quotas = numbers(bound.quotas), homes = numbers(bound.households), weights = numbers(bound.weights);
    if (weights.length !== plan.groups.length || quotas.length !== plan.quotas.length || homes.length !== plan.households.length) throw new TypeError("bound");
    if ([...weights, ...homes].some((value) => value < 0n)) throw new TypeError("bound");
    let total = seat * BigInt(plan.size);
    homes.forEach((price, kind) => { total += price * BigInt(plan.households[kind]); });
    quotas.forEach((price, at) => { total += price * BigInt(price > 0n ? plan.quotas[at][3] : plan.quotas[at][2]); });
    let everybody = 0n;
    weights.forEach((weight, at) => {
      const group = plan.groups[at];
      if (group.left_out && weight) throw new TypeError("bound");
      let over = weight - seat - (group.kind >= 0 ? homes[group.kind] : 0n);
      plan.quotas.forEach(([feature, value], row) => { if (group.answers[feature] === value) over -= quotas[row]; });
      if (over > 0n) total += over * BigInt(most(plan, group));
      everybody += weight * BigInt(group.people);
    });
    return everybody && total < everybody ? fraction(total, everybody) : fraction(1, 1);
  }

  function chances(plan) {
    const totals = plan.groups.map(() => 0);
    for (const place of plan.tickets) for (const [group, many] of plan.compositions[place]) totals[group] += many;
    let worst = null;
    plan.groups.forEach((group, at) => {
      if (group.left_out) return;
      const chance = fraction(totals[at], plan.tickets.length * group.people);
      if (!worst || less(chance, worst)) worst = chance;
    });
    const value = boundOf(plan);
    const [top, bottom] = plan.bound.value.split("/").map(BigInt);
    const told = fraction(top, bottom === undefined ? 1n : bottom);
    const figures = { worst: percent(worst), bound: percent(value), loss: percent(minus(value, worst)) };
    const found = [
      { code: "chances", ok: same(totals, plan.seats), params: figures },
      { code: "bound", ok: !less(value, told) && !less(told, value) && !less(value, worst), params: figures },
    ];
    const out = plan.groups.reduce((sum, group) => sum + (group.left_out ? group.people : 0), 0);
    if (out) found.push({ code: "left_out", ok: null, params: { people: out } });
    return found;
  }

  function announced(sources, draw) {
    if (!sources.length) return true;
    if (sources.length !== draw.said.length) return false;
    return sources.every((names, place) => {
      const name = draw.said[place].slice(0, Math.max(0, draw.said[place].lastIndexOf(":")));
      return names.includes(name) && same(names.slice(0, names.indexOf(name)), draw.silent[place] || []);
    });
  }

  function ticketOf(seed, tickets) {
    for (let counter = 0; ; counter++) {
      const value = new DataView(hmac(seed, "ticket:" + counter).buffer).getUint32(0);
      if (value < 4294967296 - (4294967296 % tickets)) return (value % tickets) + 1;
    }
  }

  function rankingOf(seed, people) {
    const key = new Map(people.map((person) => [person, hex(hmac(seed, "person:" + person)) + person]));
    return [...people].sort((a, b) => (key.get(a) < key.get(b) ? -1 : 1));
  }

  function seated(lines, order, composition) {
    const left = new Map(composition), homes = new Set(), panel = [];
    for (const person of order) {
      const [group, home] = lines.get(person);
      if ((left.get(group) || 0) > 0 && !homes.has(home)) {
        left.set(group, left.get(group) - 1);
        panel.push(person);
        if (home !== "") homes.add(home);
      }
    }
    return panel;
  }

  function replaced(plan, lines, order, panel, departures) {
    const answers = (person) => plan.groups[lines.get(person)[0]].answers;
    const missing = (people) => plan.quotas.reduce((sum, [feature, value, low, high]) => {
      const held = count(people, (person) => answers(person)[feature] === value);
      return sum + Math.max(0, low - held, held - high);
    }, 0);
    let sitting = [...panel];
    const gone = new Set();
    return departures.map((one) => {
      const left = one.left;
      if (!lines.has(left) || gone.has(left)) throw new TypeError("departure");
      gone.add(left);
      const line = { left, reason: one.reason, came: "", rank: 0, manner: "reserve" };
      if (!sitting.includes(left)) return line;
      const before = missing(sitting);
      sitting = sitting.filter((person) => person !== left);
      const there = new Set(sitting), homes = new Set(sitting.map((person) => lines.get(person)[1]).filter((home) => home !== ""));
      const waiting = order.filter((person) => !gone.has(person) && !there.has(person) && !homes.has(lines.get(person)[1]));
      const alike = waiting.find((person) => same(answers(person), answers(left)));
      line.manner = "nobody";
      if (alike !== undefined) {
        line.came = alike;
        line.manner = "same_profile";
      } else if (waiting.length) {
        const misses = new Map();
        for (const person of waiting) {
          const group = lines.get(person)[0];
          if (!misses.has(group)) misses.set(group, missing([...sitting, person]));
        }
        const least = Math.min(...misses.values());
        line.came = waiting.find((person) => misses.get(lines.get(person)[0]) === least);
        line.manner = least <= before ? "quotas" : "closest";
      }
      if (line.came !== "") {
        line.rank = order.indexOf(line.came) + 1;
        sitting.push(line.came);
      }
      return line;
    });
  }

  function drawFindings(record) {
    const { plan, draw } = record;
    const seed = sha256(utf8([record.commitment, ...draw.said].join("\n")));
    const found = [{ code: "seed", ok: hex(seed) === draw.seed && announced(plan.sources, draw), params: {} }];
    if (!draw.said.length) found.push({ code: "rehearsal", ok: null, params: {} });
    else if (!plan.sources.length) found.push({ code: "not_announced", ok: null, params: {} });
    const ticket = ticketOf(seed, plan.tickets.length);
    found.push({ code: "ticket", ok: ticket === draw.ticket, params: { ticket } });
    const composition = plan.compositions[plan.tickets[ticket - 1]];
    const size = { size: plan.size };
    if (!("pool" in record)) {
      const groups = new Map(record.opened.map((one) => [one.line[0], one.line[1]]));
      const shown = draw.panel.map((person) => groups.get(person));
      const ok = new Set(draw.panel).size === shown.length && shown.length === plan.size
        && composition.every(([group, many]) => count(shown, (one) => one === group) === many);
      return [...found, { code: "counts", ok, params: size }];
    }
    const lines = new Map(record.pool.map(([person, group, home]) => [person, [group, home]]));
    const order = rankingOf(seed, [...lines.keys()]);
    const panel = seated(lines, order, composition);
    found.push({ code: "panel", ok: same(panel, draw.panel), params: size });
    const departures = record.departures;
    if (departures.length) {
      const ok = same(replaced(plan, lines, order, panel, departures), departures);
      found.push({ code: "departures", ok, params: { departures: departures.length } });
    }
    return found;
  }

  function verify(record) {
    try {
      const plan = record.plan;
      if (plan.format !== FORMAT) throw new TypeError("format");
      const found = [{ code: "commitment", ok: hash(plan) === record.commitment, params: {} }];
      if ("pool" in record) {
        found.push({ code: "pool", ok: poolHolds(plan, record.pool), params: { people: record.pool.length } });
      } else {
        const ok = record.opened.every((one) => follows(one, plan.pool.root));
        found.push({ code: "opened", ok, params: { people: record.opened.length } }, { code: "sealed", ok: null, params: {} });
      }
      const ticket = wrongTicket(plan);
      found.push({ code: "tickets", ok: ticket === null, params: { tickets: plan.tickets.length, size: plan.size, ticket } });
      found.push(...chances(plan));
      if (!("draw" in record)) return [...found, { code: "not_drawn", ok: null, params: {} }];
      return [...found, ...drawFindings(record)];
    } catch (error) {
      return [{ code: "format", ok: false, params: { why: String(error.message || error).slice(0, 80) } }];
    }
  }

  function ownLines(record, text, french) {
    const trimmed = text.trim();
    if (!trimmed) return [];
    if (trimmed.startsWith("{")) {
      let ok = false;
      try { ok = follows(JSON.parse(trimmed), record.plan.pool.root); } catch (error) { ok = false; }
      return [WORDS[french ? "fr" : "en"].line[ok ? 0 : 1]];
    }
    const line = (record.pool || []).find((one) => one[0] === trimmed);
    if (!line) return [WORDS[french ? "fr" : "en"].nobody];
    const plan = record.plan, group = plan.groups[line[1]];
    const chance = percent(fraction(plan.seats[line[1]], plan.tickets.length * group.people));
    const said = [
      (french ? "Profil : " : "Profile: ") + plan.features.map((name, at) => name + " : " + group.answers[at]).join(", "),
      (french ? "Chance : " : "Chance: ") + chance,
    ];
    if ("draw" in record) {
      const order = rankingOf(unhex(record.draw.seed), record.pool.map((one) => one[0]));
      said.push((french ? "Rang au classement : " : "Rank: ") + (order.indexOf(trimmed) + 1) + (french ? " sur " : " of ") + order.length);
    }
    return said;
  }

  // --- Words ---------------------------------------------------------------------------------------------------------
  const WORDS = {
    fr: {
      title: "Vérifier un tirage au sort", other: "English", otherCode: "en",
      intro: "Cette page refait tout le calcul d’un tirage publié : la liste, les quotas, les chances, la preuve, la graine, le billet, le groupe et les remplacements. Elle n’envoie rien : le relevé reste sur votre appareil. Elle marche aussi sans réseau, ouverte depuis un disque.",
      record: "Le relevé publié (un fichier .json)", person: "Votre pseudonyme ou votre ligne, si vous voulez la voir (facultatif)",
      go: "Vérifier", found: "Ce qui a été vérifié", waiting: "Choisissez un relevé.", script: "Le même calcul en Python, sans rien d’autre (verify_draw.py)",
      all: "Tout est vrai.", some: "Quelque chose est faux.", unread: "Ce fichier n’est pas un relevé.",
      marks: { true: "Vrai", false: "Faux", null: "À savoir" }, nobody: "Ce pseudonyme n’est pas dans la liste.",
      line: ["Cette ligne appartient à la liste annoncée.", "Cette ligne n’appartient pas à la liste annoncée."],
      format: ["", "Le relevé ne se lit pas : il manque quelque chose ou une valeur n’est pas du bon genre ({why})."],
      commitment: ["L’empreinte publiée avant le tirage est bien celle du plan.", "L’empreinte publiée n’est pas celle du plan : le plan a changé après sa publication."],
      pool: ["La liste des {people} personnes (pseudonymes) est celle qui avait été annoncée.", "La liste des personnes n’est pas celle qui avait été annoncée."],
      opened: ["Les {people} lignes montrées appartiennent à la liste annoncée.", "Une ligne montrée n’appartient pas à la liste annoncée."],
      tickets: ["Les {tickets} billets donnent tous un groupe de {size} personnes qui respecte les quotas et les foyers.", "Le billet {ticket} ne respecte pas la taille, les quotas ou les foyers."],
      chances: ["Les chances sont justes ; la plus petite est de {worst}.", "Les chances publiées ne sont pas celles des billets."],
      bound: ["Personne ne pouvait promettre mieux que {bound} au moins chanceux ; les billets donnent {worst} (-{loss}).", "La preuve que la plus petite chance est la meilleure possible est fausse."],
      seed: ["La graine vient bien de l’empreinte et de ce que le hasard a dit.", "La graine ne vient pas de l’empreinte et des sources annoncées."],
      ticket: ["Le billet tiré est bien le numéro {ticket}.", "Le billet tiré devrait être le numéro {ticket}."],
      panel: ["Le groupe tiré au sort est bien celui du billet et du classement : {size} personnes.", "Le groupe publié n’est pas celui du billet et du classement."],
      counts: ["Le groupe montré a bien la composition du billet tiré.", "Le groupe montré n’a pas la composition du billet tiré."],
      departures: ["Les {departures} départs et remplacements suivent le classement.", "Les départs et remplacements publiés ne suivent pas le classement."],
      rehearsal: ["C’est une répétition : aucune source de hasard n’a été donnée, chacun pouvait prévoir le résultat."],
      not_drawn: ["Le tirage n’a pas encore eu lieu."],
      sealed: ["La liste n’est pas jointe : l’ordre des autres personnes se vérifie par chacune avec sa propre ligne."],
      not_announced: ["Les sources de hasard n’avaient pas été annoncées dans le plan."],
      left_out: ["{people} personnes ne pouvaient siéger dans aucun groupe avec ces quotas."],
    },
    en: {
      title: "Verify a public draw", other: "Français", otherCode: "fr",
      intro: "This page does the whole calculation of a published draw again: the list, the quotas, the chances, the proof, the seed, the ticket, the panel and the replacements. It sends nothing: the record stays on your device. It also works without a network, opened from a disk.",
      record: "The published record (a .json file)", person: "Your pseudonym or your line, if you want to see it (optional)",
      go: "Verify", found: "What was verified", waiting: "Choose a record.", script: "The same calculation in Python, nothing else needed (verify_draw.py)",
      all: "Everything is true.", some: "Something is false.", unread: "This file is not a record.",
      marks: { true: "True", false: "False", null: "Note" }, nobody: "This pseudonym is not in the list.",
      line: ["This line belongs to the list announced.", "This line does not belong to the list announced."],
      format: ["", "The record cannot be read: something is missing or is not of the right kind ({why})."],
      commitment: ["The commitment published before the draw is that of the plan.", "The commitment published is not that of the plan: the plan changed after it was published."],
      pool: ["The list of {people} people (pseudonyms) is the one announced.", "The list of people is not the one announced."],
      opened: ["The {people} lines shown belong to the list announced.", "A line shown does not belong to the list announced."],
      tickets: ["All {tickets} tickets give a panel of {size} people that keeps the quotas and the households.", "Ticket {ticket} does not keep the size, the quotas or the households."],
      chances: ["The chances are right; the smallest is {worst}.", "The chances published are not those of the tickets."],
      bound: ["Nobody could promise more than {bound} to the least lucky person; the tickets give {worst}, {loss} less.", "The proof that the smallest chance is the best possible is wrong."],
      seed: ["The seed comes from the commitment and from what chance said.", "The seed does not come from the commitment and the sources announced."],
      ticket: ["The ticket drawn is number {ticket}.", "The ticket drawn should be number {ticket}."],
      panel: ["The panel is that of the ticket and of the ranking: {size} people.", "The panel published is not that of the ticket and of the ranking."],
      counts: ["The panel shown has the composition of the ticket drawn.", "The panel shown does not have the composition of the ticket drawn."],
      departures: ["The {departures} departures and replacements follow the ranking.", "The departures and replacements published do not follow the ranking."],
      rehearsal: ["This is a rehearsal: no source of chance was given, anyone could foresee the result."],
      not_drawn: ["The draw has not taken place yet."],
      sealed: ["The list is not attached: the order of the others is checked by each of them with their own line."],
      not_announced: ["The sources of chance had not been announced in the plan."],
      left_out: ["{people} people could sit on no panel under these quotas."],
    },
  };
  const sentence = (finding, language) =>
    WORDS[language][finding.code][finding.ok === false ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => finding.params[name]);

  // --- The page --------------------------------------------------------------------------------------------------------
  function start() {
    const at = (id) => document.getElementById(id);
    let language = "fr", record = null, findings = null;

    function say() {
      const words = WORDS[language];
      document.documentElement.lang = language;
      document.title = words.title;
      for (const element of document.querySelectorAll("[data-words]")) {
        if (element.id !== "verdict") element.textContent = words[element.dataset.words];
      }
      at("language").textContent = words.other;
      at("language").lang = words.otherCode;
      const wrong = findings && findings.some((one) => one.ok === false);
      at("verdict").className = wrong ? "wrong" : "";
      at("verdict").textContent = !findings ? words.waiting
        : findings[0].code === "format" ? words.unread : wrong ? words.some : words.all;
      at("findings").replaceChildren(...(findings || []).map((one) => {
        const item = document.createElement("li"), mark = document.createElement("span");
        item.dataset.code = one.code;
        item.className = one.ok === false ? "wrong" : "";
        mark.className = "mark";
        mark.textContent = words.marks[String(one.ok)] + ". ";
        item.append(mark, sentence(one, language));
        return item;
      }));
      let own = [];
      try {
        own = record && findings[0].code !== "format" ? ownLines(record, at("person").value, language === "fr") : [];
      } catch (error) {
        own = [words.nobody];
      }
      at("own").replaceChildren(...own.map((text) => {
        const line = document.createElement("p");
        line.textContent = text;
        return line;
      }));
    }

    function look() {
      const file = at("record").files[0];
      if (!file) return say();
      const reader = new FileReader();
      reader.onload = () => {
        try { record = JSON.parse(reader.result); } catch (error) { record = null; }
        findings = verify(record);
        say();
      };
      reader.readAsText(file);
    }

    at("go").addEventListener("click", look);
    at("record").addEventListener("change", look);
    at("language").addEventListener("click", () => { language = WORDS[language].otherCode; say(); });
    if (!/^fr/i.test(navigator.language || "fr")) language = "en";
    say();
  }

  if (typeof document !== "undefined") {
    window.verifyDraw = verify;
    start();
  } else {
    module.exports = { verify, sha256, hex, utf8, hmac, boundOf, percent, sentence };
  }
})();
