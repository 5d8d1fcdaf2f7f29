// How the application starts, what happens when part of it stops, and the language of the page.
"use strict";

const LOOK = 500;           // ms between two looks at the server
const LOOK_STARTING = 250;  // the same while something is starting

// Under which name the browser keeps how long the stages of such a start took.
const times = (status) => `jiuzhu.times.${status.law}.${status.people}.${status.households}`;

function drawStart(status) {
  const known = { ...status.estimates, ...memory.get(times(status)) };
  const names = Object.keys(status.estimates), now = names.indexOf(status.stage);
  const people = status.people ? `${status.people}` : say("households", { n: status.households.toLocaleString() });
  $("preparing").textContent = say("preparing", { law: status.label[shown.lang], people });
  $("stages").replaceChildren(...names.map((name, number) =>
    make("li", { className: number < now ? "done" : number === now ? "now" : "", textContent: say(`stage.${name}`) })));
  const left = names.slice(now).reduce((sum, name) => sum + known[name], 0) - status.seconds;
  const after = names.slice(now + 1).reduce((sum, name) => sum + known[name], 0);
  const seconds = Math.ceil(Math.max(left, after));
  const late = status.seconds > 2 * known[names[now]] + 2;
  $("remaining").textContent = now < 0 ? "" : late ? say("longer", { seconds: Math.round(status.seconds) })
    : seconds > 1 ? say("remaining", { seconds }) : say("any_moment");
}

function troubled(status) {
  const again = status.starts > 1 && status.stage !== "ready";
  const sentences = status.problems.map((each) => each.sentence);
  if (status.stage === "failed") {
    notice("trouble", sentences, button("again", () => post("again").then(look)), button("save", save));
  } else if (sentences.length || again) {
    notice("trouble", sentences.length ? sentences : say("stopped"));
  } else {
    notice("trouble", "");
  }
}

let looking = null;

// Look how the server is, and go on as that demands; looks again by itself.
async function look() {
  clearTimeout(looking);
  const [status, lost] = await fetch("/api/status").then(
    async (answer) => (answer.ok ? [await answer.json(), ""] : [null, answer.status === 403 ? "new_address" : "gone"]),
    () => [null, "gone"]);
  if (lost) miss(lost); else await seen(status);
  clearTimeout(looking);
  looking = setTimeout(look, server.ready ? LOOK : LOOK_STARTING * (lost ? 4 : 1));
}

// The server does not answer, or is another one: the last result stays, and so does the scenario.
function miss(how) {
  server.ready = false;
  $("results").classList.add("stopped");
  if (server.gone !== how) {
    notice("message", "");
    notice("trouble", say(how), button("save", save));
  }
  server.gone = how;
}

async function seen(status) {
  const ready = status.stage === "ready";
  const died = server.starts > 0 && status.starts > server.starts;
  const other = server.gone || (server.status && server.status.session !== status.session);
  server.status = status;
  server.starts = status.starts;
  server.died = server.died || died;
  if (!ready || !server.ready || died || other) {
    server.ready = false;
    $("results").classList.toggle("stopped", !ready);
    troubled(status);
    if (!ready) {
      $("start").hidden = shown.controls.length > 0;
      drawStart(status);
      next = next || { dragging: false, sequence };
    }
  }
  server.gone = "";
  if (!ready || server.ready) return;
  memory.set(times(status), status.taken);
  server.ready = true;
  if (!shown.controls.length || other) await loadControls();
  else refresh(false);
}

async function loadControls() {
  const answer = await post("controls").catch(() => ({ stopped: true }));
  if (answer.stopped) { server.ready = false; return; }
  if (answer.problems) return notice("trouble", answer.problems.map((each) => each.sentence));
  const first = !shown.controls.length;
  Object.assign(shown, answer, { panel: shown.panel || answer.panels[0].key, title: "", place: answer.title });
  $("place").textContent = answer.title;
  document.title = `${answer.title} · ${say("heading")}`;
  $("stamps").replaceChildren(...answer.stamps.map((words) => make("span", { textContent: words })));
  $("start").hidden = true;
  $("controls").hidden = $("results").hidden = false;
  byPath.clear();
  drawControls("groups", answer.controls);
  drawControls("family-groups", answer.form, 2);
  $("always").replaceChildren(...boxes(shown.always));
  drawTabs();
  if (first) begin(answer.start);
  showPanel(shown.panel);
}

// The scenario to begin with: that of before a reload, else the one the program was started with;
// one of an earlier run is offered.
function begin(start) {
  const last = memory.get(place());
  const there = last && [last.changes, last.kept, last.family].some((part) => Object.keys(part || {}).length);
  if (there && last.session === server.status.session) return restore(last);
  Object.assign(scenario, { changes: { ...start.changes }, name: start.name });
  $("name").value = start.name;
  if (there) {
    const name = last.name || last.title;
    notice("message", say("offer", { name }),
      button("take", () => { restore(last); notice("message", ""); refresh(false); }));
  }
}

function restore(last) {
  Object.assign(scenario, { changes: last.changes, name: last.name, kept: last.kept, family: last.family });
  $("name").value = last.name;
}

function measure() {
  document.documentElement.style.setProperty("--head", `${document.querySelector("header").offsetHeight + 12}px`);
}

function setLanguage(lang) {
  shown.lang = lang;
  memory.set("jiuzhu.language", lang);
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  for (const each of document.querySelectorAll("[data-text]")) each.textContent = say(each.dataset.text);
  for (const each of document.querySelectorAll("[data-label]")) each.ariaLabel = each.placeholder = say(each.dataset.label);
  notice("message", "");
}

async function begun() {
  const token = new URLSearchParams(location.search).has("token");
  if (token) history.replaceState(null, "", "/");  // the cookie has it now; not in the history
  try {
    shown.texts = await (await fetch("/api/texts")).json();
    const status = await (await fetch("/api/status")).json();
    setLanguage(memory.get("jiuzhu.language") || status.lang);
  } catch { /* told by look() */ }
  $("save").onclick = save;
  $("open").onclick = () => $("file").click();
  $("file").onchange = () => { if ($("file").files.length) openFile($("file").files[0]); $("file").value = ""; };
  $("remember").onclick = remember;
  $("excel").onclick = excel;
  $("print").onclick = () => window.print();
  $("larger").onclick = () => { $("larger").ariaPressed = document.documentElement.classList.toggle("larger"); };
  $("language").onclick = () => { setLanguage(shown.lang === "zh" ? "en" : "zh"); if (server.ready) loadControls(); };
  $("name").onchange = () => { scenario.name = $("name").value.trim(); refresh(false); };
  $("reset").onclick = () => resetAll("changes");
  $("family-reset").onclick = () => resetAll("family");
  $("family").onsubmit = (event) => event.preventDefault();
  $("search").oninput = () => search($("search").value);
  $("controls").onsubmit = (event) => event.preventDefault();
  new ResizeObserver(measure).observe(document.querySelector("header"));
  look();
}

begun();
