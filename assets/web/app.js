// The page of the LwM2M server. It knows what /api tells and nothing else; no build step, no library.

const $ = (id) => document.getElementById(id);
const POLL_MS = 2000;
const DRAW_MS = 250;
const POINTS = 240;
const POINT_MS = 250;

/** An element with attributes, listeners and children; texts are texts, never markup. */
function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((c) => c != null));
  return element;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Announces a sentence to those who listen to the page. */
function announce(text) { $("announce").textContent = text; }

// ---- The server -------------------------------------------------------------------------------------------------

let token = sessionStorage.getItem("token") ?? "";
let asking = null;

/** Asks for the token, once for all who need it. */
function askForToken() {
  asking ??= ask({ title: "This server wants a token", yes: "Sign in",
    text: "It was set when the server was started, in BREAKER_CONSOLE_HTTP_TOKEN or in a file.",
    fields: [{ name: "token", label: "Token", type: "password", required: true }] })
    .then((answer) => {
      asking = null;
      if (!answer) return false;
      token = answer.token.trim();
      sessionStorage.setItem("token", token);
      return true;
    });
  return asking;
}

class Problem extends Error {
  constructor(body, status) {
    super(body?.detail ?? `the server answered ${status}`);
    this.body = body ?? {};
    this.status = status;
  }
}

async function request(path, { method = "GET", body, headers = {}, signal } = {}) {
  for (;;) {
    const all = { ...headers };
    if (token) all.Authorization = `Bearer ${token}`;
    if (body !== undefined) all["Content-Type"] = "application/json";
    const response = await fetch(path, { method, headers: all, signal, body: body === undefined ? undefined : JSON.stringify(body) });
    if (response.status === 401 && await askForToken()) continue;
    if (!response.ok) throw new Problem(await response.json().catch(() => null), response.status);
    return response;
  }
}

const json = async (path, options) => (await request(path, options)).json();
const at = (id) => `/api/devices/${encodeURIComponent(id)}`;

// ---- What is known ----------------------------------------------------------------------------------------------

/** Devices by id: the view of the server, values by path, when heard. */
const devices = new Map();
/** Resources by path, and paths by the breaker's word for the datum. */
let model = [];
const resources = new Map();
const data = new Map();
let chosen = null;
let tab = "values";
const events = [];

function flat(objects) {
  const values = new Map();
  for (const [o, instances] of Object.entries(objects ?? {}))
    for (const [i, resources] of Object.entries(instances))
      for (const [r, value] of Object.entries(resources)) values.set(`/${o}/${i}/${r}`, value);
  return values;
}

function learn(view, withValues) {
  const device = devices.get(view.device_id) ?? { id: view.device_id, values: new Map(), series: new Map(), at: new Map() };
  if (withValues) device.values = flat(view.objects);
  device.view = view;
  device.heard = Date.now() - view.age_ms;
  devices.set(device.id, device);
  return device;
}

async function learnModel(id) {
  if (model.length) return;
  model = await json(`/api/models/${encodeURIComponent(id)}`);
  for (const object of model)
    for (const resource of object.resources) {
      resources.set(resource.path, resource);
      if (resource.datum) data.set(resource.datum, resource.path);
    }
}

async function load(withValues) {
  const seen = new Set();
  let path = `/api/devices?limit=200&values=${withValues}`;
  while (path) {
    const response = await request(path);
    for (const view of await response.json()) {
      const fresh = !devices.has(view.device_id);
      if (fresh && !withValues) refetch(view.device_id);
      else learn(view, withValues);
      seen.add(view.device_id);
    }
    path = /<([^>]+)>; rel="next"/.exec(response.headers.get("Link") ?? "")?.[1];
  }
  for (const id of devices.keys()) if (!seen.has(id)) devices.delete(id);
  const first = devices.keys().next().value;
  if (first !== undefined) await learnModel(first);
  drawDevices();
}

async function refetch(id) {
  try {
    learn(await json(at(id)), true);
  } catch (problem) {
    if (problem.status === 404) devices.delete(id);
  }
  if (devices.size && !model.length) await learnModel(id).catch(() => {});
  drawDevices();
  if (id === chosen) drawDetail();
}

// ---- The stream -------------------------------------------------------------------------------------------------

function streamState(word, kind) {
  $("stream").className = `stream ${kind}`;
  setText($("stream"), word);
}

