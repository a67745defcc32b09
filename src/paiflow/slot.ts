import type { PaiflowError } from './errors.ts';
import type { Answer, Missing, Question } from './question.ts';

/** What one asker wants to know about one id. */
export interface Claim {
  readonly asker: { give(index: number, answer: Answer): void; readonly claims: Set<Claim> };
  /** Which of the asker's questions it is. */
  readonly index: number;
  /** Where the answer will come from, while it is waited for. */
  slot?: Slot;
  /** The answer with the PAI workspace, while the question is asked again without it. */
  missed?: Missing;
}

/** One id that is being found out about, for everybody who asked. */
export interface Slot {
  readonly key: string;
  /** Of its question; kept because a tick asks for it thousands of times. */
  readonly groupKey: string;
  readonly question: Question;
  /** Counts up; who asked first goes first. */
  readonly turn: number;
  readonly claims: Set<Claim>;
  /** True while nobody but askers who missed it with a PAI workspace wants it. */
  isSecondTry: boolean;
  /** What kept the answer from coming so far. */
  lastError?: PaiflowError;
}

export function isWanted(slot: Slot): boolean {
  return slot.claims.size > 0;
}
