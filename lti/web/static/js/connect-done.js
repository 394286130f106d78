/** The end of the consent pop-up: tell the page that opened it, and close. */

import { byId, readJson, show } from "./dom.js";

const { outcome } = readJson("config");
const heading = document.querySelector("h1")?.textContent ?? "";
const nextStep = document.querySelector("h1 + p")?.textContent ?? "";

// To our own origin only: whoever else may have opened this window learns nothing.
window.opener?.postMessage({ cuedeck: "connect", outcome, message: heading, nextStep }, window.location.origin);

const button = byId("close");
button.addEventListener("click", () => window.close());
show(button, Boolean(window.opener));
// A failure stays to be read; the page behind it says the same, but may be hidden by this window.
if (outcome === "connected") window.close();
