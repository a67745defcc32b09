import type { Asker } from './asker.ts';
import type { PaiflowError } from './errors.ts';
import type { Missing, Question } from './question.ts';

/** What one asker wants to know about one id. */
export interface Claim {
  readonly asker: Asker;
  /** Which of the asker's questions it is. */
  readonly index: number;
  /** Where the answer will come from, while it is waited for. */
  slot: Slot | undefined;
  /** The answer with the PAI workspace, while the question is asked again without it. */
  missed: Missing | undefined;
}

/** One id that is being found out about, for everybody who asked. A tick makes thousands of them: keep it small. */
export interface Slot {
  /** `groupKey` of its question. */
  readonly groupKey: string;
  /** `idOf` its question. */
  readonly id: string;
  readonly question: Question;
  /** Counts up; who asked first goes first. */
  readonly turn: number;
  readonly claims: Claim[];
  /** True while nobody but askers who missed it with a PAI workspace wants it. */
  isSecondTry: boolean;
  /** True while a call that asks for it is out. */
  isOut: boolean;
  /** What kept the answer from coming so far. */
  lastError: PaiflowError | undefined;
}

export function isWanted(slot: Slot): boolean {
  return slot.claims.length > 0;
}
