import type { Hub } from '../hub.ts';
import type { Account, Issue, Json } from '../state.ts';

/** Writes a line of an issue's history: who did what. */
export const remember = (hub: Hub, issue: Issue, actor: Account, event: string, extra: Json = {}): void => {
  const viaApp = actor.id === hub.app.bot.id;
  issue.events.push({ id: hub.id(), event, actor, viaApp, createdAt: hub.now(), extra });
};
