import type { DeedOrder } from '../control-schema.ts';
import { changeChannel, deleteMessage, grantScopes } from './admin.ts';
import { clickInMessage, clickInView, closeView, submitView } from './clicks.ts';
import { ImpossibleDeed, requireMembership, requireUser } from './deed.ts';
import { BOT_USER_ID, OPEN, TEAM } from './directory.ts';
import { redeliver, sendEvent } from './events.ts';
import { typeCommand, useShortcut } from './people.ts';
import { changeMembership, openHome, say } from './saying.ts';
import type { Slack } from './slack.ts';

/** What the control interface can do with the loopback Slack. */
export function createSlackDeeds(slack: Slack) {
  return {
    command: (order: DeedOrder<'command'>) => typeCommand(slack, order),
    shortcut: (order: DeedOrder<'shortcut'>) => useShortcut(slack, order),
    say: (order: DeedOrder<'say'>) => say(slack, order),
    mention: (order: DeedOrder<'mention'>) =>
      say(slack, { ...order, text: `<@${BOT_USER_ID}> ${order.text}` }),
    dm: (order: DeedOrder<'dm'>) => {
      const channel = slack.directory.dmWith(requireUser(slack, order.user).id).id;
      return say(slack, { ...order, channel });
    },
    click: (order: DeedOrder<'click'>) => {
      if (order.channel !== undefined) requireMembership(slack, order.user, order.channel);
      if (order.viewId !== undefined) return clickInView(slack, { ...order, viewId: order.viewId });
      return clickInMessage(slack, { ...order, messageId: order.messageId ?? '' });
    },
    submit: (order: DeedOrder<'submit'>) => submitView(slack, order),
    closeView: (order: DeedOrder<'closeView'>) => closeView(slack, order),
    openHome: (order: DeedOrder<'openHome'>) => openHome(slack, order.user),
    join: (order: DeedOrder<'join'>) => changeMembership(slack, { ...order, isMember: true }),
    leave: (order: DeedOrder<'leave'>) => changeMembership(slack, { ...order, isMember: false }),
    deleteMessage: (order: DeedOrder<'deleteMessage'>) => deleteMessage(slack, order),
    redeliver: () => redeliver(slack),
    messages: (order: DeedOrder<'messages'>) => readMessages(slack, order),
    views: (order: DeedOrder<'views'>) => ({
      stack: slack.views.stackOf(order.user),
      home: slack.views.homeOf(order.user) ?? null,
    }),
    ...createDirectoryDeeds(slack),
    ...createConnectionDeeds(slack),
  };
}

function createDirectoryDeeds(slack: Slack) {
  const { users, channels } = slack.directory;
  return {
    setUser: ({ user: id, ...changes }: DeedOrder<'setUser'>) => {
      const user = users.get(id);
      if (user === undefined) throw new ImpossibleDeed(`there is no user ${id}`);
      return Object.assign(user, changes);
    },
    addUser: ({ user: id, name, locale, tz, channels: joined }: DeedOrder<'addUser'>) => {
      if (users.has(id)) throw new ImpossibleDeed(`there is a user ${id} already`);
      users.set(id, {
        id,
        name,
        realName: name,
        teamId: TEAM.id,
        locale: locale ?? 'en-US',
        tz: tz ?? 'Etc/UTC',
        isBot: false,
        isAdmin: false,
        isOwner: false,
        isRestricted: false,
        isUltraRestricted: false,
        isDeleted: false,
      });
      for (const channel of joined) channels.get(channel)?.members.add(id);
      return {};
    },
    setChannel: (order: DeedOrder<'setChannel'>) => changeChannel(slack, order),
    addChannel: ({ channel: id, name, kind, members }: DeedOrder<'addChannel'>) => {
      if (channels.has(id)) throw new ImpossibleDeed(`there is a channel ${id} already`);
      channels.set(id, { id, name, kind, members: new Set(members), ...OPEN });
      return {};
    },
    state: () => ({
      users: [...users.values()],
      channels: [...channels.values()].map((channel) => ({ ...channel, members: [...channel.members] })),
      commands: [...slack.manifest.commands.keys()],
      shortcuts: [...slack.manifest.shortcuts].map(([callbackId, each]) => ({ callbackId, ...each })),
      events: [...slack.manifest.events],
      scopes: [...slack.scopes],
      sockets: slack.sockets.connectionCount,
    }),
  };
}

function createConnectionDeeds(slack: Slack) {
  return {
    revokeToken: async (order: DeedOrder<'revokeToken'>) => {
      slack.tokens.revoke(order.which);
      const tokens = { oauth: [], bot: order.which === 'bot' ? [BOT_USER_ID] : [] };
      return { outcome: await sendEvent(slack, 'tokens_revoked', { type: 'tokens_revoked', tokens }) };
    },
    restoreTokens: () => {
      slack.tokens.restore();
      return {};
    },
    setScopes: (order: DeedOrder<'setScopes'>) => grantScopes(slack, order.without),
    setSlack: (changes: DeedOrder<'setSlack'>) => Object.assign(slack.settings, changes),
    addSlackFault: (fault: DeedOrder<'addSlackFault'>) => {
      slack.faults.add(fault);
      return {};
    },
    dropSockets: (order: DeedOrder<'dropSockets'>) => {
      dropSockets(slack, order);
      return {};
    },
    restoreSockets: () => {
      slack.sockets.isDown = false;
      slack.faults.clear('apps.connections.open');
      return {};
    },
    inFlight: () => ({ calls: [...slack.held] }),
    sockets: () => ({ connections: slack.sockets.connectionCount, isDown: slack.sockets.isDown }),
  };
}

async function readMessages(slack: Slack, order: DeedOrder<'messages'>) {
  const deadline = Date.now() + order.waitMs;
  let messages = findSeen(slack, order);
  let seen = slack.messages.revision;
  while (messages.length === 0 && Date.now() < deadline) {
    await slack.messages.waitForChange(seen, deadline - Date.now());
    seen = slack.messages.revision;
    messages = findSeen(slack, order);
  }
  return { revision: slack.messages.revision, messages };
}

/** A person sees what stands in their channels and is meant for all or for them. */
function findSeen(slack: Slack, order: DeedOrder<'messages'>) {
  const { user } = order;
  const found = slack.messages.find(order);
  if (user === undefined) return found;
  return found.filter((each) => slack.directory.channels.get(each.channel)?.members.has(user));
}

function dropSockets(slack: Slack, order: DeedOrder<'dropSockets'>): void {
  const operation = 'apps.connections.open';
  if (order.mode === 'disconnect') {
    slack.sockets.sendDisconnect(order.reason);
    return;
  }
  if (order.mode === 'refuse') {
    const count = order.count === undefined ? {} : { count: order.count };
    slack.faults.add({ kind: 'error', operation, code: order.error, ...count });
  }
  if (order.mode === 'down') {
    slack.sockets.isDown = true;
    slack.faults.add({ kind: 'reset', operation });
  }
  slack.sockets.cut();
}