/** Listens for ever; after a cut it takes the stream up where it was. */
async function listen() {
  let last = "";
  let wait = 500;
  for (;;) {
    try {
      const headers = { Accept: "text/event-stream" };
      if (last) headers["Last-Event-ID"] = last;
      const response = await request("/api/events", { headers });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      streamState("live", "live");
      wait = 500;
      let text = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
        const blocks = text.split("\n\n");
        text = blocks.pop();
        for (const block of blocks) {
          const event = parse(block);
          if (event.id) last = event.id;
          if (event.data) take(event);
        }
      }
    } catch (problem) {
      if (problem.status === 429) wait = 5000;
    }
    streamState("connection lost, trying again", "lost");
    await new Promise((again) => setTimeout(again, wait));
    wait = Math.min(wait * 2, 10000);
    load(true).catch(() => {});
  }
}

function parse(block) {
  const event = { name: "message", data: "" };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const value = line.slice(colon + 1).replace(/^ /, "");
    const key = line.slice(0, colon);
    if (key === "data") event.data += value;
    else if (key === "event") event.name = value;
    else if (key === "id") event.id = value;
  }
  return event;
}

function take({ name, data: text }) {
  if (name === "hello") return;
  if (name === "gap") { load(true).catch(() => {}); return; }
  const event = JSON.parse(text);
  const device = devices.get(event.device_id);
  if (device) device.heard = Date.now();
  if (name === "updated") {
    if (device) update(device, event.data);
    return;
  }
  events.unshift({ name, at: event.timestamp, id: event.device_id, data: event.data });
  events.length = Math.min(events.length, 500);
  if (["registered", "deregistered", "expired", "status", "forgotten"].includes(name)) refetch(event.device_id);
  if (name === "trip") announce(`${event.device_id} tripped: ${event.data.reason}`);
  if (event.device_id === chosen && tab === "events") later("events", drawEvents);
}

function update(device, { values, ts }) {
  const now = Date.now();
  for (const [path, value] of Object.entries(values)) {
    const changed = device.values.get(path) !== value;
    device.values.set(path, value);
    device.at.set(path, now);
    if (typeof value === "number") point(device, path, ts ?? now, value);
    if (device.id === chosen) dirty.set(path, changed || dirty.get(path));
  }
  if (device.id === chosen) later("values", drawValues);
  if (values[data.get("BreakerStatus")] !== undefined) later("devices", drawDevices);
}

function point(device, path, at, value) {
  let series = device.series.get(path);
  if (!series) device.series.set(path, series = []);
  const newest = series.at(-1);
  if (newest && at - newest[0] < POINT_MS && series.length > 1 && at - series.at(-2)[0] < POINT_MS) series.pop();
  series.push([at, value]);
  if (series.length > POINTS) series.shift();
}

/** Draws at once when it has not been drawn lately, otherwise soon, however often it is asked for. */
const planned = new Map();
function later(name, draw) {
  const plan = planned.get(name) ?? { at: 0, timer: 0 };
  planned.set(name, plan);
  if (plan.timer) return;
  plan.timer = setTimeout(() => { plan.timer = 0; plan.at = performance.now(); draw(); }, Math.max(0, plan.at + DRAW_MS - performance.now()));
}

// ---- Words for values ---------------------------------------------------------------------------------------------

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 5, useGrouping: false });

function show(resource, value) {
  if (value === undefined || value === null) return "—";
  const item = resource?.items?.find((i) => i.value === value);
  if (item) return item.name;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (resource?.kind === "Time") return value ? new Date(value * 1000).toISOString().slice(0, 19).replace("T", " ") : "—";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : number.format(value);
  return String(value);
}

const words = (name) => name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z])([A-Z][a-z])/g, "$1 $2");

function ago(ms) {
  const s = Math.max(0, ms) / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 100) return `${Math.round(s)} s`;
  if (s < 6000) return `${Math.round(s / 60)} min`;
  return `${Math.round(s / 3600)} h`;
}

const clock = (text) => {
  const t = new Date(text);
  return Number.isNaN(t.getTime()) ? text : `${t.toTimeString().slice(0, 8)}.${String(t.getMilliseconds()).padStart(3, "0")}`;
};

function spark(points) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "spark");
  svg.setAttribute("viewBox", "0 0 100 24");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.append(path);
  trace(svg, points);
  return svg;
}

