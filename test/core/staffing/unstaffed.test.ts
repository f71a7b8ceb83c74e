import { describe, expect, it } from 'vitest';
import { modelOf, tierOf } from '#core/staffing/model-of.ts';
import { unstaffed } from '#core/staffing/unstaffed.ts';
import { type Role, type Staffing, WORK_KINDS } from '#core/types.ts';

const role = (name: string, path = `roles/${name}.md`): Role => ({ name, description: '', text: '', path });

const STAFF: Staffing = {
  agents: { claude: [], codex: ['agent "codex" needs a model: set OPENAI_API_KEY for this worker'] },
  defaultAgent: 'claude',
  roles: [role('backend'), role('twin', 'roles/a.md'), role('twin', 'roles/b.md')],
  roleProblems: ['roles/broken.md:2: name is missing; expected a name.'],
};

describe('what keeps an item from being worked on', () => {
  it('is nothing with an agent that runs and a role that is there', () => {
    expect(unstaffed({}, {}, STAFF)).toEqual([]);
    expect(unstaffed({ agent: 'claude', role: 'backend' }, { rolesDir: 'roles' }, STAFF)).toEqual([]);
  });

  it('is what is wrong with the agent that it asks for, or the repository, or else the operator', () => {
    const keyless = [expect.stringContaining('OPENAI')];
    expect(unstaffed({ agent: 'codex' }, {}, STAFF)).toEqual(keyless);
    expect(unstaffed({}, { agent: 'codex' }, STAFF)).toEqual(keyless);
    expect(unstaffed({}, {}, { ...STAFF, defaultAgent: 'codex' })).toEqual(keyless);
    expect(unstaffed({ agent: 'claude' }, { agent: 'codex' }, STAFF)).toEqual([]);
  });

  it('is an agent that the repository does not allow', () => {
    expect(unstaffed({ agent: 'claude' }, { agents: ['codex'] }, STAFF)).toEqual([
      'the agent `claude` is not one that this repository allows (`agents`: `codex`)',
    ]);
  });

  it('is a role that is unknown, told with the known ones and with definitions that cannot be read', () => {
    expect(unstaffed({ role: 'frontend' }, { rolesDir: 'roles' }, STAFF)).toEqual([
      'there is no role `frontend` in `roles`; known: `backend`, `twin`, `twin`',
      'roles/broken.md:2: name is missing; expected a name.',
    ]);
    expect(unstaffed({ role: 'backend' }, {}, STAFF)).toEqual([
      'it asks for the role `backend`, and the repository names no `roles_dir`',
    ]);
  });

  it('is a role that two files define', () => {
    expect(unstaffed({ role: 'twin' }, { rolesDir: 'roles' }, STAFF)).toEqual([
      'the role `twin` is defined more than once: `roles/a.md`, `roles/b.md`',
    ]);
  });
});

describe('the model of an item', () => {
  it('is what the item says, else its role, else the kind of work, else left to the operator', () => {
    const settings = { modelByKind: { docs: 'by-kind' } };
    const own = { ...role('a'), model: 'by-role' };
    expect(modelOf({ model: 'own', kind: 'docs' }, settings, own)).toBe('own');
    expect(modelOf({ kind: 'docs' }, settings, own)).toBe('by-role');
    expect(modelOf({ kind: 'docs' }, settings, undefined)).toBe('by-kind');
    expect(modelOf({ kind: 'tests' }, settings, undefined)).toBeUndefined();
  });

  it('is as good as the work needs when nobody says: architecture deep, mechanical work cheap', () => {
    expect(Object.fromEntries(WORK_KINDS.map((kind) => [kind, tierOf({ kind })]))).toEqual({
      implement: 'usual',
      tests: 'usual',
      docs: 'usual',
      lint: 'mechanical',
      types: 'mechanical',
      refactor: 'usual',
      review: 'usual',
      spike: 'deep',
    });
    expect(tierOf({})).toBe('usual');
  });
});
