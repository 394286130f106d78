/**
 * Knowing a file again: by name and size, which the server keeps, and by its time where this browser remembers it.
 * Storage may be shut to a page in a frame; then name and size have to do.
 */

const KEY = "cuedeck-upload-";

/** @param {string} id of the upload @param {File} file */
export function remember(id, file) {
  try {
    localStorage.setItem(KEY + id, String(file.lastModified));
  } catch {
    // Shut, or full.
  }
}

/** @param {string} id of the upload */
export function forget(id) {
  try {
    localStorage.removeItem(KEY + id);
  } catch {
    // Shut.
  }
}

/**
 * @param {{id: string, filename: string, length: number|null}} upload @param {File} file
 * @returns {boolean} whether this may be the file that the upload was begun with
 */
export function isSame({ id, filename, length }, file) {
  if (file.name !== filename || file.size !== length) return false;
  try {
    const modified = localStorage.getItem(KEY + id);
    return modified === null || modified === String(file.lastModified);
  } catch {
    return true;
  }
}
