import type { Catalog, Locale } from './catalog.ts';
import { en } from './locales/en.ts';
import { zh } from './locales/zh.ts';

const CATALOGS: Readonly<Record<Locale, Catalog>> = { en, zh };

/** The words of one language. */
export function catalogFor(locale: Locale): Catalog {
  return CATALOGS[locale];
}