/** Two minutes up to now. The scale is that of the values, but never finer than a thousandth of them. */
function trace(svg, points) {
  const path = svg.firstChild;
  if (!points?.length) { path.setAttribute("d", ""); return; }
  const end = Math.max(points.at(-1)[0], Date.now());
  const start = Math.max(end - 120000, points[0][0]);
  const inside = points.filter(([t]) => t >= start);
  const numbers = inside.map(([, v]) => v);
  let [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const least = Math.max(Math.abs(high), Math.abs(low)) / 200 || 1;
  if (high - low < least) { const middle = (high + low) / 2; low = middle - least / 2; high = middle + least / 2; }
  const x = (t) => end === start ? 100 : (t - start) / (end - start) * 100;
  const y = (v) => 22 - (v - low) / (high - low) * 20;
  let d = "";
  for (const [t, v] of inside) d += `${d ? "L" : "M"}${x(t).toFixed(1)} ${y(v).toFixed(1)}`;
  path.setAttribute("d", `${d}L100 ${y(numbers.at(-1)).toFixed(1)}`);
}

// ---- Devices --------------------------------------------------------------------------------------------------------

const rows = new Map();

function stateOf(device) {
  const path = data.get("BreakerStatus");
  const value = device.values.get(path);
  return value === undefined ? "" : show(resources.get(path), value);
}

function paintState(element, device) {
  const word = stateOf(device);
  const old = device.view.status !== "online";
  setText(element, word || "unknown");
  element.className = `state ${word.toLowerCase()}${old ? " old" : ""}`;
  element.title = old ? "as last heard" : "";
}

function drawDevices() {
  const filter = $("device-filter").value.trim().toLowerCase();
  const wanted = [...devices.values()].filter((d) => d.id.toLowerCase().includes(filter)).sort((a, b) => a.id < b.id ? -1 : 1);
  const body = $("device-rows");
  for (const [id, row] of rows) if (!wanted.some((d) => d.id === id)) { row.tr.remove(); rows.delete(id); }
  wanted.forEach((device, place) => {
    let row = rows.get(device.id);
    if (!row) {
      row = { name: h("button", { class: "name", type: "button" }, device.id), link: h("span", { class: "link" }),
        state: h("span", { class: "state" }), age: h("td", { class: "num" }),
        bar: h("progress", { max: 1, "aria-label": "Lifetime left" }), life: h("span", { class: "life" }), rate: h("td", { class: "num" }) };
      row.tr = h("tr", { onclick: () => choose(device.id, true) }, h("td", {}, row.name, row.link), h("td", {}, row.state), row.age,
        h("td", {}, row.life, row.bar), row.rate);
      rows.set(device.id, row);
    }
    if (body.children[place] !== row.tr) body.insertBefore(row.tr, body.children[place] ?? null);
    row.tr.classList.toggle("chosen", device.id === chosen);
    row.name.setAttribute("aria-pressed", String(device.id === chosen));
    row.link.className = `link ${device.view.status}`;
    setText(row.link, device.view.status);
    paintState(row.state, device);
    setText(row.rate, device.view.rate.messages.toFixed(device.view.rate.messages < 10 ? 1 : 0));
  });
  $("no-devices").hidden = devices.size > 0;
  drawAges();
  const count = (status) => [...devices.values()].filter((d) => d.view.status === status).length;
  const tripped = [...devices.values()].filter((d) => stateOf(d) === "Tripped").length;
  const parts = [`${count("online")} of ${devices.size} online`];
  if (tripped) parts.push(`${tripped} tripped`);
  for (const status of ["offline", "expired"]) if (count(status)) parts.push(`${count(status)} ${status}`);
  setText($("summary"), parts.join(" · "));
  const header = $("detail").querySelector(".head .state");
  const device = devices.get(chosen);
  if (header && device) paintState(header, device);
}

function drawAges() {
  const now = Date.now();
  for (const [id, row] of rows) {
    const { view, heard } = devices.get(id) ?? {};
    if (!view) continue;
    setText(row.age, ago(now - heard));
    const left = Math.max(0, heard + view.lifetime * 1000 - now);
    row.bar.hidden = !view.registered || !view.lifetime;
    row.bar.value = view.lifetime ? Math.min(1, left / 1000 / view.lifetime) : 0;
    setText(row.life, !view.registered ? "over" : view.lifetime ? ago(left) : "no end");
  }
  const facts = $("detail").querySelector(".facts");
  const device = devices.get(chosen);
  if (facts && device) setText(facts, factsOf(device));
}

function factsOf({ view, heard }) {
  const rate = view.rate;
  return [view.status, `heard ${ago(Date.now() - heard)} ago`, `lifetime ${view.lifetime} s`,
    `${rate.messages.toFixed(1)} messages, ${rate.values.toFixed(0)} values, ${(rate.bytes / 1024).toFixed(1)} KiB a second`,
    `LwM2M ${view.lwm2m_version} ${view.binding_mode}`, `${view.dialect} dialect`].join(" · ");
}

// ---- One device -----------------------------------------------------------------------------------------------------

const TABS = [["values", "Values", buildValues], ["templates", "Templates", buildTemplates], ["diagnostics", "Diagnostics", buildDiagnostics],
  ["messages", "Messages", buildMessages], ["events", "Events", buildEvents]];
const METHODS = [["trip", "Trip", true], ["close", "Close", true], ["open", "Open", true], ["reset", "Reset", false]];
let cells = new Map();
const dirty = new Map();

function choose(id, focus) {
  chosen = id;
  document.body.classList.add("inside");
  history.replaceState(null, "", `#${encodeURIComponent(id)}`);
  drawDevices();
  drawDetail();
  if (focus) { $("detail").focus({ preventScroll: true }); scrollTo(0, 0); }
}

function drawDetail() {
  const device = devices.get(chosen);
  const detail = $("detail");
  if (!device) {
    detail.replaceChildren(h("p", { class: "empty" }, chosen ? `${chosen} is no longer known here.` : "Choose a device."));
    return;
  }
  const before = detail.querySelector(".result");
  const reachable = device.view.status === "online";
  const known = new Set([...resources.values()].map((r) => r.method).filter(Boolean));
  const buttons = METHODS.filter(([method]) => known.has(method)).map(([method, label, danger]) =>
    h("button", { type: "button", class: danger && method === "trip" ? "danger" : "", "data-method": method, disabled: !reachable,
      onclick: () => command(device.id, method, label) }, label));
  const state = h("span", { class: "state" });
  paintState(state, device);
  const tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "About the device" }, TABS.map(([key, label]) =>
    h("button", { type: "button", role: "tab", id: `tab-${key}`, "aria-controls": "panel", "aria-selected": String(key === tab),
      tabindex: key === tab ? 0 : -1, onclick: () => open(key), onkeydown: arrows }, label)));
  detail.replaceChildren(
    h("div", { class: "head" }, h("button", { type: "button", class: "back", onclick: () => document.body.classList.remove("inside") }, "‹ Devices"),
      h("h2", {}, device.id), state, h("div", { class: "actions", role: "group", "aria-label": "Operate" }, buttons),
      h("p", { class: "facts" }, factsOf(device))),
    before?.dataset.id === device.id ? before : h("p", { class: "result", role: "status", hidden: true, "data-id": device.id }),
    tabs, h("div", { class: "panel", id: "panel", role: "tabpanel", "aria-labelledby": `tab-${tab}`, tabindex: 0 }));
  open(tab);
}

