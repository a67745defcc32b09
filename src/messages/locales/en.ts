import type { Catalog } from '../catalog.ts';
import { buttonWords } from './en/buttons.ts';
import { doctorWords } from './en/doctor.ts';
import { helpWords } from './en/help.ts';
import { logWords } from './en/logs.ts';
import { noticeWords } from './en/notices.ts';
import { runWords } from './en/runs.ts';
import { searchWords } from './en/search.ts';

/** The words people see, in English; messages.md of the design is their source. */
export const en: Catalog = {
  locale: 'en',
  ...runWords,
  ...searchWords,
  ...logWords,
  ...noticeWords,
  ...helpWords,
  ...doctorWords,
  ...buttonWords,
};
