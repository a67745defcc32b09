import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoreNotice } from '../../src/store/file/load.ts';
import type { Migration } from '../../src/store/file/migrations.ts';
import { type FileStoreOptions, openFileStore } from '../../src/store/file/open.ts';
import { COUNT, filesIn, SETTLE_MS, saveStore } from './saved-store.ts';
import { useFolders } from './temporary-folder.ts';
import { T0 } from './watching.ts';

const createFolder = useFolders();

/** Opens a store and closes it again; gives what was told and the document that was saved. */
async function open(
  path: string,
  options: Partial<FileStoreOptions> = {},
): Promise<{ notices: StoreNotice[]; body: unknown }> {
  const notices: StoreNotice[] = [];
  const onNotice = (notice: StoreNotice) => notices.push(notice);
  const store = await openFileStore(path, { settleMs: SETTLE_MS, now: () => T0, onNotice, ...options });
  const document = await store.getDocument(COUNT.kind, COUNT.team, COUNT.id);
  await store.close();
  return { notices, body: document?.body };
}

async function save(): Promise<{ folder: string; path: string; text: string }> {
  const folder = createFolder();
  const path = join(folder, 'flowbell.json');
  await saveStore(path);
  return { folder, path, text: readFileSync(path, 'utf8') };
}

/** Changes a text in one place; throws where it does not stand there. */
const swap = (from: string | RegExp, to: string) => (text: string) => {
  if (text.replace(from, to) === text) throw new Error(`the store holds no ${from}`);
  return text.replace(from, to);
};

const FOREIGN: readonly { readonly what: string; readonly write: (text: string) => string }[] = [
  { what: 'null', write: () => 'null' },
  { what: '[]', write: () => '[]' },
  { what: '"x"', write: () => '"x"' },
  { what: '42', write: () => '42' },
  { what: '{}', write: () => '{}' },
  { what: 'another shape', write: () => '{"watches":[],"users":{}}' },
  { what: 'another format', write: swap('"format":"flowbell"', '"format":"lowdb"') },
  { what: 'a schema that is no number', write: swap('"schema":2', '"schema":"2"') },
  { what: 'schema 0', write: swap('"schema":2', '"schema":0') },
  { what: 'no count of writes', write: swap('"rev"', '"revision"') },
  { what: 'a table that is a list', write: swap(/"once":\{\s*\}/, '"once":[]') },
  { what: 'a table less', write: swap(/,\s*"outages":\{\s*\}/, '') },
  { what: 'a table more', write: swap(/"ended":\{\s*\}/, '"ended":{},"digests":{}') },
  { what: 'a time that is none', write: swap('"askedAt":"2026-03-02T09:00:00Z"', '"askedAt":"yesterday"') },
  { what: 'a run that is no run', write: swap('"attempt":1', '"attempt":-1') },
  { what: 'a node that is no node', write: swap('["Succeeded",1', '["Succeeded"') },
  { what: 'a field nobody knows', write: swap('"locale":"en"', '"locale":"en","muted":true') },
  { what: 'a state nobody knows', write: swap('"state":"pending"', '"state":"posting"') },
  { what: 'a watch without its run', write: (text) => text.replace(/"cn-hangzhou\/flow-run\d+":.*/, '') },
  { what: 'a document under another name', write: swap('"count/T1/c"', '"count/T1/d"') },
];

describe('a file that is whole and not ours', () => {
  it.each(FOREIGN)('is refused and left as it is, beside a good backup too: $what', async ({ write }) => {
    const { folder, path, text } = await save();
    writeFileSync(path, write(text));
    JSON.parse(readFileSync(path, 'utf8'));
    const withBackup = filesIn(folder);
    const refusal = {
      name: 'StoreRefusal',
      kind: 'foreign',
      path,
      advice: expect.stringContaining('left as it'),
    };

    await expect(open(path)).rejects.toMatchObject(refusal);
    expect(filesIn(folder)).toEqual(withBackup);

    rmSync(`${path}.bak`);
    const alone = filesIn(folder);
    await expect(open(path)).rejects.toMatchObject(refusal);
    expect(filesIn(folder)).toEqual(alone);
  });

  it('is named with its row and without what is in it', async () => {
    const { path, text } = await save();
    writeFileSync(path, swap('"version":2,"body":"乙"', '"version":"二","body":"secret"')(text));

    await expect(open(path)).rejects.toMatchObject({
      message: expect.stringMatching(/documents "count\/T1\/c": version: (?!.*secret)/),
    });
  });
});

