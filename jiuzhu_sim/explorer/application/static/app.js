// The page of the application. It holds the scenario and sends all of it with every request; at
// most one request is under way, and when it is answered the newest one follows (the last value
// wins). Views come as ready HTML from the computing process; all other text goes by textContent.
"use strict";

const BUSY_AFTER = 300;     // ms after which the page says that it is computing

const $ = (id) => document.getElementById(id);
const scenario = { changes: {}, name: "", kept: [], family: {} };
const shown = { lang: "", texts: {}, controls: [], panels: [], always: [], panel: "", title: "", file: "" };
const server = { status: null, ready: false, starts: 0, gone: "" };
let good = {};              // the changes of the last answer: what a refused value goes back to

// -- small helpers -------------------------------------------------------------------------------

function say(key, values = {}) {
  const sentence = (shown.texts[shown.lang] || {})[key] || "";
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

async function post(kind, content = {}) {
  const answer = await fetch(`/api/${kind}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ lang: shown.lang, ...content }),
  });
  if (!answer.ok) return { problems: [{ path: "", sentence: await answer.text() }] };
  return answer.headers.get("Content-Type").startsWith("application/json") ? answer.json() : answer.blob();
}

function notice(id, sentences, ...buttons) {
  const box = $(id);
  box.hidden = !sentences;
  if (!sentences) return;
  const words = make("p", { textContent: [].concat(sentences).join("\n") });
  words.style.whiteSpace = "pre-line";
  const close = make("button", { type: "button", textContent: say("close"), onclick: () => notice(id, "") });
  box.replaceChildren(words, ...buttons, ...(id === "message" ? [close] : []));
}

function button(key, act) {
  return make("button", { type: "button", textContent: say(key), onclick: act });
}

function download(content, file) {
  const link = make("a", { href: URL.createObjectURL(content), download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const memory = {
  get(name) { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } },
  set(name, value) { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* a private window */ } },
};

// -- the scenario --------------------------------------------------------------------------------

const place = () => `jiuzhu.scenario.${server.status.law}`;

function keep() {
  memory.set(place(), { ...scenario, title: shown.title, session: server.status.session });
}

// Fields of the family's form have paths too; they are kept apart from the changes of the law.
const storeOf = (path) => (path.startsWith("family.") ? ["family", path.slice(7)] : ["changes", path]);

function set(path, value, dragging) {
  const [store, name] = storeOf(path);
  problem(path, "");
  scenario[store] = { ...scenario[store], [name]: value };
  refresh(dragging);
}

function reset(path) {
  const [store, name] = storeOf(path);
  const { [name]: _, ...others } = scenario[store];
  scenario[store] = others;
  problem(path, "");
  refresh(false);
}

function resetAll(store) {
  scenario[store] = {};
  problem("", "");
  refresh(false);
}

function take(changes, name) {
  scenario.changes = { ...changes };
  scenario.name = $("name").value = name || "";
  refresh(false);
}

// The scenario as a file without the server's help (JSON is YAML; no limit is .inf there).
function scenarioFile() {
  const title = scenario.name || shown.title;
  const both = (words) => `{zh: ${JSON.stringify(words)}, en: ${JSON.stringify(words)}}`;
  const lines = Object.entries(scenario.changes).map(
    ([path, value]) => `  ${path}: ${value === null ? ".inf" : JSON.stringify(value)}`);
  return `title: ${both(title)}\nauthor: ""\nreference: ${both("—")}\n`
    + `baseline: ${server.status.law}\nchanges:\n${lines.join("\n")}\n`;
}

async function save() {
  if (!Object.keys(scenario.changes).length) return notice("message", say("nothing_to_save"));
  let content = scenarioFile();
  if (server.ready) {
    const answer = await post("save", scenario).catch(() => ({ stopped: true }));
    if (answer.problems) return notice("message", answer.problems.map((each) => each.sentence));
    content = answer.text || content;
  }
  const name = (scenario.name || shown.title || say("scenario_file")).replace(/[\\/:*?"<>|\s]+/g, "_").slice(0, 60);
  download(new Blob([content], { type: "text/yaml" }), `${name}.yaml`);
  notice("message", say("saved", { file: `${name}.yaml` }));
}

async function openFile(file) {
  const answer = await post("open", { text: await file.text(), file: file.name }).catch(() => ({ stopped: true }));
  if (answer.stopped) return look();
  if (answer.problems) {
    return notice("message", [say("not_opened", { file: file.name }), ...answer.problems.map((each) => each.sentence)]);
  }
  take(answer.changes, answer.name);
  notice("message", say("opened", { name: answer.name }));
}

function remember() {
  const same = (each) => JSON.stringify(each.changes) === JSON.stringify(scenario.changes);
  if (!Object.keys(scenario.changes).length) return notice("message", say("no_change"));
  if (scenario.kept.some(same)) return notice("message", say("kept_before"));
  if (scenario.kept.length >= shown.kept_most) return notice("message", say("kept_most", { most: shown.kept_most }));
  scenario.kept = [...scenario.kept, { name: scenario.name, changes: scenario.changes }];
  notice("message", say("kept", { name: scenario.name || shown.title }));
  refresh(false);
}

function drawKept(titles) {
  $("kept").hidden = !titles.length;
  $("kept").replaceChildren(say("kept_list"), ...titles.map((title, number) => {
    const drop = make("button", { type: "button", textContent: "×", ariaLabel: say("drop", { name: title }) });
    drop.onclick = () => {
      scenario.kept = scenario.kept.filter((_, other) => other !== number);
      refresh(false);
    };
    return make("span", { className: "chip" }, title, drop);
  }));
}

async function excel() {
  await busyWhile(async () => {
    const answer = await post("excel", scenario).catch(() => ({ stopped: true }));
    if (answer instanceof Blob) return download(answer, `${scenario.name || shown.title || "jiuzhu"}.xlsx`);
    if (answer.stopped) return look();
    notice("message", answer.problems.map((each) => each.sentence));
  });
}

// -- asking --------------------------------------------------------------------------------------

let running = false, next = null, sequence = 0;

function refresh(dragging) {
  paint();
  keep();
  sequence += 1;
  next = { dragging, sequence };
  if (!running) run();
}

async function run() {
  running = true;
  while (next && server.ready) {
    const { dragging, sequence } = next;
    next = null;
    const views = visible().filter((view) => view.live || !dragging);
    const request = { ...scenario, dragging, sequence, views: views.map((view) => view.key) };
    const answer = await busyWhile(() => post("state", request).catch(() => ({ stopped: true })));
    if (answer.stopped) {
      next = next || { dragging: false, sequence };  // asked again when there is somebody to ask
      server.ready = false;
      server.died = true;
      notice("trouble", say("stopped"));
      look();
    } else if (answer.problems) {
      if (!next) refuse(answer.problems);  // else the newest values are still to be judged
    } else {
      draw(answer, dragging);
    }
  }
  running = false;
}

async function busyWhile(act) {
  const timer = setTimeout(() => { $("busy").hidden = false; }, BUSY_AFTER);
  try { return await act(); } finally { clearTimeout(timer); $("busy").hidden = true; }
}

function visible() {
  const panel = shown.panels.find((each) => each.key === shown.panel);
  return panel ? [...(panel.always ? shown.always : []), ...panel.views] : [];
}

// -- drawing -------------------------------------------------------------------------------------

function draw(answer, dragging) {
  for (const [key, html] of Object.entries(answer.views)) replace(key, html);
  for (const view of visible()) {
    const section = box(view.key)?.firstElementChild;
    if (section) section.classList.toggle("jz-stale", dragging && !view.live);
  }
  if (!next) {
    good = scenario.changes = answer.changes;
    paint();
  }
  shown.title = answer.title;
  $("name").placeholder = Object.keys(answer.changes).length ? answer.title : "";
  const n = answer.households?.toLocaleString(), of = answer.of?.toLocaleString();
  $("computed").textContent = !n ? "" : answer.is_sample ? say("sample", { n, of }) : say("took", { n, seconds: answer.seconds.toFixed(2) });
  $("family-problems").replaceChildren(...(answer.family_problems || []).map((each) => make("p", { textContent: each.sentence })));
  if (!dragging) {
    keep();
    drawKept(answer.kept);
    const said = document.querySelector("#results .view .jz-said");
    if (server.died) notice("message", say("recovered"));
    server.died = false;
    if (said && $("said").textContent !== said.textContent) $("said").textContent = said.textContent;
  }
  $("results").dataset.sequence = sequence;
}

const box = (key) => document.querySelector(`[data-view="${key}"]`);

// Put new HTML in place of a view at once; what was unfolded stays so, and the focus stays.
function replace(key, html) {
  const old = box(key);
  const open = new Set([...old.querySelectorAll("details[open]")].map((each) => each.dataset.key));
  const focused = old.contains(document.activeElement) ? document.activeElement.closest("details") : null;
  const fresh = make("template");
  fresh.innerHTML = html;
  for (const each of fresh.content.querySelectorAll("details")) each.open = open.has(each.dataset.key);
  old.replaceChildren(fresh.content);
  if (focused) old.querySelector(`details[data-key="${focused.dataset.key}"] summary`)?.focus({ preventScroll: true });
}

function boxes(views) {
  return views.map((view) => {
    const container = make("div", { className: "view" });
    container.dataset.view = view.key;
    return container;
  });
}

function showPanel(key) {
  shown.panel = key;
  for (const tab of $("tabs").children) {
    tab.ariaSelected = tab.dataset.panel === key;
    tab.tabIndex = tab.dataset.panel === key ? 0 : -1;
    if (tab.dataset.panel === key) $("panel").setAttribute("aria-labelledby", tab.id);
  }
  const panel = shown.panels.find((each) => each.key === key);
  $("views").replaceChildren(...boxes(panel.views));
  $("always").hidden = !panel.always;
  $("family").hidden = panel.always;
  $("panel").className = panel.always ? "" : "family";
  refresh(false);
}

function drawTabs() {
  $("tabs").replaceChildren(...shown.panels.map(({ key, label }) => {
    const tab = make("button", { type: "button", role: "tab", id: `tab-${key}`, textContent: label, onclick: () => showPanel(key) });
    tab.dataset.panel = key;
    tab.setAttribute("aria-controls", "panel");
    return tab;
  }));
  $("tabs").onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const keys = shown.panels.map((each) => each.key);
    const to = keys[(keys.indexOf(shown.panel) + step + keys.length) % keys.length];
    showPanel(to);
    $(`tab-${to}`).focus();
  };
}
