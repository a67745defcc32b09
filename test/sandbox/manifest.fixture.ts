/** A manifest with everything a person can do to the bot; the tests of the sandbox do not need the real one. */
export const FIXTURE_MANIFEST = {
  display_information: { name: 'Flowbell' },
  features: {
    app_home: { home_tab_enabled: true },
    bot_user: { display_name: 'Flowbell' },
    shortcuts: [
      { name: 'Check pipeline status', type: 'message', callback_id: 'check_status', description: 'x' },
      { name: 'Watch pipeline runs', type: 'message', callback_id: 'watch_runs', description: 'x' },
      { name: 'Open Flowbell', type: 'global', callback_id: 'open_flowbell', description: 'x' },
    ],
    slash_commands: [
      { command: '/pai', description: 'x', should_escape: false },
      { command: '/pai-escaped', description: 'x', should_escape: true },
    ],
  },
  oauth_config: {
    scopes: {
      bot: [
        'commands',
        'chat:write',
        'app_mentions:read',
        'channels:history',
        'channels:read',
        'groups:history',
        'groups:read',
        'im:history',
        'im:read',
        'im:write',
        'files:write',
        'users:read',
      ],
    },
  },
  settings: {
    event_subscriptions: { bot_events: ['app_mention', 'message.im', 'app_home_opened'] },
    interactivity: { is_enabled: true },
    socket_mode_enabled: true,
  },
};