function arrows(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const place = (TABS.findIndex(([key]) => key === tab) + step + TABS.length) % TABS.length;
  open(TABS[place][0]);
  $(`tab-${TABS[place][0]}`).focus();
}

function open(key) {
  tab = key;
  for (const [other] of TABS) {
    $(`tab-${other}`).setAttribute("aria-selected", String(other === key));
    $(`tab-${other}`).tabIndex = other === key ? 0 : -1;
  }
  const tabs = $(`tab-${key}`).parentElement;
  tabs.scrollLeft = $(`tab-${key}`).offsetLeft - (tabs.clientWidth - $(`tab-${key}`).offsetWidth) / 2;
  $("panel").setAttribute("aria-labelledby", `tab-${key}`);
  cells = new Map();
  TABS.find(([other]) => other === key)[2](devices.get(chosen), $("panel"));
}

/** Shows how something ended, where it was asked for. */
function result(text, kind) {
  const place = $("detail").querySelector(".result");
  if (!place) return;
  place.hidden = false;
  place.className = `result ${kind}`;
  place.textContent = text;
}

/** Does something with a device and tells how it ended, with the reason of a refusal. */
async function attempt(what, id, path, options) {
  result(`${what}: waiting for ${id}`, "wait");
  const began = performance.now();
  try {
    const answer = await json(path, options);
    result(`${what}: done in ${Math.round(performance.now() - began)} ms`, "good");
    return answer;
  } catch (problem) {
    const { title, cause } = problem.body ?? {};
    const reason = [cause && `(${cause})`, problem.message].filter(Boolean).join(" ");
    result(`${what}: ${title ? title.toLowerCase() : "failed"} — ${reason}`, "bad");
    return null;
  }
}

async function command(id, method, label) {
  const fields = method === "trip" ? [{ name: "reason", label: "Reason, for the record", value: "Manual" }] : [];
  if (method === "reset") fields.push({ name: "reset_type", label: "What to reset", options: ["Full", "Alarms", "Counters"], value: "Full" });
  const params = await ask({ title: `${label} ${id}?`, yes: label, danger: method === "trip", fields,
    text: { trip: "The breaker opens and stays latched until it is reset.", close: "The load behind the breaker comes under voltage.",
      open: "The load behind the breaker loses its voltage.", reset: "Latches and lockout are taken back when their cause is gone." }[method] });
  if (params) await attempt(label, id, `${at(id)}/command`, { method: "POST", body: { command: method, params } });
}

