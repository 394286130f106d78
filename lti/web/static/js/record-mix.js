/** Several streams into one: a camera in the corner of a screen, and the sounds of both. */

const RATE = 15; // pictures a second
const MOST = { width: 1920, height: 1080 };
const SHARE = 0.22; // of the screen's width, for the camera
const MARGIN = 0.02;

/** @param {MediaStream} stream @returns {HTMLVideoElement} that plays it where nobody sees it */
function watcher(stream) {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, playsInline: true, srcObject: stream });
  video.play().catch(() => {}); // stopped at once
  return video;
}

/** Pictures of a screen with a camera in its corner, as a stream. */
export class Corner {
  /** @param {MediaStream} screen @param {MediaStream} camera */
  constructor(screen, camera) {
    this.screen = watcher(screen);
    this.camera = watcher(camera);
    this.canvas = document.createElement("canvas");
    const { width = 1280, height = 720 } = screen.getVideoTracks()[0].getSettings();
    const scale = Math.min(1, MOST.width / width, MOST.height / height);
    // Encoders want even numbers.
    this.canvas.width = 2 * Math.round((width * scale) / 2);
    this.canvas.height = 2 * Math.round((height * scale) / 2);
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { alpha: false }));
    this.ticker = new Worker(new URL("./record-ticker.js", import.meta.url));
    this.ticker.addEventListener("message", () => this.draw());
    this.ticker.postMessage(1000 / RATE);
    this.stream = this.canvas.captureStream(RATE);
  }

  draw() {
    const { canvas, context, screen, camera } = this;
    if (screen.videoWidth) {
      // A window that was made larger or smaller is fitted into the picture that was begun.
      const scale = Math.min(canvas.width / screen.videoWidth, canvas.height / screen.videoHeight);
      const [width, height] = [screen.videoWidth * scale, screen.videoHeight * scale];
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(screen, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    }
    if (camera.videoWidth) {
      const width = canvas.width * SHARE;
      const height = (width * camera.videoHeight) / camera.videoWidth;
      const margin = canvas.width * MARGIN;
      context.drawImage(camera, canvas.width - width - margin, canvas.height - height - margin, width, height);
    }
  }

  stop() {
    this.ticker.terminate();
    for (const track of this.stream.getTracks()) track.stop();
    for (const each of [this.screen, this.camera]) each.srcObject = null;
  }
}

/** Sounds, mixed where there are several, and how loud they are. */
export class Sound {
  /** @param {MediaStreamTrack[]} tracks */
  constructor(tracks) {
    this.context = new AudioContext();
    this.context.resume().catch(() => {}); // where a browser waits for a click, the next one does it
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 1024;
    this.levels = new Float32Array(this.analyser.fftSize);
    this.sources = tracks.map((track) => this.context.createMediaStreamSource(new MediaStream([track])));
    /** What is recorded: one track as it is, several as one. @type {MediaStreamTrack} */
    this.track = tracks[0];
    const mixed = tracks.length > 1 ? this.context.createMediaStreamDestination() : null;
    for (const source of this.sources) {
      source.connect(this.analyser);
      if (mixed) source.connect(mixed);
    }
    if (mixed) [this.track] = mixed.stream.getAudioTracks();
  }

  /** How loud it is now, from 0 to 1, as ears would say: 60 decibels are all of it. */
  get level() {
    this.analyser.getFloatTimeDomainData(this.levels);
    const square = this.levels.reduce((sum, each) => sum + each * each, 0) / this.levels.length;
    return Math.max(0, Math.min(1, 1 + (10 * Math.log10(square + 1e-12)) / 60));
  }

  stop() {
    this.context.close();
  }
}
