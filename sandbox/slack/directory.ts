/** A person or bot of the invented Slack workspace. */
export interface User {
  readonly id: string;
  name: string;
  realName: string;
  teamId: string;
  locale: string;
  tz: string;
  isBot: boolean;
  isAdmin: boolean;
  isOwner: boolean;
  isRestricted: boolean;
  isUltraRestricted: boolean;
  isDeleted: boolean;
}

/** A place where messages stand. `partner` is the person of a DM with the bot. */
export interface Channel {
  readonly id: string;
  name: string;
  /** `mpim` is a group DM between people. */
  readonly kind: 'public' | 'private' | 'mpim' | 'im';
  readonly members: Set<string>;
  readonly partner?: string;
  isArchived: boolean;
  isExtShared: boolean;
  /** Only admins may post. */
  isReadOnly: boolean;
}

export const TEAM = { id: 'T0TEAM', domain: 'flowbell-sandbox', name: 'Flowbell sandbox' } as const;
export const APP_ID = 'A0APP';
export const BOT_USER_ID = 'U0BOT';
export const BOT_ID = 'B0BOT';
/** Who is named by events that say which admin did something. */
export const ADMIN_USER_ID = 'U0ADMIN';

const PEOPLE: readonly (Pick<User, 'id' | 'name' | 'realName'> & Partial<User>)[] = [
  { id: 'U0MEMBER', name: 'member', realName: 'Training owner', tz: 'Asia/Shanghai' },
  { id: 'U0OWNER', name: 'owner', realName: 'Feature owner', locale: 'zh-CN', tz: 'Asia/Shanghai' },
  { id: 'U0ADMIN', name: 'admin', realName: 'Workspace admin', isAdmin: true },
  { id: 'U0GUEST', name: 'guest', realName: 'Guest', isRestricted: true },
  { id: 'U0PARTNER', name: 'partner', realName: 'Partner company', teamId: 'T0OTHER' },
  { id: 'U0GONE', name: 'gone', realName: 'Left the company', isDeleted: true },
];

/** Everybody and every channel of the invented workspace. */
export class Directory {
  readonly users = new Map<string, User>();
  readonly channels = new Map<string, Channel>();

  constructor(botName: string) {
    for (const person of PEOPLE) this.users.set(person.id, { ...DEFAULTS, ...person });
    this.users.set(BOT_USER_ID, {
      ...DEFAULTS,
      id: BOT_USER_ID,
      name: botName.toLowerCase(),
      realName: botName,
      isBot: true,
    });
    for (const channel of seedChannels()) this.channels.set(channel.id, channel);
  }

  /** The DM between the bot and a person; made when it does not exist yet. */
  dmWith(userId: string): Channel {
    const id = `D0${userId.slice(1)}`;
    const known = this.channels.get(id);
    if (known !== undefined) return known;
    const members = new Set([userId, BOT_USER_ID]);
    const dm: Channel = {
      id,
      name: 'directmessage',
      kind: 'im',
      members,
      partner: userId,
      ...OPEN,
    };
    this.channels.set(id, dm);
    return dm;
  }
}

/** A channel in which nothing is forbidden. */
export const OPEN = { isArchived: false, isExtShared: false, isReadOnly: false };

const DEFAULTS = {
  teamId: TEAM.id,
  locale: 'en-US',
  tz: 'Etc/UTC',
  isBot: false,
  isAdmin: false,
  isOwner: false,
  isRestricted: false,
  isUltraRestricted: false,
  isDeleted: false,
};

function seedChannels(): readonly Channel[] {
  const everybody = ['U0MEMBER', 'U0OWNER', 'U0ADMIN'];
  return [
    {
      id: 'C0ML',
      name: 'ml-nightly',
      kind: 'public',
      members: new Set([...everybody, 'U0GUEST', BOT_USER_ID]),
      ...OPEN,
    },
    { id: 'C0QUIET', name: 'quiet', kind: 'public', members: new Set(everybody), ...OPEN },
    {
      id: 'G0PRIVATE',
      name: 'incident-room',
      kind: 'private',
      members: new Set(['U0MEMBER', 'U0OWNER']),
      ...OPEN,
    },
    {
      id: 'C0OLD',
      name: 'old-project',
      kind: 'public',
      members: new Set([...everybody, BOT_USER_ID]),
      ...OPEN,
      isArchived: true,
    },
    {
      id: 'C0SHARED',
      name: 'with-partner',
      kind: 'public',
      members: new Set([...everybody, 'U0PARTNER', BOT_USER_ID]),
      ...OPEN,
      isExtShared: true,
    },
    {
      id: 'G0GROUP',
      name: 'mpdm-member--owner-1',
      kind: 'mpim',
      members: new Set(['U0MEMBER', 'U0OWNER']),
      ...OPEN,
    },
  ];
}