// ---- Values -----------------------------------------------------------------------------------------------------------

function listed(device) {
  const paths = new Set([...resources.keys()].filter((p) => device.values.has(p) || resources.get(p).operations === "E"));
  for (const path of device.values.keys()) paths.add(path);
  return [...paths];
}

function cell(path, part, element) {
  if (!cells.has(path)) cells.set(path, []);
  cells.get(path).push({ part, element });
  return element;
}

function buildValues(device, panel) {
  const tiles = [...resources.values()].filter((r) => r.group === "Measurement" && r.kind === "Float" && device.values.has(r.path)).slice(0, 12);
  const filter = h("input", { type: "search", placeholder: "Filter by name or path", autocomplete: "off", oninput: () => sift(filter.value, panel) });
  const groups = new Map();
  for (const path of listed(device)) {
    const object = path.split("/")[1];
    if (!groups.has(object)) groups.set(object, []);
    groups.get(object).push(path);
  }
  panel.replaceChildren(
    h("div", { class: "tiles" }, tiles.map((r) => h("div", { class: "tile", title: r.description },
      h("div", { class: "what" }, words(r.name)),
      h("div", { class: "value" }, cell(r.path, "value", h("span", {}, show(r, device.values.get(r.path)))), h("span", { class: "unit" }, r.unit)),
      cell(r.path, "spark", spark(device.series.get(r.path)))))),
    h("div", { class: "tools" }, h("h3", {}, "Objects"), h("label", { class: "search" }, h("span", { class: "hidden" }, "Filter values"), filter)),
    ...[...groups].sort(([a], [b]) => ownFirst(a) - ownFirst(b)).map(([object, paths]) => {
      const known = model.find((o) => String(o.id) === object);
      return h("details", { open: ownFirst(object) === 0 }, h("summary", {}, `/${object} ${known ? words(known.name) : ""}`,
        h("span", { class: "more" }, `${known ? `version ${known.version}, ` : ""}${paths.length} resources`)),
        h("div", { class: "scroll" }, h("table", { class: device.view.dialect === "json" ? "values" : "values oma" }, h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "path" }, "Path"), h("th", { scope: "col" }, "Name"),
          h("th", { scope: "col", class: "num value" }, "Value"), h("th", { scope: "col", class: "unit" }, "Unit"), h("th", { scope: "col", class: "trend" }, "Two minutes"), h("th", { scope: "col", class: "act" }, h("span", { class: "hidden" }, "Action")))),
        h("tbody", {}, paths.map((path) => valueRow(device, path))))));
    }));
  remember(device);
}

/** Objects of the device before those that every client has (OMA: core objects are below 1024). */
const ownFirst = (object) => Number(object) < 1024 ? 1 : 0;

function valueRow(device, path) {
  const r = resources.get(path);
  const value = device.values.get(path);
  const execute = r?.operations === "E";
  const action = execute ? "Execute" : r?.operations === "RW" ? "Write" : null;
  return h("tr", { "data-find": `${path} ${r?.name ?? ""}`.toLowerCase(), title: r?.description ?? "" },
    h("td", { class: "path" }, path), h("td", {}, r ? words(r.name) : ""),
    h("td", { class: "value" }, execute ? "" : cell(path, "value", h("span", {}, show(r, value)))), h("td", { class: "unit" }, r?.unit ?? ""),
    h("td", { class: "trend" }, typeof value === "number" && !r?.items && r?.kind !== "Time" ? cell(path, "spark", spark(device.series.get(path))) : null),
    h("td", { class: "act" }, ...observing(device, path, r), action && h("button", { type: "button", class: "quiet", "aria-label": `${action} ${r.name}`, disabled: device.view.status !== "online",
      onclick: () => (execute ? executeResource : writeResource)(device, r) }, action)));
}

/** What a device that speaks OMA's binding can do more with a value. */
function observing(device, path, r) {
  if (device.view.dialect === "json" || r?.operations === "E" || device.view.status !== "online") return [];
  const name = r ? words(r.name) : path;
  const place = `${at(device.id)}/objects${path}`;
  const observed = device.view.observed.includes(path);
  const again = async (what, url, options) => { if (await attempt(what, device.id, url, options)) await refetch(device.id); };
  return [
    h("button", { type: "button", class: "quiet", "aria-label": `${observed ? "Stop observing" : "Observe"} ${name}`,
      onclick: () => again(`${observed ? "Stop observing" : "Observe"} ${name}`, `${place}/observe`, { method: observed ? "DELETE" : "POST" }) }, observed ? "Stop" : "Observe"),
    h("button", { type: "button", class: "quiet", "aria-label": `Attributes of ${name}`, onclick: async () => {
      const fields = [["pmin", "Least seconds between notifications"], ["pmax", "Most seconds between notifications"], ["gt", "Notify when it crosses"], ["st", "Notify when it has changed by"]]
        .map(([key, label]) => ({ name: key, label: `${label} (${key}), empty for none`, type: "number", step: "any" }));
      const given = await ask({ title: `Attributes of ${name}`, yes: "Set", text: "They hold for observations of this value.", fields });
      if (!given) return;
      const attributes = Object.fromEntries(Object.entries(given).map(([key, text]) => [key, text === "" ? null : Number(text)]));
      await again(`Attributes of ${name}`, `${place}/attributes`, { method: "PUT", body: { attributes } });
    } }, "Attributes")];
}

