// Files below a folder, and a cheap fingerprint of them by path, size and time of change.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** All files below `folder`, sorted; folders named in `leaveOut` are not entered. */
export function filesBelow(folder, { leaveOut = [] } = {}) {
  if (!existsSync(folder)) return [];
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) found.push(path);
    else if (!leaveOut.includes(entry.name)) found.push(...filesBelow(path, { leaveOut }));
  }
  return found.sort();
}

export function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    // An editor's temporary file may be gone by now.
    const found = statSync(file, { throwIfNoEntry: false });
    if (found) hash.update(`${file}\0${found.size}\0${found.mtimeMs}\n`);
  }
  return hash.digest('hex');
}
