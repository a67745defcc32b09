import type { NodeTally, Run, RunNode } from '../domain/run.ts';
import type { Phase, Status } from '../domain/status.ts';
import type { Line, Span } from './line.ts';

export type Locale = 'en' | 'zh';

/** What is known of one run when it is shown. */
export interface RunFacts {
  readonly run: Run;
  readonly nodes?: NodeTally;
  /** When PAI was asked. */
  readonly readAt: Date;
}

/** What is known of one node of a run when it is shown. */
export interface NodeFacts {
  readonly run: Run;
  readonly node: RunNode;
  readonly readAt: Date;
}

export type PhaseCount = readonly [phase: Phase, count: number];

/** Why PAI gave no answer. */
export interface PaiTrouble {
  readonly kind: PaiTroubleKind;
  readonly region: string;
  /** How long PAI was waited for, in milliseconds. */
  readonly waitedMs: number;
}

export type PaiTroubleKind =
  | 'throttled'
  | 'timeout'
  | 'network'
  | 'forbidden'
  | 'wrong-key'
  | 'wrong-clock'
  | 'junk'
  | 'unavailable'
  | 'refused'
  | 'question-refused'
  | 'not-found';

/**
 * Every word people see, once per language. A string missing in one language fails the compiler.
 * Functions get spans for names, so that outside text reaches Slack only through them.
 */
export interface Catalog {
  readonly locale: Locale;
  /** `running`; for a word nobody knows: PAI says `Xyz`. */
  state(status: Status): Line;
  /** `*name* is running: 7 of 12 nodes done, now ...` */
  runSentence(name: Span, facts: RunFacts): Line;
  /** `Started ⟨02:00⟩ by PAI user …4905 · 94801 (cn-hangzhou) · read ⟨3 sec ago⟩` */
  runDetails(facts: RunFacts): Line;
  nodeSentence(runName: Span, nodeName: Span, facts: NodeFacts): Line;
  nodeDetails(facts: NodeFacts): Line;
  /** `6 asked, 5 found: 1 failed, 2 running, 2 succeeded` */
  listHead(asked: number, found: number, counts: readonly PhaseCount[]): Line;
  runEntry(name: Span, facts: RunFacts): Line;
  nodeEntry(runName: Span, nodeName: Span, facts: NodeFacts): Line;
  /** `12 more: 3 running, 9 succeeded` */
  moreEntries(count: number, counts: readonly PhaseCount[]): Line;
  detailsLeftOut(most: number): Line;
  missing(regions: readonly string[], ids: readonly Span[], more: number): Line;
  unchecked(ids: readonly Span[], more: number): Line;
  refused(ids: readonly Span[], more: number): Line;
  notAnswered(trouble: PaiTrouble, ids: readonly Span[], more: number): Line;
  regionNotSetUp(regions: readonly Span[], ids: readonly Span[], more: number): Line;
  nodeWithoutRun(ids: readonly Span[], more: number): Line;
  namesNotFound(names: readonly Span[], more: number): Line;
  trouble(trouble: PaiTrouble): Line;
  asking(): Line;
  ourFault(supportCode: string): Line;
  membersOnly(): Line;
  whoAreYou(): Line;
  unknownVerb(typed: Span): Line;
  noTarget(): Line;
  forgotten(): Line;
  fileNotSent(): Line;
  sharedBy(person: Span): Line;
  firstTime(command: string): readonly Line[];
  help(command: string): readonly Line[];
  readonly buttons: {
    readonly refresh: string;
    readonly share: string;
    readonly openInPai: string;
    readonly retry: string;
    readonly help: string;
    run(command: string): string;
  };
}

export type Check = {
  readonly subject:
    | { readonly kind: 'slack' | 'slack-scopes' | 'channel' | 'clock' }
    | { readonly kind: 'pai'; readonly label: string };
  readonly verdict: 'fine' | 'warning' | 'failed';
  readonly finding?: CheckFinding;
};

export type CheckFinding =
  | { readonly kind: 'missing-scopes'; readonly scopes: readonly string[] }
  | { readonly kind: 'not-in-channel' }
  | { readonly kind: 'slack-away' }
  | { readonly kind: 'clock-off'; readonly seconds: number }
  | { readonly kind: 'clock-not-compared' }
  | {
      readonly kind: 'pai-trouble';
      readonly trouble: PaiTrouble;
      readonly code?: string;
      readonly requestId?: string;
    }
  | { readonly kind: 'link-down'; readonly since: Date };

export interface DoctorReport {
  readonly checks: readonly Check[];
  readonly readAt: Date;
  readonly version: string;
  readonly isAdmin: boolean;
  readonly supportCode: string;
  readonly again: string;
}