function sift(text, panel) {
  const wanted = text.trim().toLowerCase();
  for (const row of panel.querySelectorAll("tr[data-find]")) row.hidden = !row.dataset.find.includes(wanted);
  for (const group of panel.querySelectorAll("details")) group.hidden = !group.querySelector("tr[data-find]:not([hidden])");
}

/** Fills the traces with what the server remembers. */
async function remember(device) {
  if (device.remembered) return;
  device.remembered = true;
  try {
    for (const { path, points } of await json(`${at(device.id)}/history`)) device.series.set(path, points.slice(-POINTS));
    if (device.id === chosen) for (const path of device.series.keys()) dirty.set(path, false);
    later("values", drawValues);
  } catch {
    device.remembered = false;
  }
}

function drawValues() {
  const device = devices.get(chosen);
  if (device && tab === "values") {
    if ([...dirty.keys()].some((path) => !cells.has(path) && !(resources.get(path)?.operations === "E") && device.values.has(path))) {
      open("values");
    }
    for (const [path, changed] of dirty)
      for (const { part, element } of cells.get(path) ?? []) {
        if (part === "spark") trace(element, device.series.get(path));
        else {
          setText(element, show(resources.get(path), device.values.get(path)));
          if (changed && resources.get(path)?.group !== "Measurement") {
            element.classList.remove("fresh");
            void element.offsetWidth;
            element.classList.add("fresh");
          }
        }
      }
  }
  dirty.clear();
  drawDevices();
}

async function writeResource(device, r) {
  const now = device.values.get(r.path);
  const range = [r.minimum, r.maximum].some((x) => x !== undefined) ? ` from ${r.minimum ?? "−∞"} to ${r.maximum ?? "∞"}` : "";
  const field = { name: "value", label: `${words(r.name)}${r.unit ? ` in ${r.unit}` : ""}${range}`, required: true };
  if (r.items) { field.options = r.items.map((i) => i.name); field.value = show(r, now); }
  else if (r.kind === "Boolean") { field.options = ["true", "false"]; field.value = String(now ?? false); }
  else if (r.kind === "Float" || r.kind === "Integer") Object.assign(field, { type: "number", step: r.kind === "Float" ? "any" : "1", min: r.minimum, max: r.maximum, value: now });
  else field.value = now;
  const given = await ask({ title: `Write ${words(r.name)}`, text: r.description, yes: "Write", fields: [field] });
  if (!given) return;
  let value = given.value;
  const item = r.items?.find((i) => i.name === value);
  if (item) value = r.kind === "Integer" ? item.value : item.name;
  else if (r.kind === "Boolean") value = value === "true";
  else if (r.kind === "Float" || r.kind === "Integer") value = Number(value);
  await attempt(`Write ${words(r.name)}`, device.id, `${at(device.id)}/objects${r.path}`, { method: "PUT", body: { value } });
}

async function executeResource(device, r) {
  const given = await ask({ title: `Execute ${words(r.name)} on ${device.id}?`, text: r.description, yes: "Execute",
    fields: [{ name: "arguments", label: "Arguments, if any: 0='text'", value: "" }] });
  if (!given) return;
  const body = given.arguments ? { arguments: given.arguments } : {};
  await attempt(words(r.name), device.id, `${at(device.id)}/objects${r.path}`, { method: "POST", body });
}

// ---- Templates, diagnostics, messages, events -----------------------------------------------------------------------------

/** Fills the panel with what a request gives, unless another tab was opened meanwhile. */
async function fill(panel, path, build) {
  const [device, key] = [chosen, tab];
  try {
    const got = await json(path);
    if (device === chosen && key === tab) panel.replaceChildren(...build(got));
  } catch (problem) {
    if (device === chosen && key === tab) panel.replaceChildren(h("p", { class: "empty" }, problem.message));
  }
}

const same = (a, b) => a === b || (typeof a === "number" && typeof b === "number" && Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b)));

