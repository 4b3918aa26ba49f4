// News: sent by the server as it comes; asked for where that does not work.

const STEPS = 180; // that are kept
const SILENT = 4000; // milliseconds without news after which it is asked for
const NEW_FEED = 15000; // before a feed that was refused is tried again, and between looks at a hidden page
// Behind a prefix the address may lack its last slash.
const here = location.pathname.replace(/\/?$/, "/");

let feed = null, listening = 0, fedAt = Date.now(), heard = 0, asking = false, complete = true;

const link = (state, words) => { set($("link"), "data-link", state); put($("link-text"), words); };
const take = (news, how) => {
  const restarted = report && report.started !== news.started;
  report = news;
  heard = Date.now();
  link(how, how === "live" ? "live" : "live, by polling");
  document.body.classList.remove("old");
  if (restarted) history = null;
  if (restarted || !configured) ask("config.json").then((found) => { configured = found; showConfig(); }, () => {});
  showReport();
  showHistory();
};
const remember = (more, all) => {
  if (all || !history) history = more;
  else {
    history.at = [...history.at, ...more.at].slice(-STEPS);
    more.services.forEach((service, index) => {
      for (const [name, column] of Object.entries(service)) {
        if (Array.isArray(column)) history.services[index][name] = [...history.services[index][name], ...column].slice(-STEPS);
      }
    });
  }
  showHistory();
};
const ask = async (path) => {
  const answer = await fetch(here + path, { cache: "no-store", signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
};
const poll = async () => {
  asking = true;
  try {
    take(await ask("status.json"), "polling");
    remember(await ask("history.json"), true);
  } catch {
    link("lost", heard ? `no answer since ${clock(heard / 1000)}` : "no answer");
    judge("lost", "No news: this process does not answer. It may have ended, or the way to it is cut."
      + (heard ? " What stands below is how it was then." : ""));
    document.body.classList.toggle("old", heard > 0);
  }
  asking = false;
};
const listen = () => {
  feed = new EventSource(here + "events");
  listening = Date.now();
  feed.addEventListener("open", () => { complete = true; });
  feed.addEventListener("status", (event) => { fedAt = Date.now(); take(JSON.parse(event.data), "live"); });
  feed.addEventListener("history", (event) => {
    // The first after a connection is all that there is.
    remember(JSON.parse(event.data), complete);
    complete = false;
  });
};
let polled = Date.now();
const watch = () => {
  const now = Date.now();
  // A page that nobody sees holds no connection, and asks now and then for its title's sake.
  if (document.hidden && feed) { feed.close(); feed = null; }
  const idle = !feed || feed.readyState === EventSource.CLOSED;
  if (!document.hidden && idle && now - listening > NEW_FEED) listen();
  const pause = document.hidden ? NEW_FEED : 1900;
  if (!asking && now - fedAt > (document.hidden ? NEW_FEED : SILENT) && now - polled > pause) {
    polled = now;
    poll();
  }
};
document.addEventListener("visibilitychange", () => { if (!document.hidden) { listening = 0; watch(); } });
$("more").addEventListener("click", () => { all = !all; showPartitions(); });
for (const each of document.querySelectorAll("[data-here]")) each.href = here + each.dataset.here;
listen();
setInterval(watch, 1000);
