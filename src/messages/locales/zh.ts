import type { Catalog } from '../catalog.ts';
import { buttonWords } from './zh/buttons.ts';
import { cardWords } from './zh/cards.ts';
import { doctorWords } from './zh/doctor.ts';
import { eventWords } from './zh/events.ts';
import { helpWords } from './zh/help.ts';
import { logWords } from './zh/logs.ts';
import { noteWords } from './zh/notes.ts';
import { noticeWords } from './zh/notices.ts';
import { runWords } from './zh/runs.ts';
import { searchWords } from './zh/search.ts';
import { watchWords } from './zh/watches.ts';

/** 用户看到的中文；来源是设计文档 messages.md。 zh-CN, zh-TW and zh-HK readers all get it for now. */
export const zh: Catalog = {
  locale: 'zh',
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
