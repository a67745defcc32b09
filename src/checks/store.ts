import type { Check } from '../messages/catalog.ts';
import { withinTime } from './deadline.ts';
import { type Row, wordFor } from './row.ts';

/** How the store stands, for the process that has it open or for one that only reads its file. */
export type StoreState =
  | { readonly kind: 'writable'; readonly path: string; readonly bytes: number }
  /** Open, and its disk has refused to be written since. */
  | { readonly kind: 'read-only'; readonly path: string; readonly bytes: number; readonly since: Date }
  /** No file is there; the first start makes it. */
  | { readonly kind: 'new'; readonly path: string }
  /** Damaged beside a good backup, which the next start takes. */
  | { readonly kind: 'mendable'; readonly path: string }
  /** A start would refuse it. */
  | {
      readonly kind: 'refused';
      readonly path: string;
      readonly why: 'locked' | 'damaged' | 'foreign' | 'newer' | 'unwritable';
      /** What to do, in one sentence. */
      readonly advice: string;
    };

export interface StorePort {
  /** Takes no lock and writes nothing. */
  findState(): Promise<StoreState>;
}

/** A check of the store with what only `npm run doctor` tells. */
export type StoreCheck = Check & { readonly state?: StoreState };

/** Checks whether what people ask for can be kept. */
export async function checkStore(
  port: StorePort,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly StoreCheck[]> {
  const subject = { kind: 'store' } as const;
  const state = await withinTime(() => port.findState(), signal).catch(() => undefined);
  switch (state?.kind) {
    case undefined:
      return [{ subject, verdict: 'failed' }];
    case 'writable':
    case 'new':
      return [{ subject, verdict: 'fine', state }];
    case 'read-only':
      return [
        { subject, verdict: 'failed', finding: { kind: 'store-read-only', since: state.since }, state },
      ];
    case 'mendable':
      return [{ subject, verdict: 'warning', state }];
    case 'refused':
      // Whoever has it may be the Flowbell that is meant to run.
      return [{ subject, verdict: state.why === 'locked' ? 'warning' : 'failed', state }];
    default:
      return state satisfies never;
  }
}

const REFUSALS = {
  locked: 'in use by another process',
  damaged: 'damaged, and there is no good backup',
  foreign: 'no store of Flowbell’s',
  newer: 'written by a newer Flowbell',
  unwritable: 'cannot be read or written',
} as const;

/** What `npm run doctor` says of the store. */
export function describeStore({ verdict, state }: StoreCheck): Row {
  return { verdict: wordFor(verdict), subject: 'store', said: said(state) };
}

function said(state: StoreState | undefined): string {
  switch (state?.kind) {
    case undefined:
      return 'cannot be looked at; look at DATA_FILE';
    case 'writable':
      return `${state.path}, ${size(state.bytes)}, writable`;
    case 'new':
      return `${state.path}, made at the first start`;
    case 'read-only':
      return `${state.path}, ${size(state.bytes)}, read-only since ${state.since.toISOString()}`;
    case 'mendable':
      return `${state.path}, damaged: the next start takes its backup, which may lack the last changes`;
    case 'refused':
      return `${state.path}, ${REFUSALS[state.why]}: ${state.advice}`;
    default:
      return state satisfies never;
  }
}

/** `980 B`, `41 kB`, `3.2 MB`. */
function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 999_500 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
