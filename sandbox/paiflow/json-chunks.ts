import type { JsonObject } from '../json.ts';
import { stringifyWithBareNumbers } from './rows.ts';

/** Rows of an answer that are made while they are sent. */
export class LazyRows {
  readonly rows: Iterable<unknown>;

  constructor(rows: Iterable<unknown>) {
    this.rows = rows;
  }
}

/** Large enough to be cheap, small enough that a caller who hangs up is noticed soon. */
const CHUNK_CHARACTERS = 64 * 1024;

/** An answer as pieces of JSON text; what stands in `LazyRows` is made piece by piece. */
export function* jsonChunks(body: JsonObject): Generator<string> {
  let piece = '{';
  let comma = '';
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    piece += `${comma}${JSON.stringify(name)}:`;
    comma = ',';
    if (!(value instanceof LazyRows)) {
      piece += stringifyWithBareNumbers(value);
      continue;
    }
    let rowComma = '[';
    for (const row of value.rows) {
      piece += rowComma + JSON.stringify(row);
      rowComma = ',';
      if (piece.length < CHUNK_CHARACTERS) continue;
      yield piece;
      piece = '';
    }
    piece += rowComma === '[' ? '[]' : ']';
  }
  yield `${piece}}`;
}
