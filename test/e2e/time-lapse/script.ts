/** What happens to a run of a story at one time, in milliseconds since the story began. */
export type Step = {
  readonly atMs: number;
  readonly runId: string;
} /** A final status takes the nodes that are still open with it. */ & (
  | { readonly kind: 'run'; readonly status: string }
  | { readonly kind: 'node'; readonly node: string; readonly status: string }
  | {
      readonly kind: 'new-node';
      readonly node: string;
      readonly type: Part['type'];
      readonly parent: string;
      readonly status: string;
    }
  | { readonly kind: 'rerun' }
  | { readonly kind: 'visible'; readonly isVisible: boolean }
  | { readonly kind: 'deleted' }
);

/** A node of a run, with what stands in it. */
export interface Part {
  /** Unique in its run. */
  readonly name: string;
  readonly type: 'Task' | 'Dag' | 'Loop';
  readonly parts: readonly Part[];
  /** True where it appears only while what it stands in is at work. */
  readonly isLate: boolean;
}

/** A run of a story as it is when the story begins. */
export interface StoryRun {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly parts: readonly Part[];
}

export interface Story {
  readonly runs: readonly StoryRun[];
  /** By time; those of one time in the order in which they happen. */
  readonly steps: readonly Step[];
}

/** How long a story goes on; in its last ten minutes nothing happens, so that all of it can be noticed. */
export const STORY_MS = 60 * 60_000;
