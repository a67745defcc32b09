import type { Document, Documents } from '../../src/commands/documents.ts';

/** Documents that live as long as a test; `fail` is thrown by every call while it gives something. */
export function fakeDocuments(fail: () => Error | undefined = () => undefined): Documents {
  const known = new Map<string, Document>();
  const work = (): void => {
    const error = fail();
    if (error !== undefined) throw error;
  };
  return {
    getDocument: async (kind, team, id) => {
      work();
      return known.get(`${kind} ${team} ${id}`);
    },
    putDocument: async (kind, team, { id, version, body }) => {
      work();
      const key = `${kind} ${team} ${id}`;
      if ((known.get(key)?.version ?? 0) !== version) return false;
      known.set(key, { id, version: version + 1, body });
      return true;
    },
    listDocuments: async (kind, team) => {
      work();
      return [...known].filter(([key]) => key.startsWith(`${kind} ${team} `)).map(([, each]) => each);
    },
  };
}
