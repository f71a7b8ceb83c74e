import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { REPOSITORY, readRepository } from '#config/repository.ts';
import { repositorySchema } from '#config/repository-schema.ts';
import { readItem } from '#core/intake/item.ts';
import { readPlan } from '#core/intake/plan.ts';
import { onboardingFiles } from '#core/onboarding/files.ts';

const files = Object.fromEntries(onboardingFiles(repositorySchema()).map((file) => [file.path, file.content]));
const file = (path: string): string => {
  const content = files[path];
  if (content === undefined) throw new Error(`no ${path}`);
  return content;
};

type Form = {
  readonly name: string;
  readonly labels?: unknown;
  readonly body: readonly {
    readonly type: string;
    readonly attributes: { readonly label: string; readonly value?: string; readonly placeholder?: string };
    readonly validations?: { readonly required: boolean };
  }[];
};

/** The body that GitHub makes of a form: a heading a field, and `_No response_` where nothing was written. */
const submitted = (form: Form, answers: Readonly<Record<string, string>>): string =>
  form.body
    .filter((field) => field.type !== 'markdown')
    .map(
      ({ attributes }) =>
        `### ${attributes.label}\n\n${answers[attributes.label] ?? attributes.value ?? '_No response_'}`,
    )
    .join('\n\n');

const ITEM = parse(file('.github/ISSUE_TEMPLATE/parallel-item.yml')) as Form;
const PLAN = parse(file('.github/ISSUE_TEMPLATE/parallel-plan.yml')) as Form;

describe('the issue forms', () => {
  it('give a body that is read without a problem when the required fields are filled in', () => {
    const text = submitted(ITEM, { Scope: '- create `src/a.ts`', Context: 'A part of the shop.' });
    expect(readItem({ issue: 2, title: 'A', body: text }).problems).toEqual([]);
    expect(readPlan({ issue: 1, title: 'P', body: submitted(PLAN, { Goal: 'A better shop.' }) }).problems).toEqual([]);
  });

  it('have examples that are read as they are meant', () => {
    const examples = Object.fromEntries(
      ITEM.body.map(({ attributes }) => [
        attributes.label,
        attributes.placeholder ?? attributes.value ?? 'Some words.',
      ]),
    );
    const item = readItem({ issue: 2, title: 'A', body: submitted(ITEM, examples) });
    expect(item.problems).toEqual([]);
    expect(item).toMatchObject({ dependsOn: [12], plan: 10, forbidden: ['src/auth/**'], commands: ['npm test'] });
    expect(item.agent).toEqual({ budget: 2, timeout: 20 });
    expect(item.contracts).toHaveLength(1);
  });

  it('have plan examples that are read as they are meant', () => {
    const examples = Object.fromEntries(
      PLAN.body.map(({ attributes }) => [
        attributes.label,
        attributes.placeholder ?? attributes.value ?? 'Some words.',
      ]),
    );
    const plan = readPlan({ issue: 1, title: 'P', body: submitted(PLAN, examples) });
    expect(plan.problems).toEqual([]);
    expect(plan).toMatchObject({ items: [11, 12], strategy: 'integration', limits: { budget: 10, slots: 4 } });
    expect(plan.files).toMatchObject([{ path: 'src/shared/profile.ts' }]);
  });

  it('set no label: applying `parallel` is a command', () => {
    expect([ITEM.labels, PLAN.labels]).toEqual([undefined, undefined]);
  });

  it('say what GitHub wants of a form: a name, and a label of its own for each field', () => {
    for (const form of [ITEM, PLAN]) {
      const labels = form.body.flatMap(({ attributes }) => attributes.label ?? []);
      expect(form.name).not.toBe('');
      expect(new Set(labels).size).toBe(labels.length);
    }
  });
});

describe('the commented settings', () => {
  const text = file('.github/parallel.yml');

  it('say nothing until somebody takes a # away', () => {
    expect(readRepository(text).problems).toEqual([]);
    expect(readRepository(text).settings).toEqual(readRepository('').settings);
  });

  it('name every key, each with an example that is taken', () => {
    const all = text.replaceAll(/^#(?=[a-z_]+: )/gm, '');
    expect(readRepository(all).problems).toEqual([]);
    expect(Object.keys(parse(all) as object).sort()).toEqual(Object.keys(REPOSITORY.shape).sort());
  });

  it('point editors at the schema that stands beside them', () => {
    expect(text).toMatch(/^# yaml-language-server: \$schema=parallel\.schema\.json\n/);
    expect(JSON.parse(file('.github/parallel.schema.json'))).toMatchObject({
      type: 'object',
      additionalProperties: false,
    });
  });
});
