// An agent that speaks the Agent Client Protocol by hand, line by line, and misbehaves as its argument says.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const [mode] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const update = (sessionId, news) => say({ method: 'session/update', params: { sessionId, update: news } });
const waiting = new Map();
let next = 0;
const ask = (method, params) =>
  new Promise((resolve) => {
    next += 1;
    waiting.set(`ask-${next}`, resolve);
    say({ id: `ask-${next}`, method, params });
  });

const refusal = (code, message, data) => Object.assign(new Error(message), { code, data });

const answers = {
  initialize: () => ({
    protocolVersion: mode === 'other-version' ? 7 : 1,
    authMethods: [{ id: 'login', name: 'Log in' }],
  }),
  'session/new': () => {
    if (mode === 'login') throw refusal(-32000, 'Authentication required');
    return mode === 'no-session' ? {} : { sessionId: 'one' };
  },
  'session/prompt': async ({ sessionId, prompt }) => {
    if (mode === 'login-later') throw refusal(-32000, 'Authentication required');
    if (mode === 'dies') process.exit(3);
    if (mode === 'mute') await new Promise(() => {});
    if (mode === 'daemon') {
      spawn('setsid', ['sleep', '987654'], { detached: true, stdio: 'ignore' }).unref();
      process.stderr.write('started\n');
      await new Promise(() => {});
    }
    if (mode === 'refuses') return { stopReason: 'refusal' };
    if (mode === 'error') throw refusal(-32603, 'Internal error', { details: 'the model is gone' });
    // Before it asks anything, so that there is time to hear it.
    update(sessionId, {
      sessionUpdate: 'tool_call',
      toolCallId: 't',
      title: 'Edit src/a.ts\nsecond line',
      kind: 'edit',
    });
    const asked = [
      await ask('fs/read_text_file', { sessionId, path: '/etc/passwd' }),
      await ask('fs/write_text_file', { sessionId, path: '/tmp/outside', content: 'x' }),
      await ask('terminal/create', { sessionId, command: 'id' }),
      await ask('session/request_permission', {
        sessionId,
        toolCall: { toolCallId: 't' },
        options: [
          { optionId: 'never', name: 'No', kind: 'reject_once' },
          { optionId: 'always', name: 'Always', kind: 'allow_always' },
          { optionId: 'once', name: 'Once', kind: 'allow_once' },
        ],
      }),
    ].map((answer) => answer.error?.code ?? answer.result);
    if (mode === 'garbage') {
      process.stdout.write('this is no JSON\n[]\n{"jsonrpc":"2.0","id":"nobody-asked","result":{}}\n42\n\u0007{}\n');
      say({ method: 'session/update', params: { update: 'nonsense' } });
      say({ method: 'made/up', params: null });
    }
    update(sessionId, {
      sessionUpdate: 'agent_message_chunk',
      content: { type: 'text', text: `${prompt[0].text.slice(0, 8)} ` },
    });
    update(sessionId, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: JSON.stringify(asked) } });
    return { stopReason: 'end_turn' };
  },
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  const message = JSON.parse(line);
  if (message.method === undefined) return waiting.get(message.id)?.(message);
  if (mode === 'not-acp' || message.id === undefined) return;
  try {
    say({ id: message.id, result: await answers[message.method](message.params) });
  } catch (error) {
    say({ id: message.id, error: { code: error.code, message: error.message, data: error.data } });
  }
});
if (mode === 'not-acp') console.log('Welcome! Type your question.');
