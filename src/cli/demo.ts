import { Command, Option } from 'commander';

/** `forkjoin demo`: the whole main job on this machine, against an emulated GitHub. */
export const demoVerb = (): Command =>
  new Command('demo')
    .description('the whole main job on this machine: an emulated GitHub, real git, the embedded database')
    .addOption(
      new Option(
        '--agent <name>',
        'who does the work: the scripted agent, or Claude Code (the one installed here, else that on the PATH)',
      )
        .choices(['scripted', 'claude'])
        .default('scripted'),
    )
    .option('--keep', 'leave it running afterwards to play with')
    .action(demo);

/** Below the `^C` that a terminal shows. */
const ENDED = '\nStopped; nothing is left behind.';

const demo = async (options: { readonly agent: 'scripted' | 'claude'; readonly keep?: boolean }): Promise<void> => {
  // The local world is part of a checkout with its development dependencies, not of an installation that serves.
  const [{ playShow }, { createScreen }, { playground }] = await Promise.all([
    import('../../demo/show.ts'),
    import('../../demo/screen.ts'),
    import('../../demo/playground.ts'),
  ]);
  const stop = new AbortController();
  let signalled: NodeJS.Signals | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signalled = signal;
      stop.abort();
    });
  }
  const screen = createScreen(process.stdout);
  try {
    const show = await playShow({ agent: options.agent, screen, signal: stop.signal });
    try {
      process.exitCode = show.plan.state.name === 'proposed' ? 0 : 1;
      if (options.keep !== true) {
        screen.say('`npm run demo -- --keep` leaves it running, to label, comment, clone and review yourself.');
      } else {
        screen.say(playground(show));
        if (!stop.signal.aborted)
          await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
        process.exitCode = 0;
      }
    } finally {
      await show.close();
    }
    if (options.keep === true) screen.say(ENDED);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    screen.say(ENDED);
    process.exitCode = signalled === 'SIGINT' ? 130 : 143;
  }
};
