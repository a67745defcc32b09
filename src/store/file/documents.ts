import type { Document } from '../../commands/documents.ts';
import { type DocumentRow, documentKeyOf } from './rows.ts';
import type { Tables } from './tables.ts';

type DocumentName = Pick<DocumentRow, 'kind' | 'team' | 'id'>;

export function getDocument(tables: Tables, name: DocumentName): Document | undefined {
  const row = tables.get('documents', documentKeyOf(name));
  return row && toDocument(row);
}

/** Puts a document in place of the version that was read, as Documents says. Throws TypeError for what is no JSON. */
export function putDocument(
  tables: Tables,
  name: DocumentName,
  { version, body }: Omit<Document, 'id'>,
): boolean {
  const known = tables.get('documents', documentKeyOf(name))?.version ?? 0;
  if (known !== version) return false;
  const json: string | undefined = JSON.stringify(body);
  if (json === undefined) throw new TypeError('a document without a body cannot be kept');
  tables.put('documents', { ...name, version: version + 1, json });
  return true;
}

export function listDocuments(tables: Tables, { kind, team }: Omit<DocumentName, 'id'>): Document[] {
  const found: Document[] = [];
  for (const row of tables.all('documents')) {
    if (row.kind === kind && row.team === team) found.push(toDocument(row));
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function toDocument({ id, version, json }: DocumentRow): Document {
  return { id, version, body: JSON.parse(json) };
}
