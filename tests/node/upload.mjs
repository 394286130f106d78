// tus-js-client, a tus client that we did not write, in the hands of somebody with a page of the tool.
//
// Takes a wish as one JSON object on standard input: where (endpoint, token), what (file, metadata), the file that
// keeps the addresses of unfinished uploads (addresses), the bytes of one request (piece), whether the length is told
// only at the end (deferred), and how to stop when more than so many bytes are on their way (stop: {at, by}): `abort`
// lets go and leaves the upload for later, `terminate` cancels it, `kill` ends this process within a request.
// An upload of the same file that is kept there is gone on with. Prints one JSON object: {url, from, end, statuses}.
import { createReadStream, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { FileUrlStorage, Upload } from 'tus-js-client';

const wish = JSON.parse(readFileSync(0, 'utf8'));
const told = { url: null, from: null, end: null, statuses: [] };

function finish(end) {
  process.stdout.write(`${JSON.stringify({ ...told, url: upload.url, end })}\n`);
}

// Of what comes out of a pipe nobody knows the length.
const source = wish.deferred ? createReadStream(wish.file).pipe(new PassThrough()) : readFileSync(wish.file);
const upload = new Upload(source, {
  endpoint: wish.endpoint,
  headers: { Authorization: `Bearer ${wish.token}` },
  metadata: wish.metadata,
  chunkSize: wish.piece,
  urlStorage: new FileUrlStorage(wish.addresses),
  uploadLengthDeferred: Boolean(wish.deferred),
  uploadDataDuringCreation: !wish.deferred,
  overridePatchMethod: Boolean(wish.deferred), // as where a proxy lets no PATCH pass
  retryDelays: [100, 500, 1000, 2000, 4000],
  onAfterResponse: (request, response) => {
    told.statuses.push(response.getStatus());
    if (request.getMethod() === 'HEAD') told.from = Number(response.getHeader('Upload-Offset'));
  },
  onProgress: (sent) => {
    if (!wish.stop || sent <= wish.stop.at) return;
    if (wish.stop.by === 'kill') process.kill(process.pid, 'SIGKILL');
    const terminate = wish.stop.by === 'terminate';
    wish.stop = null;
    upload.abort(terminate).then(() => finish('stopped'));
  },
  onSuccess: () => finish('complete'),
  onError: (error) => {
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
  },
});

const kept = await upload.findPreviousUploads();
if (kept.length) upload.resumeFromPreviousUpload(kept[0]);
upload.start();
