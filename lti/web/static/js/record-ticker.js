/** A worker that ticks: timers of a page that nobody sees, because its screen is what is recorded, nearly stand still. */

/** @type {number|undefined} */
let timer;

self.addEventListener("message", ({ data }) => {
  clearInterval(timer);
  if (data) timer = setInterval(() => self.postMessage(0), data);
});
