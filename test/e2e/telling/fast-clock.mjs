/*
 * Loaded before the bot (`node --import`), it gives the bot another time. The file `clock.json` in the bot's folder says
 * which, and is read again and again: `{"fromMs", "startMs", "speed"}`: at the real time `fromMs` it is `startMs`, and
 * from then on time goes `speed` times as fast, with every timer that is set. A later `startMs` is a clock that was put
 * forward.
 */
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import { promisify } from 'node:util';

const LOOK_MS = 20;

const read = () => JSON.parse(readFileSync('clock.json', 'utf8'));
let { fromMs, startMs, speed } = read();

const RealDate = Date;
const realNow = Date.now;
const now = () => Math.floor(startMs + (realNow() - fromMs) * speed);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

const realMonotonic = performance.now.bind(performance);
let [monotonicFromMs, monotonicStartMs] = [0, 0];
const monotonic = () => monotonicStartMs + (realMonotonic() - monotonicFromMs) * speed;
Object.defineProperty(performance, 'now', { value: monotonic, configurable: true });

const realSignal = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (ms) => realSignal(Math.ceil(ms / speed));

const { setTimeout: realTimeout, setInterval: realInterval } = timers;
const { setTimeout: realPause } = promises;
promises.setTimeout = (ms = 0, ...more) => realPause(ms / speed, ...more);
timers.setTimeout = (callback, ms = 0, ...more) => realTimeout(callback, ms / speed, ...more);
timers.setInterval = (callback, ms = 0, ...more) => realInterval(callback, ms / speed, ...more);
Object.defineProperty(timers.setTimeout, promisify.custom, { value: promises.setTimeout });
globalThis.setTimeout = timers.setTimeout;
globalThis.setInterval = timers.setInterval;
syncBuiltinESMExports();

realInterval(() => {
  [monotonicStartMs, monotonicFromMs] = [monotonic(), realMonotonic()];
  const beforeMs = now();
  ({ fromMs, startMs, speed } = read());
  // Time that was let go by is time for every clock.
  monotonicStartMs += Math.max(0, now() - beforeMs);
}, LOOK_MS).unref();
