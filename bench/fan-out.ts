/**
 * The documentation sweep of 47 equal items with an agent that takes 3 s: all on one slot, then all on four. The
 * baseline is the one slot of the same run. From `/parallel start` to the last pull request.
 *
 *   node bench/fan-out.ts [items] [slots]      target: at least 3.7 times as fast on 4 slots
 */
import { item, openBench } from './stage.ts';

const ITEMS = Number(process.argv[2] ?? 47);
const SLOTS = Number(process.argv[3] ?? 4);

const sweep = async (slots: number): Promise<number> => {
  const bench = await openBench({ agentMs: 3_000, slots });
  try {
    const { maintainer } = bench;
    const { number: plan } = await maintainer.createIssue({
      title: 'Convert the diagrams',
      body: '### Goal\nAll diagrams of the documentation are Mermaid.',
    });
    for (let index = 0; index < ITEMS; index++) {
      const { number } = await maintainer.createIssue({
        title: `Diagram ${index}`,
        body: item(`docs/diagram-${index}.md`),
      });
      await maintainer.addSubIssue(plan, number);
      await maintainer.label(number, 'parallel');
    }
    await maintainer.label(plan, 'parallel');
    await bench.plan(
      plan,
      (found) => found.items.length === ITEMS && found.items.every((one) => one.state.name === 'ready'),
    );
    // Filing 47 issues sets off its own reading; what is measured begins with the maintainer's word.
    await bench.idle();
    const begin = Date.now();
    await maintainer.comment(plan, '/parallel start');
    // Reading a plan of this size costs the app itself something: it is looked at four times a second.
    const over = ['proposed', 'merged', 'failed'];
    await bench.plan(plan, (found) => found.items.every((one) => over.includes(one.state.name)), 250);
    const seconds = (Date.now() - begin) / 1_000;
    process.stderr.write(`${slots} ${slots === 1 ? 'slot' : 'slots'}: ${seconds.toFixed(1)} s\n`);
    return seconds;
  } finally {
    await bench.close();
  }
};

const parallel = await sweep(SLOTS);
const serial = await sweep(1);
process.stdout.write(
  `${ITEMS} items of 3 s: ${serial.toFixed(1)} s on one slot, ${parallel.toFixed(1)} s on ${SLOTS}; ratio ${(serial / parallel).toFixed(2)} (target 3.7)\n`,
);
process.exitCode = serial / parallel >= 3.7 ? 0 : 1;