describe('a file of another schema', () => {
  /** Takes schema 1, which had no table of outages, to 2. */
  const addOutages: Migration = (data) => ({ ...data, outages: {} });
  /** Takes schema 2, in which bodies were spelt otherwise, to 3. */
  const respell: Migration = (data) => JSON.parse(JSON.stringify(data).replace('乙', '二'));
  const migrations = [addOutages, respell];
  const inSchema1 = (text: string) =>
    swap('"schema":2', '"schema":1')(swap(/,\s*"outages":\{\s*\}/, '')(text));

  it('is refused when it is newer, with everything left as it is', async () => {
    const { folder, path, text } = await save();
    writeFileSync(path, swap('"schema":2', '"schema":3')(text));
    const before = filesIn(folder);

    await expect(open(path)).rejects.toMatchObject({
      ...{ kind: 'newer', path, message: expect.stringContaining('schema 3') },
      advice: expect.stringContaining('Start that version again'),
    });
    expect(filesIn(folder)).toEqual(before);
  });

  it('is refused as newer whatever else it holds', async () => {
    const { path } = await save();
    writeFileSync(path, '{"format":"flowbell","schema":7,"shards":[]}');

    await expect(open(path)).rejects.toMatchObject({ kind: 'newer' });
  });

  it('is copied, migrated step by step and told when it is older', async () => {
    const { path, text } = await save();
    writeFileSync(path, inSchema1(text));

    const { notices, body } = await open(path, { migrations });

    const copyPath = `${path}.v1`;
    expect(notices).toEqual([{ kind: 'migrated', from: 1, to: 3, copyPath }]);
    expect(body).toBe('二');
    expect(readFileSync(copyPath, 'utf8')).toBe(inSchema1(text));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ schema: 3 });
    expect(await open(path, { migrations })).toEqual({ notices: [], body: '二' });
    await expect(open(path)).rejects.toMatchObject({ kind: 'newer' });
  });

  it('takes only the steps that it has not taken', async () => {
    const { path, text } = await save();
    writeFileSync(path, text);
    const never: Migration = () => {
      throw new Error('was taken before');
    };

    const { notices, body } = await open(path, { migrations: [never, respell] });

    expect(notices).toEqual([{ kind: 'migrated', from: 2, to: 3, copyPath: `${path}.v2` }]);
    expect(body).toBe('二');
  });

  it.each([
    { what: 'throws', migration: (() => JSON.parse('')) satisfies Migration },
    {
      what: 'makes what is no row',
      migration: ((data) => ({ ...data, once: { k: 1 } })) satisfies Migration,
    },
  ])('is refused and left as it is when a migration $what', async ({ migration }) => {
    const { folder, path, text } = await save();
    writeFileSync(path, swap('"schema":2', '"schema":1')(text));
    const before = filesIn(folder);

    await expect(open(path, { migrations: [migration] })).rejects.toMatchObject({ kind: 'foreign' });
    expect(filesIn(folder)).toEqual(before);
  });

  it('is recovered from a backup of an older schema, both told', async () => {
    const { path, text } = await save();
    const backupPath = `${path}.bak`;
    const older = inSchema1(text);
    writeFileSync(backupPath, older);
    writeFileSync(path, text.slice(0, 700));

    const { notices, body } = await open(path, { migrations });

    expect(notices.map(({ kind }) => kind)).toEqual(['recovered', 'migrated']);
    expect(body).toBe('二');
    expect(readFileSync(`${backupPath}.v1`, 'utf8')).toBe(older);
  });
});
