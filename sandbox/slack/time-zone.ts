import type { JsonObject } from '../json.ts';

/** True for a name of the IANA data base, such as `Asia/Shanghai`. */
export function isTimeZone(name: string): boolean {
  try {
    partOf(name, new Date(0), 'long');
    return true;
  } catch {
    return false;
  }
}

/** `tz_label` and `tz_offset` of users.info: the zone's name in words, and the seconds to add to UTC at `at`. */
export function timeZoneFacts(name: string, at: Date): JsonObject {
  const [, sign = '+', hours = '0', minutes = '0'] =
    /^GMT([+-])(\d{2}):(\d{2})/.exec(partOf(name, at, 'longOffset')) ?? [];
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  return { tz_label: partOf(name, at, 'long'), tz_offset: sign === '-' ? -seconds : seconds };
}

function partOf(timeZone: string, at: Date, timeZoneName: 'long' | 'longOffset'): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
}
