/** JSON Schema as it stands in the extract. */
export type Schema = { readonly [key: string]: unknown };

/** One operation of the extract: parameters by place, the request body, and the answer's schema by status (null: no body). */
export type Operation = {
  readonly path: Readonly<Record<string, Schema>>;
  readonly query: Readonly<Record<string, Schema>>;
  readonly requiredQuery: readonly string[];
  readonly body?: Schema;
  readonly bodyRequired: boolean;
  readonly responses: Readonly<Record<string, Schema | null>>;
};

/** What `extract.ts` writes to `fixtures/github.json`: GitHub's own description, cut down to the routes in use. */
export type Description = {
  /** Version of `@octokit/openapi`, and the day of the extraction. */
  readonly source: string;
  readonly extracted: string;
  /** By `METHOD /path/{template}`. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** By the description's names, such as `issues-labeled`. */
  readonly webhooks: Readonly<Record<string, Schema>>;
  readonly schemas: Readonly<Record<string, Schema>>;
};
