/** What a process has to know of the one before it. Methods reject with the store's own error. */
export interface Downtime {
  /** Remembers that the process is there. */
  noteAlive(now: Date): Promise<void>;
  /** When a process was last there before this one opened the store; absent where nobody knows. */
  readonly lastAliveAt: Date | undefined;
  /**
   * Owes each channel one note of the runs whose ends were committed since `until` and happened after `from`, in those
   * where any was. Gives the number of channels.
   */
  oweOffline(want: { readonly from: Date; readonly until: Date; readonly now: Date }): Promise<number>;
}
