"use strict";
/* The finder's map, drawn from the list beside it. Without JavaScript the list is all there is.
 *
 *   .house[data-latitude][data-longitude]   a point; data-sign and data-kind say what is free
 *   .map-places > li                        names of 街镇, written where there are no tiles
 *   #houses[data-latitude]                  where the person is, if they said so
 *   #map[data-tiles]                        address of tiles; empty: points alone
 */
(() => {
  const section = document.querySelector(".finder-map");
  const canvas = document.getElementById("map");
  const toggle = document.querySelector(".finder-toggle");
  const isLargeType = document.documentElement.classList.contains("large-type");
  if (!section || !canvas || !window.L || isLargeType) return;

  const { L } = window;
  const words = canvas.dataset;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const wide = window.matchMedia("(min-width: 992px)");
  const WALK_METERS = 975; // a quarter of an hour at the pace the list reckons with
  const TOUCH = 40; // pixels between pins that may not cover one another
  const KINDS = ["ok", "few", "later", "none", "stopped"]; // the best first

  const point = ({ dataset: { latitude, longitude } }) =>
    latitude && longitude ? L.latLng(Number(latitude), Number(longitude)) : null;

  const element = (tag, text, className = "") => {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = className;
    return made;
  };

  let map = null;
  let layer = null;
  let isFitted = false;

  const make = () => {
    map = L.map(canvas, {
      zoomControl: false, attributionControl: Boolean(words.tiles), scrollWheelZoom: false,
      zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still,
      minZoom: 9, maxZoom: 18, zoomSnap: 0.25,
    });
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    if (words.tiles) L.tileLayer(words.tiles, { maxZoom: 18 }).addTo(map);
    layer = L.layerGroup().addTo(map);
    map.on("zoomend", () => isFitted && draw());
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
  };

  /* Pins that would cover one another become one, which says how many houses it stands for. */
  const gather = (houses) => {
    const groups = [];
    for (const house of houses) {
      const at = map.latLngToLayerPoint(point(house));
      const near = groups.find((group) => group.at.distanceTo(at) < TOUCH);
      if (near) near.houses.push(house);
      else groups.push({ at, houses: [house] });
    }
    return groups;
  };

  const card = (house) => {
    const box = element("div", "");
    const name = house.querySelector(".house-name a");
    const link = element("a", name.textContent);
    link.href = name.href;
    box.append(link);
    for (const line of house.querySelectorAll(".house-far span, .house-next span")) {
      box.append(element("p", line.textContent.trim().replace(/\s+/g, " ")));
    }
    return box;
  };

  const mark = (marker, house, on) => {
    house.classList.toggle("is-pointed", on);
    marker.getElement()?.classList.toggle("is-pointed", on);
  };

  const pin = (houses) => {
    const [first] = houses;
    const isOne = houses.length === 1;
    const kind = KINDS.find((name) => houses.some((house) => house.dataset.kind === name));
    const text = isOne ? first.dataset.sign : `${houses.length}${words.houses}`;
    const marker = L.marker(isOne ? point(first) : L.latLngBounds(houses.map(point)).getCenter(), {
      icon: L.divIcon({ className: `pin is-${kind}${isOne ? "" : " is-many"}`, html: element("span", text), iconSize: [44, 44] }),
      title: houses.map((house) => house.querySelector(".house-name").textContent.trim()).join("、"),
      riseOnHover: true,
      zIndexOffset: 100 * (KINDS.length - KINDS.indexOf(kind)),
    }).addTo(layer);
    if (isOne) marker.bindPopup(() => card(first), { minWidth: 200, maxWidth: 260 });
    else marker.on("click", () => map.fitBounds(L.latLngBounds(houses.map(point)).pad(0.3), { animate: !still }));
    for (const house of houses) {
      house.onmouseenter = () => mark(marker, house, true);
      house.onmouseleave = () => mark(marker, house, false);
    }
    if (isOne) {
      marker.on("mouseover popupopen", () => mark(marker, first, true));
      marker.on("mouseout popupclose", () => mark(marker, first, false));
    }
  };

  /* The name of a 街镇 stands under the lowest of its houses, or where it is if it has none. */
  const nameThePlaces = (houses) => {
    if (words.tiles) return;
    for (const place of document.querySelectorAll(".map-places > li")) {
      const own = houses.filter((house) => house.dataset.place === place.textContent).map(point);
      const at = own.length ? own.reduce((low, one) => (one.lat < low.lat ? one : low)) : point(place);
      L.marker(at, {
        icon: L.divIcon({ className: "map-name", html: element("span", place.textContent), iconSize: [120, 20], iconAnchor: [60, own.length ? -16 : 10] }),
        interactive: false, keyboard: false, zIndexOffset: -1000,
      }).addTo(layer);
    }
  };

  const showThePerson = (here) => {
    const walk = L.circle(here, {
      radius: WALK_METERS, color: "#1f5a87", weight: 1.5, dashArray: "4 5", fillOpacity: 0.06, interactive: false,
    }).addTo(layer);
    L.tooltip({ permanent: true, direction: "bottom", className: "map-walk", offset: [0, -2] })
      .setLatLng([walk.getBounds().getSouth(), here.lng]).setContent(words.walk).addTo(layer);
    L.marker(here, {
      icon: L.divIcon({ className: "here", html: element("span", ""), iconSize: [22, 22] }), title: words.here, keyboard: false,
    }).addTo(layer);
  };

  const shown = () => [...document.querySelectorAll("#houses .house")];
  const person = () => point(document.getElementById("houses"));

  const draw = () => {
    const houses = shown();
    layer.clearLayers();
    nameThePlaces(houses);
    if (person()) showThePerson(person());
    for (const group of gather(houses)) pin(group.houses);
  };

  const fit = () => {
    const points = shown().map(point);
    const here = person();
    isFitted = false;
    const wanted = here ? [here, ...points.slice(0, 4)] : points;
    map.fitBounds(L.latLngBounds(wanted), { padding: [44, 44], maxZoom: 15, animate: false });
    isFitted = true;
    draw();
  };

  let isAskedFor = false;
  const refresh = () => {
    const isThere = shown().length > 0;
    toggle.hidden = wide.matches || !isThere;
    section.hidden = !isThere || !(wide.matches || isAskedFor);
    if (section.hidden) return;
    if (!map) make();
    map.invalidateSize();
    fit();
  };

  toggle.addEventListener("click", () => {
    isAskedFor = !isAskedFor;
    toggle.setAttribute("aria-expanded", String(isAskedFor));
    refresh();
  });
  wide.addEventListener("change", refresh);
  document.addEventListener("htmx:afterSettle", () => {
    document.querySelector("[data-locate]").removeAttribute("aria-busy");
    refresh();
  });
  refresh();
})();
