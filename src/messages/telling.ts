import type { PaiPlace } from '../domain/workspace.ts';
import type { Locale } from './catalog.ts';
import type { Lateness } from './telling-words.ts';

/** What a message of Flowbell's own accord needs beside its facts. */
export interface TellingContext {
  readonly locale: Locale;
  /** Whether it stands in somebody's DM with Flowbell. */
  readonly isDm: boolean;
  /** What buttons' commands begin with: `@flowbell`. */
  readonly command: string;
  /** A person as plain text, without the `@`: nobody is pinged by it. */
  readonly nameOf: (userId: string) => string;
  /** Short name of a PAI workspace of the settings. */
  readonly workspaceOf: (place: PaiPlace) => string | undefined;
  /** What the settings call the PAI workspaces of a region. */
  readonly labelsOf: (region: string) => readonly string[];
}

/** What of an event is only known when it is told, all of it optional. */
export interface EventDetails {
  /** The error line of the log, masked. */
  readonly cause?: string | undefined;
  /** The end of the log, masked and cleaned; empty where there is none. */
  readonly tail: readonly string[];
  /** Secrets made unreadable in it. */
  readonly hidden: number;
  /** Whether a log was read, so that a cause was looked for. */
  readonly hasLog: boolean;
  /** Metrics and models that the run made. */
  readonly outputs: readonly ToldOutput[];
}

/** A metric as a number, or a model by its name. */
export interface ToldOutput {
  readonly kind: 'metric' | 'model';
  readonly name: string;
  readonly value?: string | undefined;
}

/** How an event is told. */
export interface EventTelling extends TellingContext {
  readonly details: EventDetails;
  /** Set where it is told more than two minutes late. */
  readonly late?: Lateness | undefined;
}
