/*
 * Loaded before the bot (`node --import`), it lets a test stop the store's write at a point of its choice. The file
 * `hold` in the bot's folder orders it: `{"point", "text", "without"}`. The first write whose content has `text`, or has
 * not `without`, never gets past that point; `held` is made beside it when it is there.
 *
 *   write    half of the file beside is written
 *   rename   the file beside is whole, and not yet in the place of the old one
 *   folder   it has taken its place, and the folder is not synced
 *   full     the disk has no room, for as long as `hold` stands there
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const { open, rename } = fs;
let content = '';

function order() {
  return existsSync('hold') ? JSON.parse(readFileSync('hold', 'utf8') || '{}') : {};
}

async function holdAt(point) {
  const { point: wanted, text, without } = order();
  if (wanted !== point) return;
  if (text !== undefined && !content.includes(text)) return;
  if (without !== undefined && content.includes(without)) return;
  writeFileSync('held', '');
  await new Promise(() => undefined);
}

fs.open = async (path, flags, mode) => {
  if (flags === 'r') await holdAt('folder');
  const file = await open(path, flags, mode);
  if (!String(path).endsWith('.tmp')) return file;
  content = '';
  const writeWhole = file.writeFile.bind(file);
  file.writeFile = async (part) => {
    if (order().point === 'full')
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    content += String(part);
    if (order().point === 'write') {
      await writeWhole(part.subarray(0, part.length / 2));
      await holdAt('write');
      return writeWhole(part.subarray(part.length / 2));
    }
    return writeWhole(part);
  };
  return file;
};

fs.rename = async (from, to) => {
  if (String(from).endsWith('.tmp')) await holdAt('rename');
  return rename(from, to);
};

syncBuiltinESMExports();
