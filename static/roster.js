"use strict";
/* The week board, dragged. The table of the page is what is true: shifts are read from it, and what
 * is dragged is sent to the same addresses as the forms post to. Without this script the table and
 * the forms do everything.
 */
(() => {
  const place = document.getElementById("roster-calendar");
  if (!place || !window.EventCalendar) return;
  const dialog = document.getElementById("shift-dialog");
  const english = document.documentElement.lang.startsWith("en");
  const words = english
    ? { person: "People", day: "Day", week: "Week", table: "Table", board: "Timeline",
        leave: "Leave", elsewhere: "Another house", why: "For keyboard and screen reader" }
    : { person: "人员", day: "一天", week: "一周", table: "表格", board: "时间轴",
        leave: "请假", elsewhere: "在别的宝宝屋", why: "用键盘或读屏软件时用表格" };

  const pad = (number) => String(number).padStart(2, "0");
  // Times of the wall clock in Shanghai, wherever the browser is: none of them carries a zone.
  const day = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const clock = (date) => `${pad(date.getHours())}:${pad(date.getMinutes())}`;

  const rows = () => [...document.querySelectorAll("#roster-table [data-person]")];
  const people = () => rows().map((row) => ({
    id: row.dataset.person,
    title: row.dataset.name,
    extendedProps: { note: row.dataset.note },
  }));

  const shiftOf = (person, item) => ({
    id: item.dataset.shift,
    resourceIds: [person],
    start: item.dataset.start,
    end: item.dataset.end,
    title: item.dataset.words,
    startEditable: !("over" in item.dataset) && !("begun" in item.dataset),
    durationEditable: !("over" in item.dataset),
    classNames: [...item.classList].filter((name) => name.startsWith("is-")),
    extendedProps: { ...item.dataset, href: item.getAttribute("href") },
  });
  const stretchOf = (person, item, title, name, display) => ({
    id: `${name}-${person}-${item.dataset.start}`,
    resourceIds: [person],
    start: item.dataset.start,
    end: item.dataset.end,
    title,
    display,
    editable: false,
    startEditable: false,
    durationEditable: false,
    classNames: [name],
    extendedProps: {},
  });
  const events = () => rows().flatMap((row) => {
    const person = row.dataset.person;
    const all = (selector) => [...row.querySelectorAll(selector)];
    return [
      ...all("[data-shift]").map((item) => shiftOf(person, item)),
      ...all(".roster-leave").map((item) => stretchOf(person, item, words.leave, "is-leave", "background")),
      ...all(".roster-elsewhere").map((item) => stretchOf(person, item, words.elsewhere, "is-elsewhere", "auto")),
    ];
  });

  // --- sending what was dragged -----------------------------------------------------------------
  const revision = () => document.getElementById("roster-head").dataset.revision;
  const moved = (text, by) => {
    if (!text) return "";
    return clock(new Date(new Date(text).getTime() + by));
  };
  const send = ({ event, oldEvent, newResource }) => {
    const facts = event.extendedProps;
    const by = event.start - oldEvent.start;
    const isMoved = by !== 0 && by === event.end - oldEvent.end;
    htmx.ajax("POST", facts.href, {
      source: dialog,
      target: "#shift-place",
      swap: "innerHTML",
      values: {
        person: newResource ? newResource.id : event.resourceIds[0],
        role: facts.role,
        care_group: facts.group,
        day: day(event.start),
        starts: clock(event.start),
        ends: clock(event.end),
        rest_starts: moved(facts.restStart, isMoved ? by : 0),
        rest_ends: moved(facts.restEnd, isMoved ? by : 0),
        revision: revision(),
      },
    });
  };
  const ask = (address) =>
    htmx.ajax("GET", address, { source: dialog, target: "#shift-place", swap: "innerHTML" });

  // --- the calendar -----------------------------------------------------------------------------
  const text = (tag, said, name) => {
    const node = document.createElement(tag);
    node.textContent = said;
    if (name) node.className = name;
    return node;
  };
  const monday = place.dataset.monday;
  const last = new Date(`${monday}T00:00:00`);
  last.setDate(last.getDate() + 7);
  const today = new Date();
  const isThisWeek = today >= new Date(`${monday}T00:00:00`) && today < last;
  const sunday = new Date(last);
  sunday.setDate(sunday.getDate() - 1);
  const canEdit = "add" in place.dataset;
  place.hidden = false;
  // As wide as the page, whatever the hours: a quarter of an hour must be hit with a finger.
  const hours = parseInt(place.dataset.closes, 10) - parseInt(place.dataset.opens, 10);
  const room = place.clientWidth - 150;
  const wide = (slots, least) => Math.max(least, Math.floor(room / slots));
  const calendar = EventCalendar.create(place, {
    view: window.innerWidth < 1200 ? "resourceTimelineDay" : "resourceTimelineWeek",
    date: isThisWeek ? today : monday,
    validRange: { start: monday, end: day(sunday) },
    firstDay: 1,
    locale: english ? "en" : "zh-CN",
    height: "auto",
    headerToolbar: { start: "prev,next", center: "", end: "resourceTimelineDay,resourceTimelineWeek" },
    buttonText: { resourceTimelineDay: words.day, resourceTimelineWeek: words.week, prev: "‹", next: "›" },
    views: {
      resourceTimelineDay: { slotDuration: "00:30", slotLabelInterval: "01:00", slotWidth: wide(2 * hours, 36) },
      resourceTimelineWeek: { slotDuration: "01:00", slotLabelInterval: "01:00", slotWidth: wide(7 * hours, 24) },
    },
    slotMinTime: place.dataset.opens,
    slotMaxTime: place.dataset.closes,
    snapDuration: "00:15",
    slotLabelFormat: (time) => String(time.getHours()),
    dayHeaderFormat: { month: "numeric", day: "numeric", weekday: "short" },
    displayEventEnd: true,
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    nowIndicator: true,
    editable: canEdit,
    eventResizableFromStart: true,
    selectable: canEdit,
    selectBackgroundColor: "#bfe3dd",
    resources: people(),
    events: events(),
    resourceLabelContent: ({ resource }) => ({
      domNodes: [text("b", resource.title), text("small", resource.extendedProps.note)],
    }),
    eventContent: ({ event, timeText }) => ({
      domNodes: event.display === "background"
        ? [text("span", event.title)]
        : [text("b", timeText.replaceAll(" ", "").replace("-", "–")), text("span", event.title)],
    }),
    eventDidMount: ({ event, el, timeText }) => {
      el.title = `${timeText} ${event.title}`;
    },
    eventDrop: send,
    eventResize: send,
    eventClick: ({ event }) => event.extendedProps.href && ask(event.extendedProps.href),
    select: ({ start, end, resource }) => {
      const asked = new URLSearchParams({
        person: resource.id, day: day(start), starts: clock(start), ends: clock(end),
      });
      ask(`${place.dataset.add}?${asked}`);
    },
  });
  const readAgain = () => {
    calendar.unselect();
    calendar.setOption("resources", people());
    calendar.setOption("events", events());
  };

  // The timeline is for the hand. Who uses the keyboard or listens has the table, whole, one button
  // away: so nothing in the timeline takes the focus, and nothing of it is read out half.
  place.setAttribute("aria-hidden", "true");
  const leaveFocusAlone = () => {
    for (const one of place.querySelectorAll("button, a, [tabindex]")) {
      if (one.tabIndex !== -1) one.tabIndex = -1;
    }
  };
  leaveFocusAlone();
  new MutationObserver(leaveFocusAlone).observe(place, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["tabindex"],
  });

  // --- timeline or table ------------------------------------------------------------------------
  const roster = document.getElementById("roster");
  const choice = text("div", "", "roster-choice btn-group");
  choice.setAttribute("role", "group");
  const show = (asTable) => {
    roster.classList.toggle("is-board", !asTable);
    for (const button of choice.children) {
      button.setAttribute("aria-pressed", String((button.dataset.view === "table") === asTable));
    }
    try { window.localStorage.setItem("roster-as-table", asTable ? "1" : ""); } catch { /* private */ }
  };
  for (const view of ["board", "table"]) {
    const button = text("button", words[view], "btn btn-quiet");
    button.type = "button";
    button.dataset.view = view;
    if (view === "table") button.title = words.why;
    button.addEventListener("click", () => show(view === "table"));
    choice.append(button);
  }
  place.before(choice);
  let asTable = false;
  try { asTable = window.localStorage.getItem("roster-as-table") === "1"; } catch { /* private */ }
  show(asTable);

  // --- the small form ---------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-shift-form]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      ask(link.getAttribute("href"));
    }
    if (event.target.closest("#shift-dialog [data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (dialog.contains(event.target) && !dialog.open) dialog.showModal();
  });
  // Closed without saving: what was dragged goes back to where it is.
  dialog.addEventListener("close", () => {
    document.getElementById("shift-place").replaceChildren();
    readAgain();
  });
  document.body.addEventListener("roster-changed", () => {
    if (dialog.open) dialog.close();
  });
  // Refused: perhaps because somebody else changed the week. What is behind the form is fresh.
  document.body.addEventListener("roster-refused", () => {
    htmx.ajax("GET", window.location.pathname, { source: "#roster-refresh" });
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "roster-verdicts" && !dialog.open) readAgain();
  });
})();
