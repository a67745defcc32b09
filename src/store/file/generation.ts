import * as z from 'zod';
import { isObject } from './fields.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';
import { keyOf, type Rows, readRow, TABLE_NAMES, type TableName } from './rows.ts';
import { Tables } from './tables.ts';

/** One state of the store, as it is written at one go. */
export interface Generation {
  /** Grows with every write. */
  rev: number;
  readonly tables: Tables;
}

/**
 * What a file's bytes are.
 *
 * | kind | what it means |
 * |---|---|
 * | `good` | a state of the store; `schema` is the one it was written in |
 * | `damaged` | no JSON: cut, empty, overwritten |
 * | `foreign` | JSON and no store, or a row that cannot be read |
 * | `newer` | written by a later Flowbell |
 */
export type Parsed =
  | { readonly kind: 'good'; readonly schema: number; readonly generation: Generation }
  | { readonly kind: 'damaged' | 'foreign'; readonly why: string }
  | { readonly kind: 'newer'; readonly schema: number };

const FORMAT = 'flowbell';

/** Bytes of a part: the event loop turns between them. */
const PART_BYTES = 1024 * 1024;

const mark = z.object({ format: z.literal(FORMAT), schema: z.int().positive() });
const table = z.custom<Record<string, unknown>>(isObject, 'is no table');
const envelope = z.strictObject({
  format: z.literal(FORMAT),
  schema: z.int(),
  rev: z.int().nonnegative(),
  data: table,
});

export function parseGeneration(bytes: Uint8Array, migrations: readonly Migration[] = MIGRATIONS): Parsed {
  const json = parseJson(bytes);
  if (json === undefined) return { kind: 'damaged', why: 'is cut, empty or overwritten' };
  const marked = mark.safeParse(json.value);
  if (!marked.success) return { kind: 'foreign', why: `is no store of Flowbell's` };
  const { schema } = marked.data;
  if (schema > migrations.length + 1) return { kind: 'newer', schema };
  try {
    const { rev, data } = envelope.parse(json.value);
    const migrated = migrations.slice(schema - 1).reduce((older, migrate) => migrate(older), data);
    const tables = readTables(migrated);
    return { kind: 'good', schema, generation: { rev, tables } };
  } catch (error) {
    return { kind: 'foreign', why: describe(error) };
  }
}

/** The bytes of a generation as it is now, one row a line, in parts. */
export function partsOf({ rev, tables }: Generation, schema = MIGRATIONS.length + 1): Iterable<Buffer> {
  const head = `{"format":"${FORMAT}","schema":${schema},"rev":${rev},"data":{\n`;
  return inParts(piecesOf(head, tables.lines()));
}

const LINE_END = Buffer.from(',\n');

function* piecesOf(head: string, all: ReturnType<Tables['lines']>): Iterable<Buffer> {
  yield Buffer.from(head);
  for (const [index, { table: name, lines }] of all.entries()) {
    yield Buffer.from(`${index === 0 ? '' : ',\n'}"${name}":{\n`);
    for (const [row, line] of lines.entries()) {
      if (row > 0) yield LINE_END;
      yield line;
    }
    yield Buffer.from(lines.length > 0 ? '\n}' : '}');
  }
  yield Buffer.from('\n}}\n');
}

/** In parts that are worth a call of the system each, and short enough for the loop to turn between them. */
function* inParts(pieces: Iterable<Buffer>): Iterable<Buffer> {
  let [part, bytes]: [Buffer[], number] = [[], 0];
  for (const piece of pieces) {
    part.push(piece);
    bytes += piece.length;
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(part, bytes);
    [part, bytes] = [[], 0];
  }
  yield Buffer.concat(part, bytes);
}

/** JSON may say `null`, so the value comes wrapped. */
function parseJson(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}

/** A row that cannot be read. Its text is not quoted: it may be long, and it is somebody's. */
class RowError extends Error {
  override readonly name = 'RowError';
}

function readTables(data: Readonly<Record<string, unknown>>): Tables {
  const unknown = Object.keys(data).find((name) => !TABLE_NAMES.some((known) => known === name));
  if (unknown !== undefined) throw new RowError(`has a table ${JSON.stringify(unknown)} that nobody knows`);
  const tables = new Tables();
  for (const name of TABLE_NAMES) {
    if (!isObject(data[name])) throw new RowError(`has no table ${name}`);
    for (const [key, body] of Object.entries(data[name])) tables.put(name, readNamed(name, key, body));
  }
  tables.settle(tables.mark());
  checkReferences(tables);
  return tables;
}

function readNamed<T extends TableName>(name: T, key: string, body: unknown): Rows[T] {
  const row = `${name} ${JSON.stringify(key)}`;
  try {
    const read = readRow(name, key, body);
    // Else two rows of the file could be one here, and the next write would lose one.
    if (keyOf(name, read) !== key) throw new RowError('is about something else');
    return read;
  } catch (error) {
    throw new RowError(`has a row that cannot be read, ${row}: ${describe(error)}`);
  }
}

/** Rows are written together with what they point to, so a missing one was taken out by hand. */
function checkReferences(tables: Tables): void {
  for (const watch of tables.all('watches')) {
    requireRow(tables, `watches ${JSON.stringify(watch.id)}`, 'places', watch.placeId);
    requireRow(tables, `watches ${JSON.stringify(watch.id)}`, 'runs', `${watch.region}/${watch.runId}`);
  }
  for (const { key, placeId } of tables.all('deliveries')) {
    requireRow(tables, `deliveries ${JSON.stringify(key)}`, 'places', placeId);
  }
}

function requireRow(tables: Tables, row: string, name: TableName, key: string): void {
  if (tables.get(name, key) === undefined) throw new RowError(`has ${row} without its row in ${name}`);
}

function describe(error: unknown): string {
  if (error instanceof RowError) return error.message;
  if (!(error instanceof z.ZodError)) return 'cannot be migrated';
  const [issue] = error.issues;
  return issue === undefined ? 'unreadable' : `${issue.path.join('.') || 'it'}: ${issue.message}`;
}