function buildTemplates(device, panel) {
  panel.replaceChildren(h("p", { class: "empty" }, "Reading the templates"));
  fill(panel, `${at(device.id)}/templates`, (templates) => templates.map((t) => {
    const differing = t.settings.filter((s) => s.current !== undefined && !same(s.value, s.current));
    const shown = (s, value) => value === undefined ? "unknown" : [show(resources.get(s.path), value), s.unit].filter(Boolean).join(" ");
    return h("details", { class: "template" }, h("summary", {}, words(t.id), h("span", { class: "more" }, differing.length ? `${differing.length} of ${t.settings.length} settings differ` : "in force")),
      h("div", { class: "panel" }, h("div", { class: "tools" }, h("p", {}, t.description), h("button", { type: "button", class: "primary", disabled: device.view.status !== "online",
        onclick: () => applyTemplate(device, t, differing) }, "Apply")),
      h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Setting"), h("th", { scope: "col", class: "num" }, "Now"), h("th", { scope: "col", class: "num" }, "Template"))),
        h("tbody", {}, [...differing, ...t.settings.filter((s) => !differing.includes(s))].map((s) => h("tr", { class: differing.includes(s) ? "differs" : "" },
          h("td", {}, words(s.name)), h("td", { class: "num" }, shown(s, s.current)), h("td", { class: "num" }, shown(s, s.value)))))))));
  }));
}

async function applyTemplate(device, template, differing) {
  const yes = await ask({ title: `Apply ${words(template.id)} to ${device.id}?`, yes: "Apply",
    text: differing.length ? `${differing.length} settings change: ${differing.map((s) => words(s.name)).join(", ")}. All of them or none.` : "The device has these settings already." });
  if (!yes) return;
  const done = await attempt(`Apply ${words(template.id)}`, device.id, `${at(device.id)}/templates`, { method: "POST", body: { template: template.id } });
  if (done && tab === "templates") setTimeout(() => tab === "templates" && open("templates"), 1200);
}

function buildDiagnostics(device, panel) {
  panel.replaceChildren(h("p", { class: "empty" }, "Reading the tests"));
  fill(panel, `${at(device.id)}/diagnostics`, (tests) => tests.map((t) => {
    const report = h("div", { "aria-live": "polite" });
    return h("div", { class: "card" }, h("div", { class: "line" }, h("div", {}, h("h2", {}, words(t.id)), h("p", { class: "quiet-text" }, `${t.category}, ${t.duration_s} s. ${t.description}.`)),
      h("button", { type: "button", disabled: device.view.status !== "online", onclick: () => runTest(device, t, report) }, "Run")),
    h("ol", {}, t.steps.map((s) => h("li", {}, words(s)))), report);
  }));
}

async function runTest(device, test, report) {
  const body = { test: test.id, timeout_ms: Math.min(60000, Math.round(test.duration_s * 1000) + 5000) };
  const done = await attempt(words(test.id), device.id, `${at(device.id)}/diagnostics`, { method: "POST", body });
  report.replaceChildren(done ? h("pre", {}, JSON.stringify(done.result, null, 1)) : "");
}

/** Sixteen bytes a line: place, bytes, characters. */
function hexdump(hex) {
  const bytes = hex.match(/../g) ?? [];
  const lines = [];
  for (let i = 0; i < bytes.length; i += 16) {
    const part = bytes.slice(i, i + 16);
    const text = part.map((b) => { const c = parseInt(b, 16); return c > 31 && c < 127 ? String.fromCharCode(c) : "·"; }).join("");
    lines.push(`${i.toString(16).padStart(4, "0")}  ${part.join(" ").padEnd(47)}  ${text}`);
  }
  return lines.join("\n");
}

function buildMessages(device, panel) {
  const list = h("div", {});
  const follow = h("input", { type: "checkbox" });
  const refresh = () => fill(list, `${at(device.id)}/messages`, (messages) => messages.length ? messages.map((m) => message(m, list)) : [h("p", { class: "empty" }, "No message yet")]);
  panel.replaceChildren(h("div", { class: "tools" }, h("h3", {}, "Newest messages"), h("label", {}, follow, "Follow"), h("button", { type: "button", onclick: refresh }, "Read again")), list);
  refresh();
  const beat = setInterval(() => {
    if (!list.isConnected) clearInterval(beat);
    else if (follow.checked) refresh();
  }, 1000);
}

