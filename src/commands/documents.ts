/** A small thing to remember about somebody or something, with the number of times it was put. */
export interface Document {
  readonly id: string;
  /** From 1. */
  readonly version: number;
  /** JSON. */
  readonly body: unknown;
}

/** Whatever has no rules of its own. Methods reject with the store's own error and then have changed nothing. */
export interface Documents {
  getDocument(kind: string, team: string, id: string): Promise<Document | undefined>;
  /**
   * Puts a document in place of the version that was read, 0 where there was none. False where another version stands
   * there by now, and then nothing was changed.
   */
  putDocument(
    kind: string,
    team: string,
    document: { readonly id: string; readonly version: number; readonly body: unknown },
  ): Promise<boolean>;
  /** By id. */
  listDocuments(kind: string, team: string): Promise<readonly Document[]>;
}
