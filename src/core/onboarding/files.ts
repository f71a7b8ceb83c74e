import type { SettingsSchema } from '#core/types.ts';
import { itemForm, planForm } from './forms.ts';
import { SCHEMA_FILE, settingsFile } from './settings-file.ts';

/** What `/parallel init` adds to a repository. */
export const onboardingFiles = (
  schema: SettingsSchema,
): readonly { readonly path: string; readonly content: string }[] => [
  { path: '.github/ISSUE_TEMPLATE/parallel-item.yml', content: itemForm() },
  { path: '.github/ISSUE_TEMPLATE/parallel-plan.yml', content: planForm() },
  { path: '.github/parallel.yml', content: settingsFile(schema) },
  { path: SCHEMA_FILE, content: `${JSON.stringify(schema, null, 2)}\n` },
];
