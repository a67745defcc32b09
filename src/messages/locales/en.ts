import type { Catalog } from '../catalog.ts';
import { buttonWords } from './en/buttons.ts';
import { cardWords } from './en/cards.ts';
import { doctorWords } from './en/doctor.ts';
import { eventWords } from './en/events.ts';
import { helpWords } from './en/help.ts';
import { logWords } from './en/logs.ts';
import { noteWords } from './en/notes.ts';
import { noticeWords } from './en/notices.ts';
import { runWords } from './en/runs.ts';
import { searchWords } from './en/search.ts';
import { watchWords } from './en/watches.ts';

/** The words people see, in English; messages.md of the design is their source. */
export const en: Catalog = {
  locale: 'en',
  ...runWords,
  ...searchWords,
  ...logWords,
  ...watchWords,
  ...eventWords,
  ...cardWords,
  ...noteWords,
  ...noticeWords,
  ...helpWords,
  ...doctorWords,
  ...buttonWords,
};
