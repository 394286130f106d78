/** The end of an installation: copy what Canvas asks for, and close the frame that Canvas opened. */

import { copyButtons } from "./copy.js";
import { byId } from "./dom.js";

copyButtons();

// Canvas listens on the window that holds the frame (reference/canvas.md 5.2.6). The message holds nothing secret.
byId("close").addEventListener("click", () => {
  const canvas = window.opener ?? window.parent;
  if (canvas === window) window.close();
  else canvas.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
});
