import { z } from 'zod';
import { notFound, page } from '../front/http.ts';
import { parse } from '../front/parse.ts';
import { type At, READ_ISSUES, type Route, route, WRITE_ISSUES } from '../front/route.ts';
import type { Reaction } from '../state.ts';
import { commentAt } from './comments.ts';
import { issueAt } from './issue-changes.ts';
import { reactionJson } from './shapes.ts';

const NewReaction = z.object({
  content: z.enum(['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes']),
});

// The same reaction of the same account is one: the second answers 200 with the first.
const add = ({ hub, actor, body }: At, reactions: Reaction[]) => {
  const { content } = parse(NewReaction, body, 'Reaction');
  const there = reactions.find((one) => one.content === content && one.user.id === actor.id);
  if (there !== undefined) return { status: 200, body: reactionJson(there) };
  const reaction = { id: hub.id(), content, user: actor, createdAt: hub.now() };
  reactions.push(reaction);
  return { status: 201, body: reactionJson(reaction) };
};

const list = ({ url }: At, reactions: readonly Reaction[]) => {
  const content = url.searchParams.get('content');
  return page(url, reactions.filter((one) => content === null || one.content === content).map(reactionJson));
};

const remove = (at: At) => {
  const { reactions } = commentAt(at);
  const index = reactions.findIndex(
    (one) => one.id === Number(at.params['reaction_id']) && one.user.id === at.actor.id,
  );
  if (index === -1) throw notFound();
  reactions.splice(index, 1);
  return { status: 204 };
};

/** Routes of reactions on comments and issues. */
export const reactionRoutes: readonly Route[] = [
  route('GET /issues/comments/{comment_id}/reactions', READ_ISSUES, (at) => list(at, commentAt(at).reactions)),
  route('POST /issues/comments/{comment_id}/reactions', WRITE_ISSUES, (at) => add(at, commentAt(at).reactions)),
  route('DELETE /issues/comments/{comment_id}/reactions/{reaction_id}', WRITE_ISSUES, remove),
  route('GET /issues/{issue_number}/reactions', READ_ISSUES, (at) => list(at, issueAt(at).reactions)),
  route('POST /issues/{issue_number}/reactions', WRITE_ISSUES, (at) => add(at, issueAt(at).reactions)),
];
