/** Remembers that something was done. Rejects with the store's own error and then has changed nothing. */
export interface Once {
  /**
   * True the first time one of these keys is given, whoever gives it: an event of Slack's, a slot of a schedule. All
   * of them are kept for `keepMs`.
   */
  isFirst(keys: readonly string[], want: { readonly now: Date; readonly keepMs: number }): Promise<boolean>;
}
