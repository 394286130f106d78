/** Camera, microphone and screen: what is permitted, which there are, and a stream of what was chosen. */

import { Corner, Sound } from "./record-mix.js";
import { recordingType } from "./record-types.js";

/**
 * @typedef {"camera"|"screen"|"sound"} Mode
 * @typedef {{mode: Mode, camera: string, microphone: string, withCamera: boolean, withMicrophone: boolean}} Wish
 *   camera, microphone: ids of devices, empty for whichever the browser takes
 */

/** What a mode needs, as permissions policies name it. @param {Wish} wish */
function needs({ mode, withCamera, withMicrophone }) {
  if (mode === "sound") return ["microphone"];
  if (mode === "camera") return ["camera", "microphone"];
  return ["display-capture", ...(withCamera ? ["camera"] : []), ...(withMicrophone ? ["microphone"] : [])];
}

/** Whether the frame lets us ask at all; browsers that cannot tell are believed to. @param {string} feature */
function framed(feature) {
  const policy = /** @type {any} */ (document).permissionsPolicy ?? /** @type {any} */ (document).featurePolicy;
  if (!policy?.features?.().includes(feature)) return true;
  return policy.allowsFeature(feature);
}

/** @param {string} name @returns {Promise<boolean>} whether the person has said no, for good */
async function refused(name) {
  try {
    const found = await navigator.permissions.query({ name: /** @type {PermissionName} */ (name) });
    return found.state === "denied";
  } catch {
    return false; // a browser that does not tell
  }
}

/** @returns {Promise<{cameras: MediaDeviceInfo[], microphones: MediaDeviceInfo[]}>} */
export async function devices() {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return {
    cameras: all.filter(({ kind }) => kind === "videoinput"),
    microphones: all.filter(({ kind }) => kind === "audioinput"),
  };
}

/** Whether this browser can show a screen to anybody: telephones cannot. */
export function hasScreen() {
  return Boolean(navigator.mediaDevices?.getDisplayMedia);
}

/**
 * What stands in the way, found out before anything is asked for.
 * @param {Wish} wish @returns {Promise<string|null>} a word for it; null where nothing does
 */
export async function obstacle(wish) {
  if (!window.isSecureContext) return "insecure";
  if (!navigator.mediaDevices?.getUserMedia || !recordingType(wish.mode !== "sound")) return "browser";
  if (wish.mode === "screen" && !hasScreen()) return "no_screen";
  const wanted = needs(wish);
  if (wanted.some((each) => !framed(each))) return "frame";
  for (const each of ["camera", "microphone"]) {
    if (wanted.includes(each) && (await refused(each))) return `refused_${each}`;
  }
  const found = await devices();
  if (wanted.includes("camera") && !found.cameras.length) return "no_camera";
  if (wanted.includes("microphone") && !found.microphones.length) return "no_microphone";
  return null;
}

/** What went wrong when the browser was asked. @param {unknown} error @param {Mode} mode */
export function trouble(error, mode) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return mode === "screen" ? "refused_screen" : "refused_now";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "no_device";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "unknown";
}

/** @param {string} id @returns {MediaTrackConstraints|true} */
function device(id) {
  return id ? { deviceId: { exact: id } } : true;
}

/** Streams of what was chosen, and the one that is recorded. */
export class Media {
  /** @param {MediaStream[]} streams @param {Mode} mode */
  constructor(streams, mode) {
    this.streams = streams;
    this.mode = mode;
    const tracks = streams.flatMap((stream) => stream.getAudioTracks());
    this.sound = tracks.length ? new Sound(tracks) : null;
    const pictures = streams.filter((stream) => stream.getVideoTracks().length);
    this.corner = mode === "screen" && pictures.length > 1 ? new Corner(pictures[0], pictures[1]) : null;
    const seen = this.corner?.stream ?? pictures[0];
    this.stream = new MediaStream([...(seen?.getVideoTracks() ?? []), ...(this.sound ? [this.sound.track] : [])]);
  }

  /**
   * Ask the browser, which asks the person.
   * @param {Wish} wish @returns {Promise<Media>} @throws {DOMException} when it cannot be had
   */
  static async open(wish) {
    const { mode, camera, microphone, withCamera, withMicrophone } = wish;
    const picture = { ...(camera ? { deviceId: { exact: camera } } : {}), width: { ideal: 1280 }, height: { ideal: 720 } };
    /** @type {MediaStream[]} */ const streams = [];
    try {
      if (mode === "screen") {
        streams.push(await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: true }));
        if (withCamera || withMicrophone) {
          const video = withCamera ? picture : false;
          streams.push(await navigator.mediaDevices.getUserMedia({ video, audio: withMicrophone && device(microphone) }));
        }
      } else {
        const video = mode === "camera" ? picture : false;
        streams.push(await navigator.mediaDevices.getUserMedia({ video, audio: device(microphone) }));
      }
      return new Media(streams, mode);
    } catch (error) {
      for (const track of streams.flatMap((stream) => stream.getTracks())) track.stop();
      throw error;
    }
  }

  /** The devices that are in use. @param {"video"|"audio"} kind */
  device(kind) {
    const tracks = this.streams.flatMap((stream) => (kind === "video" ? stream.getVideoTracks() : stream.getAudioTracks()));
    return tracks.at(-1)?.getSettings().deviceId ?? "";
  }

  /** Call when the browser or the person ends one of them. @param {() => void} ended */
  whenEnded(ended) {
    for (const track of this.streams.flatMap((stream) => stream.getTracks())) {
      track.addEventListener("ended", ended, { once: true });
    }
  }

  stop() {
    this.corner?.stop();
    this.sound?.stop();
    for (const track of [...this.streams, this.stream].flatMap((stream) => stream.getTracks())) track.stop();
  }
}
