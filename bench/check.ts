/**
 * `forkjoin check` on plans of 1,000 and 3,000 items of 20 patterns, as whole processes: time, memory and their ratio.
 * Asked for: 1,000 items in under 1 s on 2 cores, 3,000 in at most 3.5 times that, under 300 MB.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
const RUNS = 5;

const body = (issue: number): string => {
  const patterns = Array.from({ length: 20 }, (_, at) => {
    const shape = [
      `src/area${issue}/part${at}.ts`,
      `src/area${issue}/part${at}/**`,
      `src/area${issue}/{a,b}${at}/*.test.ts`,
      `docs/area${issue}/part${at}-*.md`,
    ];
    return `- ${['create', 'modify'][at % 2]} \`${shape[at % shape.length]}\``;
  });
  const before = issue % 10 === 1 ? 'None' : `- #${issue - 1}`;
  return `### Scope\n\n${patterns.join('\n')}\n\n### Context\n\nPart ${issue} of a large plan: it **moves** one area to the new layout, see \`docs/layout.md\`.\n\n### Contracts\n\n- provides \`src/area${issue}/part0.ts\` \`start${issue}(options: Options): Promise<void>\`\n\n### Constraints\n\nDo not modify \`src/main.ts\`.\n\n### Verification\n\n\`\`\`sh\nnpm test -- area${issue}\n\`\`\`\n\n### Depends on\n\n${before}\n`;
};

/** Median wall time in ms and peak memory in MB of one plan. */
const measure = (items: number): { readonly milliseconds: number; readonly megabytes: number } => {
  const folder = mkdtempSync(join(tmpdir(), 'forkjoin-bench-'));
  try {
    const files = Array.from({ length: items }, (_, at) => {
      const file = join(folder, `${at + 1}-area.md`);
      writeFileSync(file, body(at + 1));
      return file;
    });
    const runs = Array.from({ length: RUNS }, () => {
      const begun = performance.now();
      const script = `import { readFileSync } from 'node:fs'; process.on('exit', () => process.stderr.write(readFileSync('/proc/self/status', 'utf8'))); await import(${JSON.stringify(CLI)});`;
      const run = spawnSync(
        process.execPath,
        ['--input-type=module', '--eval', script, '--', 'check', '--json', ...files],
        { encoding: 'utf8', maxBuffer: 1 << 30, timeout: 120_000 },
      );
      const milliseconds = performance.now() - begun;
      if (run.status !== 0) throw new Error(`check ended with ${run.status}: ${run.stderr.slice(0, 500)}`);
      // Not maxRSS: that of a child begins with the peak of the process which started it.
      return { milliseconds, megabytes: Number(/^VmHWM:\s+(\d+)/m.exec(run.stderr)?.[1] ?? Number.NaN) / 1024 };
    }).sort((a, b) => a.milliseconds - b.milliseconds);
    return {
      milliseconds: runs[RUNS >> 1]?.milliseconds ?? 0,
      megabytes: Math.max(...runs.map((run) => run.megabytes)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const small = measure(1000);
const large = measure(3000);
const told = ({ milliseconds, megabytes }: typeof small): string =>
  `${Math.round(milliseconds)} ms, ${Math.round(megabytes)} MB`;
process.stdout.write(`1,000 items of 20 patterns: ${told(small)} (at most 1,000 ms, 300 MB)\n`);
process.stdout.write(`3,000 items of 20 patterns: ${told(large)}\n`);
process.stdout.write(`ratio: ${(large.milliseconds / small.milliseconds).toFixed(2)} (at most 3.5)\n`);
