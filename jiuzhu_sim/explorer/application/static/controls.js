// The controls, made from what Python says of each parameter: slider and number box, choice, tick.
"use strict";

const byPath = new Map();   // path → the control with its elements

function drawControls(id, controls, open = 1) {
  const unfolded = [...$(id).querySelectorAll("details.group[open]")].map((each) => each.dataset.group);
  const groups = new Map();
  for (const each of controls) {
    if (!groups.has(each.group)) groups.set(each.group, { label: each.group_label, members: [] });
    groups.get(each.group).members.push(drawControl(each));
  }
  $(id).replaceChildren(...[...groups].map(([key, { label, members }], number) => {
    const group = make("details", { className: "group", open: unfolded.length ? unfolded.includes(key) : number < open },
      make("summary", {}, label, make("small")), ...members);
    group.dataset.group = key;
    return group;
  }));
  searched = false;
  search($("search").value);
}

function drawControl(control) {
  const id = `c-${control.path.replaceAll(".", "-")}`;
  const parts = { ...control, problem: make("p", { className: "problem", id: `${id}-problem` }) };
  parts.problem.setAttribute("role", "alert");
  const row = make("div", { className: "row" }, ...inputs(parts, id));
  const back = say(storeOf(control.path)[0] === "family" ? "family_reset" : "reset");
  const undo = make("button", { type: "button", textContent: "↺", title: back, ariaLabel: `${back}: ${control.label}` });
  undo.onclick = () => reset(control.path);
  const label = make("label", { htmlFor: id, textContent: control.label, title: control.path });
  parts.element = make("div", { className: "control" }, make("div", { className: "head" }, label, undo), row);
  if (control.unlimited) parts.element.append(tick(parts));
  if (control.basis) {
    const basis = [say("present", { value: written(control, control.value) }), control.basis].join(" · ");
    parts.element.append(make("small", { className: "basis", textContent: basis, title: basis }));
  }
  parts.element.append(parts.problem);
  parts.element.dataset.path = control.path;
  parts.found = `${control.label} ${control.path} ${control.unit}`.toLowerCase();
  byPath.set(control.path, parts);
  return parts.element;
}

function inputs(parts, id) {
  if (parts.kind === "choice") {
    parts.choice = make("select", { id }, ...parts.choices.map(([value, words]) => make("option", { value, textContent: words })));
    parts.choice.onchange = () => set(parts.path, parts.choice.value, false);
    return [parts.choice];
  }
  if (parts.kind === "boolean") {
    parts.check = make("input", { type: "checkbox", id });
    parts.check.onchange = () => set(parts.path, parts.check.checked, false);
    return [parts.check];
  }
  parts.box = make("input", { type: "text", id, className: "box", inputMode: "decimal" });
  parts.box.setAttribute("aria-describedby", `${id}-problem`);
  parts.box.onchange = () => {
    const typed = parts.box.value.trim().replace(/[,，\s]/g, "");
    if (typed === "" || typed === String(short(parts.value))) reset(parts.path);
    else set(parts.path, Number.isNaN(Number(typed)) ? typed : Number(typed), false);
  };
  const unit = make("span", { className: "unit", textContent: parts.unit });
  if (parts.slide_low === null) return [parts.box, unit];
  parts.slider = make("input", { type: "range", min: parts.slide_low, max: parts.slide_high, step: parts.step, ariaLabel: parts.title });
  parts.slider.oninput = () => { parts.box.value = parts.slider.value; set(parts.path, Number(parts.slider.value), true); };
  parts.slider.onchange = () => set(parts.path, Number(parts.slider.value), false);
  const track = make("span", { className: "track" }, parts.slider);
  if (parts.value !== null) {
    const mark = make("i", { title: say("present", { value: written(parts, parts.value) }) });
    mark.style.setProperty("--at", (parts.value - parts.slide_low) / (parts.slide_high - parts.slide_low));
    track.append(mark);
  }
  return [track, parts.box, unit];
}

function tick(parts) {
  parts.unbound = make("input", { type: "checkbox" });
  parts.unbound.onchange = () => set(parts.path, parts.unbound.checked ? null : Number(parts.slider?.value ?? parts.low ?? 0), false);
  return make("label", { className: "unit" }, parts.unbound, " ", say("unlimited"));
}

// A value as the page writes it.
function written(control, value) {
  if (control.kind === "choice") return (control.choices.find(([key]) => key === value) || ["", "—"])[1];
  if (control.kind === "boolean") return say(value ? "yes" : "no");
  if (value === null) return control.unlimited ? say("unlimited") : "—";
  return String(short(value));
}

// A yearly standard by the month has no end of decimals: four are shown, the value stays as it is.
function short(value) {
  return typeof value === "number" ? Number(value.toFixed(4)) : value;
}

// Every control as the scenario has it; the one the mouse is on stays as it is.
function paint() {
  const counts = {};
  for (const [path, parts] of byPath) {
    const [store, name] = storeOf(path);
    const changed = name in scenario[store];
    const value = changed ? scenario[store][name] : parts.value;
    parts.element.classList.toggle("changed", changed);
    if (changed) counts[parts.group] = (counts[parts.group] || 0) + 1;
    if (parts.choice) parts.choice.value = value;
    if (parts.check) parts.check.checked = value;
    if (parts.unbound) parts.unbound.checked = value === null;
    if (!parts.box) continue;
    if (!parts.problem.textContent) parts.box.value = value === null ? "" : short(value);
    if (parts.slider && typeof value === "number" && Number(parts.slider.value) !== value) parts.slider.value = value;
  }
  const n = Object.keys(scenario.changes).length;
  $("changed").textContent = n ? say("changed", { n }) : say("no_change");
  $("reset").disabled = !n;
  for (const group of document.querySelectorAll("details.group")) {
    const inside = counts[group.dataset.group];
    group.querySelector("small").textContent = inside ? say("changed", { n: inside }) : "";
  }
}

// Say at the control what is wrong with its value; the scenario goes back to what was good.
function refuse(problems) {
  const others = [];
  for (const { path, sentence } of problems) {
    if (byPath.has(path)) problem(path, sentence); else others.push(sentence);
    if (path in good) scenario.changes = { ...scenario.changes, [path]: good[path] };
    else { const { [path]: _, ...rest } = scenario.changes; scenario.changes = rest; }
  }
  if (others.length) notice("message", others);
  paint();
}

function problem(path, sentence) {
  for (const [name, parts] of byPath) {
    if (path && name !== path) continue;
    parts.problem.textContent = sentence;
    if (parts.box) parts.box.ariaInvalid = sentence ? "true" : "false";
  }
}

let searched = false;   // whether groups are folded as the search wants it

function search(words) {
  const wanted = words.trim().toLowerCase();
  let any = false;
  for (const group of $("groups").children) {
    let inside = false;
    for (const element of group.querySelectorAll(".control")) {
      const fits = !wanted || byPath.get(element.dataset.path).found.includes(wanted);
      element.hidden = !fits;
      inside = inside || fits;
    }
    group.hidden = !inside;
    if (wanted && !searched) group.dataset.unfolded = group.open;
    if (wanted) group.open = inside;
    else if (searched) group.open = group.dataset.unfolded === "true";
    any = any || inside;
  }
  searched = Boolean(wanted);
  $("nothing").hidden = any;
}