function message(m, list) {
  const was = list.querySelector(`details[data-number="${m.number}"]`);
  if (was) return was;
  const body = h("div", { class: "body" });
  const item = h("details", { class: "message", "data-number": m.number }, h("summary", {},
    h("span", { title: m.direction === "in" ? "from the device" : "to the device" }, m.direction === "in" ? "←" : "→"), h("span", { class: "mono" }, clock(m.at)),
    h("span", { class: "topic mono" }, m.topic), h("span", { class: "num quiet-text" }, `${m.size} B`)), body);
  item.addEventListener("toggle", () => {
    if (item.open && !body.childElementCount) body.append(h("div", {}, h("h3", {}, "Decoded"), h("pre", { tabindex: 0 }, m.decoded.join("\n"))),
      h("div", {}, h("h3", {}, m.cut ? "Hexadecimal, cut" : "Hexadecimal"), h("pre", { tabindex: 0 }, hexdump(m.hex))));
  });
  return item;
}

function buildEvents(device, panel) {
  panel.replaceChildren(h("div", { class: "scroll" }, h("table", { class: "events" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Time"), h("th", { scope: "col" }, "Event"), h("th", { scope: "col" }, "What"))), h("tbody", { id: "event-rows" }))));
  drawEvents();
}

function drawEvents() {
  const body = $("event-rows");
  if (!body) return;
  const own = events.filter((e) => e.id === chosen).slice(0, 100);
  body.replaceChildren(...own.map((e) => h("tr", {}, h("td", { class: "mono" }, clock(e.at)), h("td", { class: `kind ${e.name}` }, e.name), h("td", { class: "text" }, inWords(e)))));
  if (!own.length) body.append(h("tr", {}, h("td", { colspan: 3, class: "empty" }, "Nothing has happened yet")));
}

function inWords({ name, data: d }) {
  if (name === "trip") return `${d.reason}${d.phase ? ` on phase ${d.phase}` : ""}, ${number.format(d.trip_current)} A after ${number.format(d.trip_delay_ms)} ms`;
  if (name === "command") return `${d.command}: ${d.status === "ok" ? "done" : d.error?.detail ?? d.status}`;
  if (name === "alarm") return `${words(d.alarm ?? "")} ${d.active ? "came" : "went"}`;
  if (name === "registered") return `lifetime ${d.lifetime} s${d.again ? ", again" : ""}`;
  if (name === "status") return d.status;
  return Object.entries(d).filter(([, v]) => typeof v !== "object").map(([k, v]) => `${k} ${v}`).join(", ");
}

// ---- Questions -------------------------------------------------------------------------------------------------------------

/** Asks in a dialog; gives the fields, or null when it was called off. */
function ask({ title, text, yes, fields = [], danger }) {
  const dialog = $("ask");
  setText($("ask-title"), title);
  setText($("ask-text"), text ?? "");
  setText($("ask-yes"), yes);
  $("ask-yes").className = `primary${danger ? " danger" : ""}`;
  const inputs = fields.map(({ label, options, value, ...rest }) => {
    const input = options ? h("select", rest, options.map((o) => h("option", { selected: o === value }, o))) : h("input", { ...rest, value, autocomplete: "off" });
    return { input, label: h("label", {}, h("span", {}, label), input) };
  });
  $("ask-fields").replaceChildren(...inputs.map((i) => i.label));
  const before = document.activeElement;
  return new Promise((answered) => {
    $("ask-no").onclick = () => dialog.close("");
    $("ask-form").onsubmit = (event) => { event.preventDefault(); dialog.close("yes"); };
    dialog.onclose = () => {
      before?.focus?.();
      answered(dialog.returnValue === "yes" ? Object.fromEntries(inputs.map(({ input }) => [input.name, input.value])) : null);
    };
    dialog.returnValue = "";
    dialog.showModal();
    (inputs[0]?.input ?? $("ask-yes")).focus();
  });
}

// ---- Begin -----------------------------------------------------------------------------------------------------------------

$("device-filter").addEventListener("input", drawDevices);
setInterval(drawAges, 500);
setInterval(() => { if (!document.hidden) load(false).catch(() => {}); }, POLL_MS);

async function begin() {
  try {
    await load(true);
    const list = await json("/api/events?limit=200&types=registered,deregistered,expired,status,trip,alarm,event,command");
    for (const e of list) events.unshift({ name: KINDS[e.event_type] ?? "event", at: e.timestamp, id: e.device_id, data: e.data });
  } catch (problem) {
    streamState(problem.message, "lost");
  }
  const wanted = decodeURIComponent(location.hash.slice(1));
  const wide = matchMedia("(min-width: 901px)").matches;
  if (devices.has(wanted)) choose(wanted, false);
  else if (wide && devices.size) choose([...devices.keys()].sort()[0], false);
  listen();
}

const KINDS = { device_registered: "registered", device_deregistered: "deregistered", device_expired: "expired", device_status: "status",
  breaker_trip: "trip", alarm: "alarm", command_response: "command", device_forgotten: "forgotten" };

begin();
