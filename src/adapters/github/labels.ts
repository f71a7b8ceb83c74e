import type { Octokit } from '@octokit/rest';
import type { GitHub } from '#engine/ports.ts';
import * as answers from './answers.ts';
import { failureOf, orAbsent } from './failure.ts';
import { place } from './place.ts';

/** Labels of a repository and of its issues. */
export function createLabels(octokit: Octokit): Pick<GitHub, 'setLabels' | 'label' | 'createLabel' | 'paintLabel'> {
  return {
    async setLabels(repository, issue, labels) {
      // An issue that was deleted or transferred meanwhile needs no label.
      await orAbsent(() =>
        octokit.rest.issues.setLabels({ ...place(repository), issue_number: issue, labels: [...labels] }),
      );
    },

    async label(repository, name) {
      const answer = await orAbsent(() => octokit.rest.issues.getLabel({ ...place(repository), name }));
      return answer === undefined ? undefined : answers.understand(answers.label, answer.data, `the label ${name}`);
    },

    async createLabel(repository, label) {
      try {
        await octokit.rest.issues.createLabel({ ...place(repository), ...label });
      } catch (error) {
        // 422: somebody made it since we looked.
        if (failureOf(error)?.status !== 422) throw error;
      }
    },

    async paintLabel(repository, { name, color, description }) {
      await orAbsent(() => octokit.rest.issues.updateLabel({ ...place(repository), name, color, description }));
    },
  };
}
